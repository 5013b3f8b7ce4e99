using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord;
using OpenClaw.Gateway.Core.Channels.Discord.Mapping;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Core.Tests.Channels.Discord;

public sealed class MappingTests
{
    private static readonly Place InServer = new(50, 0, 7);

    [Theory]
    [InlineData("<@99> hello", "hello", true)]
    [InlineData("<@!99> hello", "hello", true)]
    [InlineData("hello <@99>", "hello", true)]
    [InlineData("say <@99> please", "say please", true)]
    [InlineData("<@&44> hello", "hello", true)]
    [InlineData("<@5> hello", "@Bob hello", false)]
    [InlineData("<@77777> hello", "<@77777> hello", false)]
    [InlineData("hi <:wave:123456> <a:party:9>", "hi :wave: :party:", false)]
    [InlineData("a < b <@ <@> <@x>", "a < b <@ <@> <@x>", false)]
    [InlineData("<@99> code:\n```\n    kept  as it is\n```", "code:\n```\n    kept  as it is\n```", true)]
    public void Mentions_OfTheBotAreLeftOut_OthersAreNames(string content, string text, bool addressed)
    {
        var mapped = Map(new { id = "1", type = 0, content, author = new { id = "2", username = "ada" }, mentions = new[] { new { id = "5", username = "bob", global_name = "Bob" } }, mention_roles = content.Contains("@&44", StringComparison.Ordinal) ? new[] { "44" } : [] });

        Assert.Equal((text, addressed), (mapped!.Message.Text.ToString(), mapped.Message.IsAddressed));
    }

    [Fact]
    public void ReplyToTheBot_IsAddressed_AndNicknamesAreUsed()
    {
        var mapped = Map(new { id = "1", type = 19, content = "yes", author = new { id = "2", username = "ada", global_name = "Ada" }, member = new { nick = "The Countess" }, referenced_message = new { author = new { id = "99" } } });

        Assert.True(mapped!.Message.IsAddressed);
        Assert.Equal(("2", "The Countess"), (mapped.Message.Address.UserId, mapped.Message.Address.UserName));
    }

