using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Core.Tests.Channels.Telegram.Protocol;

public sealed class UpdateReaderTests
{
    private const string Full = """
        {"update_id":7,"message":{"message_id":3,"is_topic_message":true,"message_thread_id":9,"date":1,
          "from":{"id":5,"is_bot":false,"first_name":"Ada","last_name":"L.","username":"ada","language_code":"de"},
          "chat":{"id":-1001234567890,"type":"supergroup","title":"Room","is_forum":true},
          "text":"@bot hi","entities":[{"type":"mention","offset":0,"length":4}],
          "reply_to_message":{"message_id":2,"from":{"id":42,"is_bot":true,"first_name":"B"},"chat":{"id":-1001234567890,"type":"supergroup"},"date":1},
          "photo":[{"file_id":"s","width":90,"height":90},{"file_id":"l","width":800,"height":800,"file_size":1000},{"file_id":"m","width":320,"height":320}],
          "document":{"file_id":"d","file_name":"a.pdf","mime_type":"application/pdf","file_size":12}}}
        """;

    [Fact]
    public void Read_Message_EveryFieldIsThere()
    {
        var message = Read(Full).Update!.Message!;
        Assert.Equal((3L, -1001234567890L, 9L, "@bot hi"), (message.Id, message.Chat.Id, message.TopicId!.Value, message.Text));
        Assert.Equal(new TelegramUser(5, false, "Ada L.", "ada", "de"), message.From);
        Assert.Equal(new TelegramReply(2, 42), message.ReplyTo);
        Assert.Equal(["l", "d"], message.Files.Select(f => f.FileId));
        Assert.Equal("mention", Assert.Single(message.Entities).Type);
    }

    [Fact]
    public void Read_ThreadThatIsNoTopic_HasNoTopic() =>
        Assert.Null(Read("""{"update_id":1,"message":{"message_id":1,"message_thread_id":77,"chat":{"id":-1,"type":"supergroup"},"text":"x"}}""").Update!.Message!.TopicId);

    [Theory]
    [InlineData("""{"update_id":1}""")]
    [InlineData("""{"update_id":1,"brand_new_type":{"x":1}}""")]
    [InlineData("""{"update_id":1,"poll":{"id":"1"}}""")]
    [InlineData("""{"update_id":1,"edited_message":{"message_id":1}}""")]
    [InlineData("""{"update_id":1,"message":null}""")]
    public void Read_UnknownType_IsAnUpdateWithoutContent(string json) => Assert.Equal(new(1), Read(json).Update);

