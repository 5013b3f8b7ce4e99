using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.FakePlatforms.Telegram.Rules;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.Core.Tests.Platforms;

/// <summary>What the fake itself sends, and how it keeps time.</summary>
public sealed class FakeTelegramAnswersTests
{
    [Fact]
    public async Task Updates_OfEveryKind_AreAsDescribed()
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null });
        using BotClient bot = new(telegram);
        if (Description.Find(null) is not { } description) return;
        var ada = telegram.AddUser("Ada", "ada_l");
        byte[] content = [0x89, 0x50, 0x4E, 0x47];
        await ada.StartsAsync("ref");
        var said = await ada.SaysAsync("mail ada@example.com or see https://example.com #now @somebody");
        await ada.EditsAsync(said, "hello again");
        await ada.SendsPhotoAsync(content, "a photo");
        await ada.SendsDocumentAsync("a.txt", content);
        await ada.SendsVoiceAsync(content);
        await ada.Private.SendsAlbumAsync([content, content], "two");
        await bot.ResultAsync("sendMessage", new { chat_id = ada.Id, text = "?", reply_markup = new { inline_keyboard = (object[][])[[new { text = "Yes", callback_data = "y" }]] } });
        var asked = await telegram.WaitForMessageAsync(m => m.Text == "?");
        await ada.PressAsync(asked, "Yes");
        await bot.ResultAsync("deleteMessage", new { chat_id = ada.Id, message_id = asked.Id });
        await ada.PressAsync(asked, "Yes");
        await ada.BlocksAsync();
        await ada.UnblocksAsync();
        var forum = telegram.AddForum("Forum", ada);
        await ada.In(forum, forum.AddTopic("Bugs", ada)).SaysAsync("/help");
        forum.SetBot(Membership.Restricted, ada);
        forum.SetBot(Membership.Administrator, ada);
        forum.SetBot(Membership.Kicked, ada);
        var group = telegram.AddGroup("Group", ada);
        await group.UpgradeAsync(ada);

        var updates = await bot.UpdatesAsync();

        Assert.Equal(20, updates.Count);
        Assert.Empty(updates.SelectMany(u => description.FaultsOf("Update", u)));
        Assert.Empty(description.FaultsOf("User", await bot.ResultAsync("getMe")));
        Assert.Empty(description.FaultsOf("ChatFullInfo", await bot.ResultAsync("getChat", new { chat_id = group.Id })));
        Assert.Empty(description.FaultsOf("ChatMember", await bot.ResultAsync("getChatMember", new { chat_id = group.Id, user_id = ada.Id })));
        Assert.Empty(description.FaultsOf("UserProfilePhotos", await bot.ResultAsync("getUserProfilePhotos", new { user_id = telegram.Bot.Id, limit = 1 })));
        Assert.Empty(description.FaultsOf("WebhookInfo", await bot.ResultAsync("getWebhookInfo")));
    }

    [Fact]
    public async Task RateLimits_On_RefusedUntilTheTimeIsOver()
    {
        TestClock clock = new();
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null, RateLimits = true, Time = clock });
        using BotClient bot = new(telegram);
        var ada = telegram.AddUser("Ada");
        await ada.StartsAsync();
        for (var i = 0; i < 5; i++) await bot.ResultAsync("sendMessage", new { chat_id = ada.Id, text = $"{i}" });

        var refused = await bot.CallAsync("sendMessage", new { chat_id = ada.Id, text = "too many" });
        var seconds = (int)refused["parameters"]!["retry_after"]!;
        clock.Advance(TimeSpan.FromSeconds(seconds + 1));

        Assert.Equal(429, (int)refused["error_code"]!);
        await bot.ResultAsync("sendMessage", new { chat_id = ada.Id, text = "in time" });
    }

    [Fact]
    public async Task GetUpdates_Timeout_EndsEmpty()
    {
        TestClock clock = new();
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null, Time = clock });
        using BotClient bot = new(telegram);

        var poll = bot.UpdatesAsync(timeout: 30);
        await clock.WaitForTimersAsync();
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Empty(await poll);
    }

    [Fact]
    public async Task Bots_TwoHundred_EachGetsItsOwn()
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null });
        var ada = telegram.AddUser("Ada");
        var bots = Enumerable.Range(1000, 200).Select(i => telegram.AddBot($"{i}:SECRET")).ToList();
        List<BotClient> clients = bots.ConvertAll(b => new BotClient(telegram, b.Token));
        var polls = clients.ConvertAll(c => c.UpdatesAsync(timeout: 30));
        await telegram.WaitForCallsAsync("getUpdates", 200);
        foreach (var bot in bots) await ada.With(bot).SaysAsync($"for {bot.Id}");

        var updates = await Task.WhenAll(polls);

        Assert.Equal(bots.Select(b => $"for {b.Id}"), updates.Select(u => (string)Assert.Single(u)["message"]!["text"]!));
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task Revoke_WhilePolling_Unauthorized()
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null });
        using BotClient bot = new(telegram);
        var poll = bot.FaultAsync("getUpdates", new { timeout = 30 });
        await telegram.WaitForCallAsync("getUpdates");
        telegram.Bot.Revoke();

        Assert.Equal("Unauthorized", await poll);
        Assert.Equal("Unauthorized", await bot.FaultAsync("getMe"));
    }

    [Fact]
    public async Task Requests_NoDescription_BuiltInRulesHold()
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null, DescriptionFile = "" });
        using BotClient bot = new(telegram);
        var ada = telegram.AddUser("Ada");
        await ada.StartsAsync();

        Assert.Null(telegram.DescriptionVersion);
        Assert.Equal("Bad Request: chat_id is empty", await bot.FaultAsync("sendMessage", new { text = "hello" }));
        Assert.Equal("Bad Request: message text is empty", await bot.FaultAsync("sendMessage", new { chat_id = ada.Id }));
        Assert.Equal("Bad Request: wrong parameter action in request", await bot.FaultAsync("sendChatAction", new { chat_id = ada.Id, action = "dancing" }));
        Assert.Equal("Bad Request: BOT_COMMAND_INVALID", await bot.FaultAsync("setMyCommands", new { commands = (object[])[new { command = "Help", description = "Helps" }] }));
        Assert.Equal("Bad Request: \"massage\" is not a type of update", await bot.FaultAsync("getUpdates", new { allowed_updates = (string[])["massage"] }));
        Assert.Equal("Not Found: method not found", await bot.FaultAsync("sendNothing"));
        Assert.Equal(6, telegram.Violations.Count);
    }

    [Fact]
    public async Task Requests_Unreadable_RefusedNotBroken()
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null });
        using BotClient bot = new(telegram);

        Assert.Equal("Bad Request: can't parse JSON object", await PostAsync("application/json", """{"chat_id":"""));
        Assert.Equal("Bad Request: strings must be encoded in UTF-8", await PostAsync("application/json", """{"text":"\ud800"}"""));
        Assert.Equal("Bad Request: can't parse the form", await PostAsync("multipart/form-data; boundary=x", "--x\r\nnothing"));

        async Task<string> PostAsync(string type, string body)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, bot.UrlOf("sendMessage")) { Content = new StringContent(body) };
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await bot.Http.SendAsync(request);
            return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["description"]!;
        }
    }

    [Fact]
    public async Task DropConnectionsEvery_OpenPolls_BreakEachTime()
    {
        TestClock clock = new();
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null, Time = clock });
        using BotClient bot = new(telegram);
        await using var mishap = telegram.DropConnectionsEvery(TimeSpan.FromSeconds(5));
        for (var i = 1; i <= 2; i++)
        {
            var poll = bot.UpdatesAsync(timeout: 30);
            await telegram.WaitForCallsAsync("getUpdates", i);
            clock.Advance(TimeSpan.FromSeconds(5));
            await Assert.ThrowsAsync<HttpRequestException>(() => poll);
        }
    }

    [Fact]
    public async Task Replies_QuoteAndMissingMessage_Checked()
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null });
        using BotClient bot = new(telegram);
        var ada = telegram.AddUser("Ada");
        var said = await ada.SaysAsync("hello there");

        await bot.ResultAsync("sendMessage", Reply(said.Id, "there"));
        Assert.Equal("Bad Request: QUOTE_TEXT_INVALID", await bot.FaultAsync("sendMessage", Reply(said.Id, "where")));
        Assert.Equal("Bad Request: message to be replied not found", await bot.FaultAsync("sendMessage", Reply(999, null)));
        await bot.ResultAsync("sendMessage", new { chat_id = ada.Id, text = "x", reply_parameters = new { message_id = 999, allow_sending_without_reply = true } });

        object Reply(int id, string? quote) => quote is null
            ? new { chat_id = ada.Id, text = "x", reply_parameters = new { message_id = id } }
            : new { chat_id = ada.Id, text = "x", reply_parameters = new { message_id = id, quote } };
    }
}