    [Theory]
    [InlineData("""{"id":"1","type":7,"content":"joined","author":{"id":"2"}}""")]
    [InlineData("""{"id":"1","type":0,"content":"own","author":{"id":"99"}}""")]
    [InlineData("""{"id":"1","type":20,"content":"answer","author":{"id":"3"},"webhook_id":"99"}""")]
    [InlineData("""{"id":"1","type":0,"content":"","author":{"id":"2"}}""")]
    [InlineData("""{"id":"1","type":0,"content":"x","author":null}""")]
    [InlineData("""{"type":0,"content":"x","author":{"id":"2"}}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public void NothingForTheBot_IsNone(string json) => Assert.Null(MessageMapper.Map(JsonElement.Parse(json), Bot(), InServer, 0));

    [Fact]
    public void Embeds_Stickers_Forwards_AndPolls_AreWords()
    {
        var mapped = Map(new
        {
            id = "1", type = 0, content = "", author = new { id = "2", bot = true, username = "feed" },
            embeds = new object[] { new { type = "rich", title = "News", description = "It rains", fields = new[] { new { name = "Where", value = "here" } }, url = "https://example.com" }, new { type = "link", title = "a preview" } },
            sticker_items = new[] { new { name = "Wave" } },
            message_snapshots = new[] { new { message = new { content = "as was said" } } },
            poll = new { question = new { text = "Tea?" } },
        });

        Assert.Equal("[forwarded]\nas was said\n\nNews\nIt rains\nWhere: here\nhttps://example.com\n\n[sticker: Wave]\n\n[poll: Tea?]", mapped!.Message.Text.ToString());
        Assert.True(mapped.Message.Extras!.Sender!.IsBot);
    }

    [Fact]
    public void HugeLists_AreBounded()
    {
        var mapped = Map(new
        {
            id = "1", type = 0, content = string.Concat(Enumerable.Range(1_000, 5_000).Select(i => $"<@{i}>")), author = new { id = "2" },
            mentions = Enumerable.Range(1_000, 5_000).Select(i => new { id = $"{i}", username = new string('n', 500) }),
            attachments = Enumerable.Range(0, 500).Select(i => new { id = $"{i}", filename = "f", url = "https://cdn.example/f" }),
        });

        Assert.InRange(mapped!.Message.Text.ToString().Length, 1, 60_000);
        Assert.Equal(20, mapped.Files.Count);
    }

    [Fact]
    public void AnyJson_NeverThrows()
    {
        var bot = Bot();
        string[] values = ["null", "1", "\"x\"", "[]", "{}", "true", "[null,1,{}]", "\"\\ud800\"", "{\"id\":null}", "[[[]]]", "1e400", "\"<@99>\""];
        string[] names = ["id", "type", "content", "author", "member", "mentions", "mention_roles", "embeds", "attachments", "sticker_items", "message_snapshots", "poll", "referenced_message", "webhook_id"];
        Prop.ForAll<int[]>(picks =>
        {
            var members = names.Select((n, i) => $"\"{n}\":{(picks.Length > i ? values[(picks[i] & int.MaxValue) % values.Length] : n is "author" ? "{\"id\":\"2\"}" : "\"1\"")}");
            var json = JsonElement.Parse("{" + string.Join(',', members) + "}");
            _ = MessageMapper.Map(json, bot, InServer, 44);
            _ = MessageText.Of(json, 99, 44);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("""{"id":"1","type":2,"user":{"id":"2"},"locale":"de","data":{"name":"ask","options":[{"type":3,"name":"q","value":"why so"},{"type":4,"name":"n","value":3},{"type":5,"name":"b","value":false}]}}""", "/ask why so 3 false")]
    [InlineData("""{"id":"1","type":2,"user":{"id":"2"},"data":{"name":"admin","options":[{"type":2,"name":"user","options":[{"type":1,"name":"add","options":[{"type":6,"name":"who","value":"5"}]}]}],"resolved":{"users":{"5":{"username":"bob"}}}}}""", "/admin user add @bob")]
    [InlineData("""{"id":"1","type":2,"user":{"id":"2"},"data":{"name":"Translate","type":3,"target_id":"9","resolved":{"messages":{"9":{"content":"bonjour"}}}}}""", "/Translate bonjour")]
    [InlineData("""{"id":"1","type":2,"user":{"id":"2"},"data":{"name":"x","options":[{"type":3,"name":"q"},null,5,{"value":{}}]}}""", "/x")]
    public async Task Command_BecomesItsText(string json, string text)
    {
        var mapped = await Interactions().MapAsync(Channel(), JsonElement.Parse(json), InServer, CancellationToken.None);

        Assert.Equal(text, mapped!.Message.Text.ToString());
        Assert.True(mapped.Message is { IsCommand: true, IsAddressed: true, IsGroup: true, ExternalId: "i1" });
    }

    [Theory]
    [InlineData("""{"id":"1","type":3,"member":{"nick":"A","user":{"id":"2"}},"data":{"component_type":2,"custom_id":"yes"},"message":{"components":[{"components":[{"custom_id":"yes","label":"Yes!"}]}]}}""", "yes", "Yes!")]
    [InlineData("""{"id":"1","type":3,"user":{"id":"2"},"data":{"component_type":3,"custom_id":"list","values":["a","b"]}}""", "a, b", "")]
    [InlineData("""{"id":"1","type":3,"user":{"id":"2"},"data":{"component_type":5,"custom_id":"people","values":["12"]}}""", "12", "")]
    public async Task Component_BecomesItsValue(string json, string value, string text)
    {
        var mapped = await Interactions().MapAsync(Channel(), JsonElement.Parse(json), InServer, CancellationToken.None);

        Assert.Equal((value, text), (mapped!.Message.Extras!.Button, mapped.Message.Text.ToString()));
    }

    [Theory]
    [InlineData("""{"id":"1","type":1}""")]
    [InlineData("""{"id":"1","type":5,"user":{"id":"2"},"data":{}}""")]
    [InlineData("""{"id":"1","type":3,"user":{"id":"2"},"data":null}""")]
    [InlineData("""{"id":"1","type":2,"data":{"name":"x"}}""")]
    public async Task Interaction_WithoutAMessageInIt_IsNone(string json) =>
        Assert.Null(await Interactions().MapAsync(Channel(), JsonElement.Parse(json), InServer, CancellationToken.None));

    private static MappedMessage? Map(object message) => MessageMapper.Map(JsonSerializer.SerializeToElement(message), Bot(), InServer, role: 44);

    private static InteractionMapper Interactions() => new(new(databases: null!));

    private static ChannelModel Channel() => new FakeCatalog().AddChannel();

    private static DiscordBot Bot() => new(Guid.NewGuid(), new("https://discord.com/api/v10/"), "OTk.x.y", new DiscordApi(null!, new("https://discord.com/api/v10/"), "x", new(new(TimeProvider.System), TimeProvider.System), TimeProvider.System), TimeProvider.System);
}
