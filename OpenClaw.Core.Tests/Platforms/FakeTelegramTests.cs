using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.Core.Tests.Platforms;

public sealed class FakeTelegramTests : IAsyncLifetime, IDisposable
{
    private FakeTelegram _telegram = null!;
    private BotClient _bot = null!;
    private FakePerson _ada = null!;

    public async Task InitializeAsync()
    {
        _telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null });
        _bot = new(_telegram);
        _ada = _telegram.AddUser("Ada");
    }

    public async Task DisposeAsync() => await _telegram.DisposeAsync();

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task GetMe_WrongToken_Unauthorized()
    {
        using BotClient stranger = new(_telegram, "1:WRONG");
        using BotClient garbled = new(_telegram, "garbled");

        Assert.Equal("Unauthorized", await stranger.FaultAsync("getMe"));
        Assert.Equal("Not Found", await garbled.FaultAsync("getMe"));
        Assert.Equal(123456, (long)(await _bot.ResultAsync("getMe"))["id"]!);
    }

    [Fact]
    public async Task GetUpdates_Offset_ConfirmsWhatIsBelow()
    {
        await _ada.SaysAsync("one");
        await _ada.SaysAsync("two");

        var both = await _bot.UpdatesAsync();
        var again = await _bot.UpdatesAsync();
        var second = await _bot.UpdatesAsync((long)both[1]["update_id"]!);

        Assert.Equal(["one", "two"], both.Select(u => (string)u["message"]!["text"]!));
        Assert.Equal(2, again.Count);
        Assert.Equal("two", (string)Assert.Single(second)["message"]!["text"]!);
    }

    [Fact]
    public async Task GetUpdates_NothingThere_WaitsForTheNext()
    {
        var poll = _bot.UpdatesAsync(timeout: 30);
        await _telegram.WaitForCallAsync("getUpdates");
        await _ada.SaysAsync("hello");

        Assert.Equal("hello", (string)Assert.Single(await poll)["message"]!["text"]!);
    }

    [Fact]
    public async Task GetUpdates_SecondPoll_EndsTheFirstWithConflict()
    {
        var first = _bot.FaultAsync("getUpdates", new { timeout = 30 });
        await _telegram.WaitForCallAsync("getUpdates");
        var second = _bot.UpdatesAsync(timeout: 30);

        Assert.Equal("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", await first);
        await _ada.SaysAsync("hello");
        Assert.Single(await second);
    }

    [Fact]
    public async Task GetUpdates_AllowedTypes_OthersAreNotKept()
    {
        await _bot.ResultAsync("getUpdates", new { allowed_updates = (string[])["callback_query"] });
        await _ada.SaysAsync("hello");

        Assert.Empty(await _bot.UpdatesAsync());
    }

    [Fact]
    public async Task GetUpdates_IdsJumpDown_StillOffered()
    {
        await _ada.SaysAsync("before");
        var offset = (long)(await _bot.UpdatesAsync())[0]["update_id"]! + 1;
        await _bot.UpdatesAsync(offset);
        _telegram.Bot.Updates.JumpTo(7);
        await _ada.SaysAsync("after");

        Assert.Equal(7, (long)Assert.Single(await _bot.UpdatesAsync(offset))["update_id"]!);
        Assert.Empty(await _bot.UpdatesAsync(8));
    }

    [Fact]
    public async Task GetUpdates_Repeated_OfferedOnceMore()
    {
        await _ada.SaysAsync("hello");
        var offset = (long)(await _bot.UpdatesAsync())[0]["update_id"]! + 1;
        _telegram.Bot.Updates.Repeat();

        Assert.Single(await _bot.UpdatesAsync(offset));
        Assert.Empty(await _bot.UpdatesAsync(offset));
    }

    [Fact]
    public async Task SendMessage_ToWhoNeverWrote_Forbidden()
    {
        _telegram.AddSupergroup("Team", _ada);

        Assert.Equal("Forbidden: bot can't initiate conversation with a user", await SendFaultAsync(_ada.Id, "hello"));
        Assert.Equal("Bad Request: chat not found", await SendFaultAsync(42, "hello"));
        await _ada.StartsAsync("payload");
        await _bot.ResultAsync("sendMessage", new { chat_id = _ada.Id, text = "hello" });
        await _ada.BlocksAsync();
        Assert.Equal("Forbidden: bot was blocked by the user", await SendFaultAsync(_ada.Id, "hello"));
        Assert.Empty(_telegram.Violations);
    }

    [Theory]
    [InlineData(0, "Bad Request: message text is empty")]
    [InlineData(4097, "Bad Request: message is too long")]
    public async Task SendMessage_Length_Refused(int length, string words)
    {
        await _ada.StartsAsync();

        Assert.Equal(words, await SendFaultAsync(_ada.Id, new string('a', length)));
        Assert.Single(_telegram.Violations);
    }

    [Fact]
    public async Task SendMessage_RulesOfTheDescription_Kept()
    {
        if (_telegram.DescriptionVersion is null) return;
        await _ada.StartsAsync();

        Assert.Equal("Bad Request: chatid sendMessage has no field of this name; chat_id is required", await _bot.FaultAsync("sendMessage", new { chatid = _ada.Id, text = "hello" }));
        Assert.Equal("Bad Request: message_thread_id is not of type Integer", await _bot.FaultAsync("sendMessage", new { chat_id = _ada.Id, text = "hello", message_thread_id = "x" }));
        Assert.Equal("Bad Request: entities[0].length is required", await _bot.FaultAsync("sendMessage", new { chat_id = _ada.Id, text = "hello", entities = (object[])[new { type = "bold", offset = 0 }] }));
        Assert.Equal("Not Found: method not found", await _bot.FaultAsync("sendNothing"));
        Assert.Equal("Bad Request: getStarTransactions is not played by this server", await _bot.FaultAsync("getStarTransactions"));
        Assert.Equal(4, _telegram.Violations.Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 2)]
    [InlineData(4, 2)]
    [InlineData(1, 1)]
    public async Task SendMessage_EntityOutsideTheText_Refused(int offset, int length)
    {
        await _ada.StartsAsync();

        var words = await _bot.FaultAsync("sendMessage", new { chat_id = _ada.Id, text = "😀abc", entities = (object[])[new { type = "bold", offset, length }] });

        Assert.StartsWith("Bad Request: can't parse entities: bold entity", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bold", "italic", true)]
    [InlineData("text_link", "bold", true)]
    [InlineData("blockquote", "code", true)]
    [InlineData("bold", "code", false)]
    [InlineData("code", "bold", false)]
    [InlineData("blockquote", "blockquote", false)]
    public async Task SendMessage_NestedEntities_AsTheDocumentationAllows(string outer, string inner, bool allowed)
    {
        await _ada.StartsAsync();
        JsonArray entities = [Entity(outer, 0, 5), Entity(inner, 1, 2)];

        var answer = await _bot.CallAsync("sendMessage", new { chat_id = _ada.Id, text = "hello", entities });

        Assert.Equal(allowed, (bool)answer["ok"]!);
    }

    [Theory]
    [InlineData("HTML", "<b>bold <i>both</i></b> &lt;", "bold both <")]
    [InlineData("HTML", "<b>bold", null)]
    [InlineData("HTML", "<b>bold</i>", null)]
    [InlineData("HTML", "<h1>bold</h1>", null)]
    [InlineData("MarkdownV2", @"*bold _both_* \. `code.` [link](https://example.com/a\)b)", "bold both . code. link")]
    [InlineData("MarkdownV2", "a.", null)]
    [InlineData("MarkdownV2", "*bold", null)]
    [InlineData("MarkdownV2", "```cs\ncode", null)]
    [InlineData("MarkdownV2", "> quoted", " quoted")]
    [InlineData("Markdown", "*bold* a.b", "bold a.b")]
    [InlineData("Markdown", "a_b", null)]
    [InlineData("Other", "a", null)]
    public async Task SendMessage_Markup_ParsedOrRefused(string mode, string markup, string? text)
    {
        await _ada.StartsAsync();

        var answer = await _bot.CallAsync("sendMessage", new { chat_id = _ada.Id, text = markup, parse_mode = mode });

        Assert.Equal(text?.Trim(), (string?)answer["result"]?["text"]);
    }

    [Fact]
    public async Task SendMessage_ButtonData_64Bytes()
    {
        await _ada.StartsAsync();

        await _bot.ResultAsync("sendMessage", new { chat_id = _ada.Id, text = "?", reply_markup = Keyboard("Yes", new string('a', 64)) });

        Assert.Equal("Bad Request: BUTTON_DATA_INVALID", await _bot.FaultAsync("sendMessage", new { chat_id = _ada.Id, text = "?", reply_markup = Keyboard("Yes", new string('é', 33)) }));
    }

    [Fact]
    public async Task EditMessageText_SameContent_NotModified()
    {
        await _ada.StartsAsync();
        await _bot.ResultAsync("sendMessage", new { chat_id = _ada.Id, text = "hello" });
        var message = await _telegram.WaitForMessageAsync(m => m.Text == "hello");

        var same = await _bot.FaultAsync("editMessageText", new { chat_id = _ada.Id, message_id = message.Id, text = "hello " });
        await _bot.ResultAsync("editMessageText", new { chat_id = _ada.Id, message_id = message.Id, text = "hello you" });
        var missing = await _bot.FaultAsync("editMessageText", new { chat_id = _ada.Id, message_id = 999, text = "hello" });

        Assert.StartsWith("Bad Request: message is not modified: ", same, StringComparison.Ordinal);
        Assert.Equal("Bad Request: message to edit not found", missing);
        Assert.Equal(["hello", "hello you"], message.Versions);
    }

    [Fact]
    public async Task PressAsync_Button_AnsweredOnce()
    {
        await _ada.StartsAsync();
        await _bot.ResultAsync("sendMessage", new { chat_id = _ada.Id, text = "?", reply_markup = Keyboard("Yes", "y") });
        var message = await _telegram.WaitForMessageAsync(m => m.Buttons.Count == 1);
        await _bot.ResultAsync("editMessageText", new { chat_id = _ada.Id, message_id = message.Id, text = "gone" });

        var callback = await _ada.PressAsync(message, "Yes");
        var query = (await _bot.UpdatesAsync()).Select(u => u["callback_query"]).OfType<JsonNode>().Single();
        await _bot.ResultAsync("answerCallbackQuery", new { callback_query_id = callback.Id, text = "thanks" });

        Assert.Empty(message.Buttons);
        Assert.Equal("y", (string)query["data"]!);
        Assert.Equal("thanks", (await callback.AnsweredAsync()).Text);
        Assert.Equal("Bad Request: query is too old and response timeout expired or query ID is invalid", await _bot.FaultAsync("answerCallbackQuery", new { callback_query_id = callback.Id }));
    }

    [Fact]
    public async Task Files_BothWays_SameBytes()
    {
        byte[] content = [1, 2, 3, 4, 5];
        await _ada.SendsDocumentAsync("notes.txt", content, "text/plain", "my notes");
        var document = Assert.Single(await _bot.UpdatesAsync())["message"]!["document"]!;
        var path = (string)(await _bot.ResultAsync("getFile", new { file_id = (string)document["file_id"]! }))["file_path"]!;

        var fetched = await _bot.Http.GetByteArrayAsync($"{_telegram.BaseUrl}/file/bot{_telegram.Token}/{path}");
        var sent = await _bot.MultipartAsync("sendDocument", ("chat_id", _ada.Id), ("document", content), ("caption", "back"));
        var message = await _telegram.WaitForMessageAsync(m => m.Caption == "back");

        Assert.Equal(content, fetched);
        Assert.Equal(content, message.Media!.File.Content);
        Assert.Equal("document.bin", (string)sent["result"]!["document"]!["file_name"]!);
    }

    [Fact]
    public async Task SendMediaGroup_Attached_OneGroup()
    {
        await _ada.StartsAsync();
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 1];

        var sent = await _bot.MultipartAsync("sendMediaGroup", ("chat_id", _ada.Id), ("a", png), ("b", png),
            ("media", """[{"type":"photo","media":"attach://a","caption":"two"},{"type":"photo","media":"attach://b"}]"""));

        Assert.Single(sent["result"]!.AsArray().Select(m => (string)m!["media_group_id"]!).Distinct());
        Assert.Equal("Bad Request: media must include 2-10 items", await _bot.FaultAsync("sendMediaGroup", new { chat_id = _ada.Id, media = Array.Empty<object>() }));
    }

    [Fact]
    public async Task Group_PrivacyMode_OnlyWhatIsMeantForTheBot()
    {
        var group = _telegram.AddSupergroup("Team", _ada);
        var sent = await _bot.ResultAsync("sendMessage", new { chat_id = group.Id, text = "I am here" });
        var answer = group.Chat.Find((long)sent["message_id"]!);
        await _ada.In(group).SaysAsync("nothing for it");
        await _ada.In(group).SaysAsync($"hello @{_telegram.Bot.User.Username}");
        await _ada.In(group).SaysAsync("/help");
        await _ada.In(group).SaysAsync("/help@other_bot");
        await _ada.In(group).SaysAsync("a reply", answer);

        var seen = (await _bot.UpdatesAsync()).Select(u => (string)u["message"]!["text"]!);

        Assert.Equal([$"hello @{_telegram.Bot.User.Username}", "/help", "a reply"], seen);
    }

    [Fact]
    public async Task Group_Upgraded_OldIdNamesTheNewOne()
    {
        var group = _telegram.AddGroup("Team", _ada);
        var old = group.Id;
        var chat = await group.UpgradeAsync(_ada);

        var refused = await _bot.CallAsync("sendMessage", new { chat_id = old, text = "hello" });
        var updates = await _bot.UpdatesAsync();

        Assert.Equal(chat.Id, (long)refused["parameters"]!["migrate_to_chat_id"]!);
        Assert.Equal(chat.Id, (long)updates[0]["message"]!["migrate_to_chat_id"]!);
        Assert.Equal(old, (long)updates[1]["message"]!["migrate_from_chat_id"]!);
        await _bot.ResultAsync("sendMessage", new { chat_id = chat.Id, text = "hello" });
    }

    [Fact]
    public async Task Forum_Threads_GeneralIsNone()
    {
        var forum = _telegram.AddForum("Help", _ada);
        var topic = forum.AddTopic("Bugs", _ada);
        _telegram.Bot.PrivacyMode = false;
        await _ada.In(forum, topic).SaysAsync("in the topic");
        await _ada.In(forum).SaysAsync("in General");

        var updates = await _bot.UpdatesAsync();

        Assert.Equal(topic.Id, (int)updates[1]["message"]!["message_thread_id"]!);
        Assert.Null(updates[2]["message"]!["message_thread_id"]);
        Assert.Equal("Bad Request: message thread not found", await _bot.FaultAsync("sendMessage", new { chat_id = forum.Id, text = "x", message_thread_id = 1 }));
        await _bot.ResultAsync("sendMessage", new { chat_id = forum.Id, text = "x", message_thread_id = topic.Id });
    }

    [Fact]
    public async Task SetBot_RemovedFromTheGroup_ToldAndForbidden()
    {
        var group = _telegram.AddSupergroup("Team", _ada);
        group.SetBot(Membership.Kicked, _ada);

        var update = (await _bot.UpdatesAsync()).Single(u => u["my_chat_member"] is not null);

        Assert.Equal("kicked", (string)update["my_chat_member"]!["new_chat_member"]!["status"]!);
        Assert.Equal("Forbidden: bot was kicked from the supergroup chat", await SendFaultAsync(group.Id, "hello"));
    }

    [Fact]
    public async Task Faults_Next_PlayedInTheirOrder()
    {
        _telegram.Faults.Next("getMe", Fault.TooManyRequests(5));
        _telegram.Faults.Next("getMe", Fault.TooManyRequests(null));
        _telegram.Faults.Next("getMe", Fault.HtmlPage());
        _telegram.Faults.Next("getMe", Fault.Reset);
        _telegram.Faults.Next("getMe", Fault.HalfAnswer);

        var first = await _bot.CallAsync("getMe");
        var second = await _bot.CallAsync("getMe");
        using var third = await _bot.Http.GetAsync(_bot.UrlOf("getMe"));

        Assert.Equal("Too Many Requests: retry after 5", (string)first["description"]!);
        Assert.Equal(5, (int)first["parameters"]!["retry_after"]!);
        Assert.Null(second["parameters"]);
        Assert.Equal("text/html", third.Content.Headers.ContentType!.MediaType);
        await Assert.ThrowsAsync<HttpRequestException>(() => _bot.Http.GetStringAsync(_bot.UrlOf("getMe")));
        await Assert.ThrowsAsync<HttpRequestException>(() => _bot.Http.GetStringAsync(_bot.UrlOf("getMe")));
        await _bot.ResultAsync("getMe");
    }

    [Fact]
    public async Task Faults_LostAnswer_MessageIsSentAllTheSame()
    {
        await _ada.StartsAsync();
        _telegram.Faults.Next("sendMessage", Fault.LostAnswer);

        await Assert.ThrowsAsync<HttpRequestException>(() => _bot.CallAsync("sendMessage", new { chat_id = _ada.Id, text = "in doubt" }));

        Assert.Equal("in doubt", Assert.Single(_telegram.Messages).Text);
    }

    [Fact]
    public async Task DropConnections_OpenPoll_Breaks()
    {
        var poll = _bot.UpdatesAsync(timeout: 30);
        await _telegram.WaitForCallAsync("getUpdates");

        Assert.Equal(1, _telegram.DropConnections());
        await Assert.ThrowsAsync<HttpRequestException>(() => poll);
    }

    [Fact]
    public async Task Requests_QueryAndForm_ReadLikeJson()
    {
        await _ada.StartsAsync();
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["chat_id"] = $"{_ada.Id}", ["text"] = "by form", ["entities"] = """[{"type":"bold","offset":0,"length":2}]""" });

        using var byForm = await _bot.Http.PostAsync(_bot.UrlOf("sendMessage"), form);
        using var byQuery = await _bot.Http.GetAsync(_bot.UrlOf($"sendmessage?chat_id={_ada.Id}&text=by%20query"));

        Assert.True(byForm.IsSuccessStatusCode && byQuery.IsSuccessStatusCode);
        Assert.Equal(["by form", "by query"], _telegram.Messages.Select(m => m.Text));
        Assert.Empty(_telegram.Violations);
    }

    private Task<string> SendFaultAsync(long chat, string text) => _bot.FaultAsync("sendMessage", new { chat_id = chat, text });

    private static JsonObject Entity(string type, int offset, int length)
    {
        JsonObject entity = new() { ["type"] = type, ["offset"] = offset, ["length"] = length };
        if (type is "text_link") entity["url"] = "https://example.com";
        return entity;
    }

    private static object Keyboard(string text, string data) => new { inline_keyboard = (object[][])[[new { text, callback_data = data }]] };
}