    [Theory]
    [InlineData("""{"update_id":1,"message":5}""", 1L)]
    [InlineData("""{"update_id":1,"message":{"message_id":null,"chat":{"id":1,"type":"private"}}}""", 1L)]
    [InlineData("""{"update_id":1,"message":{"message_id":1,"chat":null}}""", 1L)]
    [InlineData("""{"update_id":1,"message":{"message_id":1,"chat":{"id":"x"}}}""", 1L)]
    [InlineData("""{"update_id":1,"callback_query":{"id":"x"}}""", 1L)]
    [InlineData("""{"update_id":1,"callback_query":{"id":7,"from":{"id":1}}}""", 1L)]
    [InlineData("""{"update_id":1,"my_chat_member":{"chat":{"id":1}}}""", 1L)]
    [InlineData("""{"update_id":1.5,"message":{}}""", null)]
    [InlineData("""{"update_id":"1"}""", null)]
    [InlineData("""{"message":{}}""", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("7", null)]
    public void Read_FieldsMissingOrOfAnotherType_IsMalformedWithItsIdWhereThereIsOne(string json, long? id) => Assert.Equal((id, null), Read(json));

    [Fact]
    public void Read_NullsWhereTheDescriptionSaysNever_ReadsTheRest()
    {
        var message = Read("""{"update_id":1,"message":{"message_id":1,"date":null,"from":null,"chat":{"id":4,"type":null},"text":"x","entities":null,"photo":null,"document":null,"reply_to_message":null}}""").Update!.Message!;
        Assert.Equal(("x", "private", null), (message.Text, message.Chat.Type, message.From));
    }

    [Fact]
    public void Read_InvalidUtf16_IsReplacedAndOffsetsHold()
    {
        var message = Read("""{"update_id":1,"message":{"message_id":1,"chat":{"id":4,"type":"private"},"text":"\ud83d a\u0062\n\"\\ \udc4d \ud83d\udc4d @bot","entities":[{"type":"mention","offset":13,"length":4}]}}""").Update!.Message!;
        Assert.Equal("\uFFFD ab\n\"\\ \uFFFD 👍 @bot", message.Text);
        Assert.Equal("@bot", message.Text.Substring(message.Entities[0].Offset, message.Entities[0].Length));
    }

    [Fact]
    public void Read_InvalidUtf8_IsReplaced()
    {
        byte[] json = [.. """{"update_id":1,"message":{"message_id":1,"chat":{"id":4,"type":"private"},"text":"a"""u8, 0xFF, 0xC0, .. """b"}}"""u8];
        using var document = JsonDocument.Parse(json);
        Assert.Equal("a\uFFFD\uFFFDb", UpdateReader.Read(document.RootElement).Update!.Message!.Text);
    }

    [Fact]
    public void Read_HugeEntityList_IsBounded()
    {
        var entities = string.Join(',', Enumerable.Repeat("""{"type":"bold","offset":0,"length":1}""", 50_000));
        Assert.Equal(1_000, Read($$$"""{"update_id":1,"message":{"message_id":1,"chat":{"id":4,"type":"private"},"text":"x","entities":[{{{entities}}}]}}""").Update!.Message!.Entities.Count);
    }

    [Theory]
    [InlineData("-1", "1")]
    [InlineData("0", "2")]
    [InlineData("9999999999", "1")]
    [InlineData("0", "-1")]
    [InlineData("2147483646", "2147483646")]
    [InlineData("null", "1")]
    public void Read_EntityOutsideTheText_IsLeftOut(string offset, string length) =>
        Assert.Empty(Read($$$"""{"update_id":1,"message":{"message_id":1,"chat":{"id":4,"type":"private"},"text":"x","entities":[{"type":"mention","offset":{{{offset}}},"length":{{{length}}}}]}}""").Update!.Message!.Entities);

    [Theory]
    [InlineData("""{"location":{"latitude":1.5,"longitude":-2}}""", "[Location: 1.5, -2]")]
    [InlineData("""{"venue":{"title":"Café","address":"Road 1","location":{"latitude":1,"longitude":2}},"location":{"latitude":1,"longitude":2}}""", "[Place: Café, Road 1, 1, 2]")]
    [InlineData("""{"contact":{"phone_number":"+49","first_name":"Ada","last_name":"L"}}""", "[Contact: Ada L, +49]")]
    [InlineData("""{"poll":{"question":"Tea?","options":[{"text":"yes"},{"text":"no"}]}}""", "[Poll: Tea?, • yes, • no]")]
    [InlineData("""{"dice":{"emoji":"🎲","value":3}}""", "[Dice: 🎲, 3]")]
    [InlineData("""{"sticker":{"file_id":"s","emoji":"👍"}}""", "[Sticker: 👍]")]
    public void Read_WhatIsNoText_IsSaidInWords(string content, string words)
    {
        var message = JsonNode.Parse("""{"update_id":1,"message":{"message_id":1,"chat":{"id":4,"type":"private"}}}""")!;
        foreach (var (name, value) in JsonNode.Parse(content)!.AsObject()) message["message"]![name] = value!.DeepClone();
        Assert.Equal(words, Read(message.ToJsonString()).Update!.Message!.Described);
    }

    [Fact]
    public void Read_CallbackOfAnInaccessibleMessage_HasItsChat()
    {
        var callback = Read("""{"update_id":1,"callback_query":{"id":"q","from":{"id":5,"first_name":"A"},"message":{"message_id":8,"date":0,"chat":{"id":4,"type":"private"}},"data":"yes"}}""").Update!.Callback!;
        Assert.Equal(("q", 5L, 8L, 4L, "yes"), (callback.Id, callback.From.Id, callback.Message!.Id, callback.Message.Chat.Id, callback.Data));
    }

    [Fact]
    public void ReadPoll_SomeMalformed_OthersAreReadAndTheHighestIdIsKnown()
    {
        using var document = JsonDocument.Parse("""[{"update_id":4,"message":{"message_id":1,"chat":{"id":4,"type":"private"},"text":"x"}},{"update_id":5,"message":7},{"x":1},null]""");
        var poll = UpdateReader.ReadPoll(document.RootElement)!;
        Assert.Equal((1, 5L, 3), (poll.Updates.Count, poll.Highest, poll.Malformed));
    }

    [Fact]
    public void Read_AnyPartReplaced_NeverThrows()
    {
        string[] others = ["null", "true", "0", "-1", "9223372036854775807", "1e999", "\"\"", "\"\\ud800\"", "[]", "[null]", "{}", "{\"\\ud800\":1}", "[[[]]]", "1.5"];
        var paths = Paths(JsonNode.Parse(Full)!).ToList();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
            Gen.Elements(paths.ToArray()).Zip(Gen.Elements(others)).ToArbitrary(),
            change =>
            {
                if (Parsed(Full.Replace(change.Item1, change.Item2, StringComparison.Ordinal)) is not { } document) return;
                using (document) UpdateReader.Read(document.RootElement);
            }));
    }

    private static JsonDocument? Parsed(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null; // a number inside of another one
        }
    }

    /// <summary>The texts of all values in it.</summary>
    private static IEnumerable<string> Paths(JsonNode node) => node switch
    {
        JsonObject all => all.SelectMany(p => Paths(p.Value!).Append($"\"{p.Key}\"").Where(t => !t.StartsWith('{') && !t.StartsWith('[')).Where(t => t.StartsWith('"') is false || !Full.Contains(t + ":", StringComparison.Ordinal))),
        JsonArray list => list.SelectMany(n => Paths(n!)),
        _ => [node.ToJsonString()],
    };

    private static (long? Id, TelegramUpdate? Update) Read(string json)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
        return UpdateReader.Read(document.RootElement);
    }
}
