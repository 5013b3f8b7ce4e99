using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Core.Tests.Agents.Answers;

public sealed class AnswerReaderTests
{
    [Fact]
    public void Answer_EveryField_Read()
    {
        var answer = Read("""
            {"messages":[{"text":"hé\n","buttons":[{"text":"Yes","value":"y"},{"text":"No"}],"attachments":[{"url":"https://x.example/a.pdf"}],
              "card":{"title":"T","text":"t","fields":[{"name":"n","value":"v"}],"imageUrl":"https://x.example/i.png"}}],
             "context":{"a":{"b":null}},"preferences":{"lang":"de"},"handoff":{"agent":"billing","reason":"money"},"end":true,"unknown":[1]}
            """);

        var message = Assert.Single(answer.Messages);
        Assert.Equal("hé\n", message.Text.ToString());
        Assert.Equal([new MessageButton("Yes", "y"), new("No", "No")], message.Buttons);
        Assert.Equal("https://x.example/a.pdf", Assert.Single(message.Attachments).AbsoluteUri);
        Assert.Equal(("T", "t", "https://x.example/i.png"), (message.Card?.Title, message.Card?.Text, message.Card?.ImageUrl));
        Assert.Equal([new CardField("n", "v")], message.Card?.Fields);
        Assert.Equal("""{"a":{"b":null}}""", answer.Context?.GetRawText());
        Assert.Equal("""{"lang":"de"}""", answer.Preferences?.GetRawText());
        Assert.Equal(new Handoff("billing", "money"), answer.Handoff);
        Assert.True(answer.End);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" { } ")]
    [InlineData("\uFEFF{}")]
    [InlineData("""{"messages":null,"context":null,"preferences":null,"handoff":null,"end":null}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"messages":[{},{"text":""},{"text":null,"buttons":[]}]}""")]
    public void Answer_NothingToSay_NoMessages(string json)
    {
        var answer = Read(json);

        Assert.Empty(answer.Messages);
        Assert.Equal((null, null, null, false), (answer.Context, answer.Preferences, answer.Handoff, answer.End));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("hello", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("{}{}", "not JSON")]
    [InlineData("{\"end\":true,}", "not JSON")]
    [InlineData("null", "the answer must be an object")]
    [InlineData("[]", "the answer must be an object")]
    [InlineData("\"x\"", "the answer must be an object")]
    [InlineData("""{"messages":{}}""", "messages must be an array")]
    [InlineData("""{"messages":"hi"}""", "messages must be an array")]
    [InlineData("""{"messages":["hi"]}""", "messages[0] must be an object")]
    [InlineData("""{"messages":[{"text":"a"},{"text":5}]}""", "messages[1].text must be a string")]
    [InlineData("""{"messages":[{"buttons":[{"value":"y"}]}]}""", "messages[0].buttons[0].text must be a string")]
    [InlineData("""{"messages":[{"attachments":[{"url":"a.pdf"}]}]}""", "messages[0].attachments[0].url must be an absolute http or https URL")]
    [InlineData("""{"messages":[{"attachments":[{"url":"file:///etc/passwd"}]}]}""", "messages[0].attachments[0].url must be an absolute http or https URL")]
    [InlineData("""{"messages":[{"card":[]}]}""", "messages[0].card must be an object")]
    [InlineData("""{"messages":[{"card":{"fields":[{}]}}]}""", "messages[0].card.fields[0].name must be a string")]
    [InlineData("""{"messages":[{"card":{"imageUrl":"javascript:x"}}]}""", "messages[0].card.imageUrl must be")]
    [InlineData("""{"context":5}""", "context must be an object")]
    [InlineData("""{"preferences":[]}""", "preferences must be an object")]
    [InlineData("""{"handoff":"billing"}""", "handoff must be an object")]
    [InlineData("""{"handoff":{"reason":"x"}}""", "handoff.agent must be a string")]
    [InlineData("""{"end":"yes"}""", "end must be true or false")]
    [InlineData("""{"messages":[{"text":"\ud800"}]}""", "well-formed")]
    [InlineData("""{"context":{"a":["\udc00"]}}""", "well-formed")]
    [InlineData("""{"context":{"\udc00":1}}""", "well-formed")]
    [InlineData("""{"\ud800":1,"messages":[]}""", "well-formed")]
    public void Answer_NotAsDescribed_NamesTheField(string json, string words)
    {
        var e = Assert.Throws<AnswerException>(() => Read(json));

        Assert.Equal(DeadLetterCauses.AgentBadAnswer, e.Failure);
        Assert.Equal(FailureKind.Permanent, e.Kind);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_NotUtf8_Bad()
    {
        var e = Assert.Throws<AnswerException>(() => AnswerReader.Answer((byte[])[.. "{\"messages\":[{\"text\":\""u8, 0xC3, 0x28, .. "\"}]}"u8]));

        Assert.Contains("UTF-8", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_Deep_Bad() =>
        Assert.Equal(DeadLetterCauses.AgentBadAnswer, Assert.Throws<AnswerException>(() => Read("{\"context\":" + new string('[', 100_000))).Failure);

    [Fact]
    public void Answer_TooManyMessages_TooLarge() =>
        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, Assert.Throws<AnswerException>(() => Read("{\"messages\":[" + string.Join(',', Enumerable.Repeat("{\"text\":\"x\"}", 1_001)) + "]}")).Failure);

    [Fact]
    public void Answer_TooManyAttachments_TooLarge()
    {
        const string Two = """{"attachments":[{"url":"https://x.example"},{"url":"https://x.example"}]}""";

        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, Assert.Throws<AnswerException>(() => Read("{\"messages\":[" + string.Join(',', Enumerable.Repeat(Two, 51)) + "]}")).Failure);
    }

    [Theory]
    [InlineData("{}", FailureKind.Transient, "reports an error")]
    [InlineData("""{"code":"busy","message":"later"}""", FailureKind.Transient, "busy: later")]
    [InlineData("""{"message":"no","retry":false}""", FailureKind.Permanent, "no")]
    public void Error_AsTheAgentSays(string json, FailureKind kind, string words)
    {
        var e = AnswerReader.Error(Encoding.UTF8.GetBytes(json));

        Assert.Equal((kind, DeadLetterCauses.AgentError), (e.Kind, e.Failure));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_AnyDamage_AnswerOrAnswerException() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll(Damaged().ToArbitrary(), bytes =>
        {
            try
            {
                return AnswerReader.Answer(bytes).Messages is not null;
            }
            catch (AnswerException)
            {
                return true;
            }
        }));

    private static Gen<byte[]> Damaged()
    {
        var whole = """{"messages":[{"text":"h\u00e9\ud83d\ude00","buttons":[{"text":"Yes"}],"card":{"fields":[{"name":"n","value":"v"}]}}],"context":{"a\u0062":{"\u0063":1}},"end":true}"""u8.ToArray();
        return from places in Gen.ArrayOf(Gen.Choose(0, whole.Length - 1))
               from values in Gen.ArrayOf(Gen.Choose(0, 255))
               select places.Zip(values).Aggregate(whole.ToArray(), (bytes, p) =>
               {
                   bytes[p.First] = (byte)p.Second;
                   return bytes;
               });
    }

    private static AgentAnswer Read(string json) => AnswerReader.Answer(Encoding.UTF8.GetBytes(json));
}
