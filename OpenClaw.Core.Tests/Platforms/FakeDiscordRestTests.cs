using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rest;
using OpenClaw.FakePlatforms.Discord.Rules;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.Core.Tests.Platforms;

/// <summary>The fake keeps the rules of the REST API. Rules are broken on purpose here, so nothing is captured.</summary>
public sealed class FakeDiscordRestTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private FakeDiscord _discord = null!;
    private RawDiscord _rest = null!;
    private DiscordChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _discord = await FakeDiscord.StartAsync(new() { Time = _clock, CaptureFolder = null });
        _rest = new(_discord);
        _channel = _discord.AddGuild("Guild").Channels[0];
    }

    public async Task DisposeAsync() => await _discord.DisposeAsync();

    [Fact]
    public async Task Get_TheRoutesOfAPreflight_AnswerAsTheDescriptionSays()
    {
        var ada = _discord.AddUser("Ada");
        _channel.Deny(_discord.Bot, Permissions.EmbedLinks);

        var application = await _rest.GetAsync("/applications/@me");
        var gateway = await _rest.GetAsync("/gateway/bot");
        var direct = await _rest.PostAsync("/users/@me/channels", new JsonObject { ["recipient_id"] = ada.Id });
        var channels = await _rest.GetAsync($"/guilds/{_channel.Guild!.Id}/channels");

        Assert.Equal(1 << 19, (int)application.Json!["flags"]! & (1 << 19));
        Assert.Equal(_discord.Gateway.Url, (string?)gateway.Json!["url"]);
        Assert.Equal(1000, (int)gateway.Json["session_start_limit"]!["remaining"]!);
        Assert.Equal(ada.Direct().Id, direct.Id);
        Assert.Equal(UserShapes.Number(Permissions.EmbedLinks), (string?)channels.Json![0]!["permission_overwrites"]![0]!["deny"]);
        foreach (var path in new[] { "/users/@me", "/users/@me/guilds", $"/guilds/{_channel.Guild.Id}", $"/guilds/{_channel.Guild.Id}/members/{_discord.Bot.Id}", $"/guilds/{_channel.Guild.Id}/threads/active", $"/channels/{_channel.Id}", $"/channels/{direct.Id}" })
            Assert.Equal(200, (await _rest.GetAsync(path)).Status);
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Request_WithoutAgent_IsBlockedByTheProxyWithoutJson()
    {
        _rest.Agent = null;

        var answer = await _rest.GetAsync("/users/@me");

        Assert.Equal((403, null), (answer.Status, answer.Json));
        Assert.Single(_discord.Violations);
    }

    [Fact]
    public async Task Request_WithAResetToken_Is401()
    {
        _discord.Bot.ResetToken();

        Assert.Equal(401, (await _rest.GetAsync("/users/@me")).Status);
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Post_WhatTheDescriptionForbids_Is50035WithTheFieldsPath()
    {
        if (ApiDescription.Current is null) return;
        var unknown = await _rest.PostAsync($"/channels/{_channel.Id}/messages", new JsonObject { ["content"] = "x", ["contents"] = "y" });
        var type = await _rest.PostAsync($"/channels/{_channel.Id}/messages", new JsonObject { ["content"] = 5 });
        var style = await _rest.PostAsync($"/channels/{_channel.Id}/messages", Buttons(new JsonObject { ["type"] = 2, ["style"] = 9, ["label"] = "x", ["custom_id"] = "x" }));
        var limit = await _rest.GetAsync($"/channels/{_channel.Id}/messages?limit=101");
        var path = await _rest.GetAsync("/channels");
        var method = await _rest.DeleteAsync($"/channels/{_channel.Id}/messages");

        Assert.Equal("UNKNOWN_FIELD", ErrorAt(unknown, "contents"));
        Assert.Equal("BASE_TYPE_BAD_TYPE", ErrorAt(type, "content"));
        Assert.Equal("BASE_TYPE_CHOICES", ErrorAt(style, "components", "0", "components", "0", "style"));
        Assert.Equal("NUMBER_TYPE_MAX", ErrorAt(limit, "limit"));
        Assert.Equal(404, path.Status);
        Assert.Equal(405, method.Status);
        Assert.Equal(6, _discord.Violations.Count);
    }

    [Fact]
    public async Task Post_WhatThePagesForbid_IsRefused()
    {
        var at = $"/channels/{_channel.Id}/messages";
        var longText = await _rest.SayAsync(_channel.Id, new('x', 2001));
        var blank = await _rest.SayAsync(_channel.Id, " \n ");
        var embed = await _rest.PostAsync(at, new JsonObject { ["embeds"] = new JsonArray(new JsonObject { ["description"] = new string('x', 3500) }, new JsonObject { ["description"] = new string('x', 3500) }) });
        var twice = await _rest.PostAsync(at, Buttons(Button("a"), Button("a")));
        _clock.Advance(TimeSpan.FromSeconds(5));
        var six = await _rest.PostAsync(at, Buttons([.. Enumerable.Range(0, 6).Select(i => Button($"{i}"))]));
        var nonce = await _rest.PostAsync(at, new JsonObject { ["content"] = "x", ["nonce"] = new string('n', 26) });

        Assert.Equal("BASE_TYPE_MAX_LENGTH", ErrorAt(longText, "content"));
        Assert.Equal(50006, blank.Code);
        Assert.Equal("MAX_EMBED_SIZE_EXCEEDED", ErrorAt(embed, "embeds"));
        Assert.Equal("COMPONENT_CUSTOM_ID_DUPLICATED", ErrorAt(twice, "components", "0", "components", "1", "custom_id"));
        Assert.Equal(400, six.Status);
        Assert.True(nonce.Status == 400 || ApiDescription.Current is null);
        Assert.Empty(_discord.BotMessages);
    }

    [Fact]
    public async Task Post_TwiceWithAnEnforcedNonce_IsOneMessageForThreeMinutes()
    {
        var body = new JsonObject { ["content"] = "once", ["nonce"] = "n1", ["enforce_nonce"] = true };

        var first = await _rest.PostAsync($"/channels/{_channel.Id}/messages", body);
        var again = await _rest.PostAsync($"/channels/{_channel.Id}/messages", body);
        _clock.Advance(TimeSpan.FromMinutes(4));
        var later = await _rest.PostAsync($"/channels/{_channel.Id}/messages", body);

        Assert.Equal(first.Id, again.Id);
        Assert.NotEqual(first.Id, later.Id);
        Assert.Equal("n1", (string?)first.Json!["nonce"]);
    }

    [Fact]
    public async Task Post_ReplyWithComponentsAndEmbeds_IsStoredAndShownAsTheDescriptionSays()
    {
        var ada = _discord.AddUser("Ada");
        var question = await ada.SaysAsync(_channel, "which?");
        var body = Buttons(Button("yes"));
        body["content"] = $"{ada.Mention} @everyone choose";
        body["embeds"] = new JsonArray(new JsonObject { ["title"] = "T", ["fields"] = new JsonArray(new JsonObject { ["name"] = "n", ["value"] = "v" }) });
        body["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray(), ["replied_user"] = false };
        body["message_reference"] = new JsonObject { ["message_id"] = question.Id };

        var answer = await _rest.PostAsync($"/channels/{_channel.Id}/messages", body);
        var edited = await _rest.PatchAsync($"/channels/{_channel.Id}/messages/{answer.Id}", new JsonObject { ["content"] = "done", ["components"] = new JsonArray() });
        var lost = await _rest.PostAsync($"/channels/{_channel.Id}/messages", new JsonObject { ["content"] = "x", ["message_reference"] = new JsonObject { ["message_id"] = "1" } });

        Assert.Equal(19, (int)answer.Json!["type"]!);
        Assert.Empty(answer.Json["mentions"]!.AsArray());
        Assert.False((bool)answer.Json["mention_everyone"]!);
        var message = Assert.Single(_discord.BotMessages);
        Assert.Equal(("done", 0, 1), (message.Content, message.Components.Count, message.Embeds.Count));
        Assert.Equal("done", (string?)edited.Json!["content"]);
        Assert.Equal("REPLIES_UNKNOWN_MESSAGE", ErrorAt(lost, "message_reference"));
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Post_Files_AreKeptUnderAnAddressThatPassesAway()
    {
        using MultipartFormDataContent form = new()
        {
            { new StringContent("""{"content":"here","attachments":[{"id":"0","description":"notes"}]}""", Encoding.UTF8, "application/json"), "payload_json" },
            { new ByteArrayContent("hello"u8.ToArray()), "files[0]", "notes.txt" },
        };
        using HttpClient plain = new();

        var sent = await _rest.SendAsync(HttpMethod.Post, $"/channels/{_channel.Id}/messages", form);
        var url = (string)sent.Json!["attachments"]![0]!["url"]!;
        var fresh = await plain.GetStringAsync(url);
        _clock.Advance(TimeSpan.FromHours(25));
        using var stale = await plain.GetAsync(url);

        Assert.Equal("hello", fresh);
        Assert.Equal(404, (int)stale.StatusCode);
        Assert.Equal("notes", _discord.BotMessages[0].Attachments[0].File.Description);
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Get_Messages_PagesAfterAnIdNewestFirst()
    {
        var ada = _discord.AddUser("Ada");
        var said = new List<DiscordMessage>();
        for (var i = 0; i < 5; i++) said.Add(await ada.SaysAsync(_channel, $"{i}"));

        var page = await _rest.GetAsync($"/channels/{_channel.Id}/messages?after={said[0].Id}&limit=3");
        var last = await _rest.GetAsync($"/channels/{_channel.Id}/messages?before={said[4].Id}&limit=1");

        Assert.Equal(["3", "2", "1"], page.Json!.AsArray().Select(m => (string?)m!["content"]));
        Assert.Equal("3", (string?)Assert.Single(last.Json!.AsArray())!["content"]);
    }

    [Fact]
    public async Task Post_WhereTheBotMayNot_IsRefusedWithTheReason()
    {
        var shy = _discord.AddUser("Shy");
        shy.TakesDirectMessages = false;
        var hidden = _channel.Guild!.AddChannel("hidden");
        hidden.Deny(_discord.Bot, Permissions.ViewChannel);
        _channel.Deny(_discord.Bot, Permissions.SendMessages);

        Assert.Equal(50007, (await _rest.SayAsync(shy.Direct().Id, "x")).Code);
        Assert.Equal(50001, (await _rest.SayAsync(hidden.Id, "x")).Code);
        Assert.Equal(50013, (await _rest.SayAsync(_channel.Id, "x")).Code);
        Assert.Equal(10003, (await _rest.SayAsync("1", "x")).Code);
        Assert.Equal(10008, (await _rest.GetAsync($"/channels/{_channel.Id}/messages/1")).Code);
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Post_OverTheBucket_Is429UntilItsReset()
    {
        for (var i = 0; i < 4; i++) await _rest.SayAsync(_channel.Id, "x");

        var fifth = await _rest.SayAsync(_channel.Id, "x");
        var sixth = await _rest.SayAsync(_channel.Id, "x");
        var elsewhere = await _rest.SayAsync(_channel.Guild!.AddChannel("other").Id, "x");
        _clock.Advance(TimeSpan.FromSeconds(5));
        var after = await _rest.SayAsync(_channel.Id, "x");

        Assert.Equal(("0", 200), (fifth.Headers["X-RateLimit-Remaining"], fifth.Status));
        Assert.Equal((429, "user", "5"), (sixth.Status, sixth.Headers["X-RateLimit-Scope"], sixth.Headers["Retry-After"]));
        Assert.Equal(5.0, (double)sixth.Json!["retry_after"]!, 3);
        Assert.Equal(sixth.Headers["X-RateLimit-Bucket"], elsewhere.Headers["X-RateLimit-Bucket"]);
        Assert.Equal((200, 200), (elsewhere.Status, after.Status));
    }

    [Fact]
    public async Task Requests_OverTheGlobalLimitOrTheInvalidBudget_AreRefused()
    {
        _discord.Limits.Global = 2;
        _discord.Limits.InvalidBudget = 2;
        await _rest.GetAsync("/users/@me");
        await _rest.GetAsync("/users/@me");

        var global = await _rest.GetAsync("/users/@me");
        await _rest.GetAsync("/users/@me");
        var banned = await _rest.GetAsync("/users/@me");

        Assert.Equal((429, "true", "global"), (global.Status, global.Headers["X-RateLimit-Global"], global.Headers["X-RateLimit-Scope"]));
        Assert.True((bool)global.Json!["global"]!);
        Assert.Equal((429, null), (banned.Status, banned.Json));
    }

    [Fact]
    public async Task Faults_AreUsedUpInTheirOrder()
    {
        var route = "POST /channels/*/messages";
        _discord.Faults.Next(route, RestFault.TooManyRequests(1.5, "shared"));
        _discord.Faults.Next(route, RestFault.HtmlPage(502));
        _discord.Faults.Next(route, RestFault.LostAnswer);

        var limited = await _rest.SayAsync(_channel.Id, "x");
        var html = await _rest.SayAsync(_channel.Id, "x");
        await Assert.ThrowsAsync<HttpRequestException>(() => _rest.SayAsync(_channel.Id, "in doubt"));
        var good = await _rest.SayAsync(_channel.Id, "good");

        Assert.Equal((429, "shared", "2"), (limited.Status, limited.Headers["X-RateLimit-Scope"], limited.Headers["Retry-After"]));
        Assert.Equal((502, null), (html.Status, html.Json));
        Assert.Equal(200, good.Status);
        Assert.Equal(["in doubt", "good"], _discord.BotMessages.Select(m => m.Content));
        Assert.Equal("good", (string?)_discord.Calls("POST /channels/*/messages")[^1].Fields["content"]);
    }

    [Fact]
    public async Task Threads_FromAMessageAndInAForum_AreMade()
    {
        var forum = _channel.Guild!.AddForum("questions");
        var sent = await _rest.SayAsync(_channel.Id, "start");

        var thread = await _rest.PostAsync($"/channels/{_channel.Id}/messages/{sent.Id}/threads", new JsonObject { ["name"] = "T" });
        var post = await _rest.PostAsync($"/channels/{forum.Id}/threads", new JsonObject { ["name"] = "Post", ["message"] = new JsonObject { ["content"] = "first" } });
        var inside = await _rest.SayAsync(post.Id, "second");

        Assert.Equal((201, sent.Id), (thread.Status, thread.Id));
        Assert.Equal((201, forum.Id), (post.Status, (string?)post.Json!["parent_id"]));
        Assert.Equal(200, inside.Status);
        Assert.Equal(50008, (await _rest.SayAsync(forum.Id, "x")).Code);
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Commands_AreCheckedAndKeepTheirIds()
    {
        JsonArray Commands(string name) => new(new JsonObject
        {
            ["name"] = name,
            ["description"] = "Asks.",
            ["options"] = new JsonArray(new JsonObject { ["type"] = 3, ["name"] = "question", ["description"] = "What.", ["required"] = true }),
        });
        var at = $"/applications/{_discord.Bot.Id}/commands";

        var first = await _rest.PutAsync(at, Commands("ask"));
        var again = await _rest.PutAsync(at, Commands("ask"));
        var bad = await _rest.PutAsync(at, Commands("Ask me"));

        Assert.Equal((string?)first.Json![0]!["id"], (string?)again.Json![0]!["id"]);
        Assert.Equal("APPLICATION_COMMAND_INVALID_NAME", ErrorAt(bad, "0", "name"));
        Assert.Equal(2, _discord.Bot.CommandWrites);
    }

    private static JsonObject Button(string id) => new() { ["type"] = 2, ["style"] = 1, ["label"] = id, ["custom_id"] = id };

    private static JsonObject Buttons(params JsonNode[] buttons) =>
        new() { ["content"] = "choose", ["components"] = new JsonArray(new JsonObject { ["type"] = 1, ["components"] = new JsonArray(buttons) }) };

    private static string? ErrorAt(RawAnswer answer, params string[] path)
    {
        Assert.Equal(50035, answer.Code);
        var place = path.Aggregate(answer.Json!["errors"], (node, part) => node?[part]);
        return (string?)place?["_errors"]?[0]?["code"];
    }
}
