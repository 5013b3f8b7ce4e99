using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.FakePlatforms.Telegram.World;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>How replies leave: parts, formatting, buttons, files, limits.</summary>
public sealed class SenderTests : IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 4];
    private TelegramPlace _place = null!;
    private FakePerson _ada = null!;

    private string Chat => _ada.Private.Chat.Id.ToString(CultureInfo.InvariantCulture);

    private FakeTelegram Telegram => _place.Telegram;

    public async Task InitializeAsync()
    {
        _place = await TelegramPlace.StartAsync();
        _ada = Telegram.AddUser("Ada");
        await _ada.SaysAsync("hello");
        var greeting = await Telegram.WaitForMessageAsync(m => m.Text == "hello");
        Telegram.World.Delete(greeting);
    }

    public Task DisposeAsync() => _place.DisposeAsync().AsTask();

    [Fact]
    public async Task Text_OverTheLimit_IsSplitAndNothingIsLost()
    {
        var words = string.Join(' ', Enumerable.Range(0, 3_000).Select(i => $"w{i}"));
        await SentAsync(words);
        Assert.True(Telegram.Messages.Count > 3);
        Assert.All(Telegram.Messages, m => Assert.InRange(m.Text!.Length, 1, 4_096));
        Assert.Equal(words.Split(' '), Telegram.Messages.SelectMany(m => m.Text!.Split(' ')));
    }

    [Fact]
    public async Task Text_WithMarkdown_HasEntitiesAndNoParseMode()
    {
        await SentAsync("**bold** `code`\n\n```cs\nvar x = \"<b>\";\n```");
        var call = Telegram.Calls("sendMessage")[^1];
        Assert.Null(call["parse_mode"]);
        Assert.Equal(["bold", "code", "pre"], Telegram.Messages[^1].Entities!.Select(e => (string)e!["type"]!));
        Assert.Equal("true", call.Fields.Json("link_preview_options")!["is_disabled"]!.ToString(), ignoreCase: true);
    }

    [Theory]
    [InlineData("Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 5")]
    [InlineData("Bad Request: ENTITY_TEXTURL_INVALID")]
    public async Task Entities_Refused_SamePartGoesAsPlainText(string said)
    {
        Telegram.Faults.Next("sendMessage", Fault.Error(400, said));
        await SentAsync("**bold** text");
        Assert.Equal(("bold text", 0), (Telegram.Messages[^1].Text, Telegram.Messages[^1].Entities?.Count ?? 0));
        Assert.Single(Telegram.Messages);
    }

    [Fact]
    public async Task Buttons_Refused_GoAsLines()
    {
        Telegram.Faults.Next("sendMessage", Fault.Error(400, "Bad Request: BUTTON_DATA_INVALID"));
        await SentAsync("choose", new(Buttons: [new("Yes", "y"), new("No", "n")]));
        Assert.Equal("choose\n\n1. Yes\n2. No", Telegram.Messages[^1].Text);
    }

    [Fact]
    public async Task Buttons_Many_StandUnderTheLastPartInRowsAndWhatHasNoRoomIsText()
    {
        await SentAsync(string.Join(' ', Enumerable.Repeat("word", 1_500)), new(Buttons: [.. Enumerable.Range(0, 120).Select(i => new MessageButton($"B{i}", new string('v', i)))]));
        Assert.All(Telegram.Messages.SkipLast(1), m => Assert.Empty(m.Buttons));
        Assert.Equal(100, Telegram.Messages[^1].Buttons.Count);
        Assert.Contains("• B119", Telegram.Messages[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buttons_WithoutText_HaveOne()
    {
        await SentAsync("", new(Buttons: [new("", "only-value")]));
        Assert.Equal("only-value", Assert.Single(Telegram.Messages[^1].Buttons).Text);
    }

    [Fact]
    public async Task Card_IsTextWithItsTitleInBold()
    {
        await SentAsync("Here:", new(Card: new("Order 7", "Tea", [new("Price", "2 €")], null)));
        Assert.Equal("Here:\n\nOrder 7\n\nTea\n\nPrice: 2 €", Telegram.Messages[^1].Text);
        Assert.Contains(Telegram.Messages[^1].Entities!, e => (string)e!["type"]! == "bold" && (int)e["length"]! == "Order 7".Length);
    }

    [Fact]
    public async Task Card_WithAPictureThatTelegramCannotFetch_IsTextWithItsAddress()
    {
        await SentAsync("", new(Card: new("Order 7", null, null, "https://shop.example/tea.png")));
        Assert.Equal("https://shop.example/tea.png", Assert.Single(Telegram.Calls("sendPhoto"))["photo"]);
        Assert.Equal("Order 7\n\nPicture: https://shop.example/tea.png", Telegram.Messages[^1].Text);
    }

    [Theory]
    [InlineData("image/jpeg", "photo")]
    [InlineData("audio/ogg", "voice")]
    [InlineData("audio/mpeg", "audio")]
    [InlineData("video/mp4", "video")]
    [InlineData("application/pdf", "document")]
    [InlineData("image/gif", "document")] // the stand-in has no animations
    [InlineData("nonsense", "document")]
    public async Task File_GoesAsWhatItIsWithItsCaption(string type, string kind)
    {
        var file = await _place.FileAsync("Bericht für dich.bin", type, Jpeg);
        await SentAsync("see **this**", new([file], [new("Ok", "ok")]));
        var message = Assert.Single(Telegram.Messages);
        Assert.Equal((kind, "see this"), (message.Media!.Kind, message.Caption));
        Assert.Equal(Jpeg, message.Media.File.Content);
        Assert.Single(message.Buttons);
        if (kind == "document") Assert.Equal("Bericht für dich.bin", message.Media.File.Name);
    }

    [Fact]
    public async Task File_WithATextThatIsTooLongForACaption_GoesAfterTheText()
    {
        await SentAsync(string.Join(' ', Enumerable.Repeat("word", 300)), new([await _place.FileAsync("a.pdf", "application/pdf", [1]), await _place.FileAsync("b.pdf", "application/pdf", [2])]));
        Assert.Equal([null, "document", "document"], Telegram.Messages.Select(m => m.Media?.Kind));
        Assert.Null(Telegram.Messages[1].Caption);
    }

    [Fact]
    public async Task Photo_ThatTelegramDoesNotTake_GoesAsADocument()
    {
        await SentAsync("look", new([await _place.FileAsync("a.jpg", "image/jpeg", "no picture"u8.ToArray())]));
        Assert.Equal(("document", "look"), (Telegram.Messages[^1].Media!.Kind, Telegram.Messages[^1].Caption));
        Assert.Equal("no picture"u8.ToArray(), Telegram.Messages[^1].Media!.File.Content);
    }

    [Fact]
    public async Task File_ThatTelegramRefusesAtAll_GoesAsALink()
    {
        Telegram.Faults.Always("sendDocument", Fault.Error(413, "Request Entity Too Large"));
        await SentAsync("look", new([await _place.FileAsync("a.pdf", "application/pdf", [1])]));
        Assert.Contains("/files/", Telegram.Messages[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatIsGoneOrEmpty_IsSaid()
    {
        await SentAsync("look", new([new(Guid.CreateVersion7(), "gone.pdf", "application/pdf", 10)]));
        Assert.Equal("look\n\n[gone.pdf is not available any more]", Telegram.Messages[^1].Text);
        await SentAsync("", new([await _place.FileAsync("empty.txt", "text/plain", [])]));
        Assert.StartsWith("empty.txt: http", Telegram.Messages[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_InAGroup_NamesWhatItAnswersEvenWhenThatIsGone()
    {
        var group = Telegram.AddSupergroup("Room", _ada);
        var said = await _ada.In(group).SaysAsync("question");
        var chat = group.Id.ToString(CultureInfo.InvariantCulture);
        Assert.Null((await ConversationTests.SendAsync(_place, chat, null, "answer", inReplyTo: $"9.{said.Id}")).Failure);
        Assert.Equal(said.Id, (await Telegram.WaitForMessageAsync(m => m.Text == "answer")).ReplyTo!.Id);
        Telegram.World.Delete(said);
        Assert.Null((await ConversationTests.SendAsync(_place, chat, null, "late answer", inReplyTo: $"9.{said.Id}")).Failure);
        Assert.Null((await ConversationTests.SendAsync(_place, chat, null, "to a button", inReplyTo: $"9.{said.Id}.button")).Failure);
        Assert.Equal(3, Telegram.Messages.Count);
        Assert.Null((await ConversationTests.SendAsync(_place, Chat, null, "private", inReplyTo: $"9.{said.Id}")).Failure);
        Assert.Null(Telegram.Calls("sendMessage")[^1]["reply_parameters"]);
    }

    [Fact]
    public async Task Flood_Short_IsWaitedOut()
    {
        Telegram.Faults.Next("sendMessage", Fault.TooManyRequests(1));
        await SentAsync("hello");
        Assert.Single(Telegram.Messages);
    }

    [Theory]
    [InlineData(false, 40)]
    [InlineData(true, 60)]
    public async Task Flood_Long_IsThePlatformsPauseAndNoFailureOfItsOwn(bool isPage, int seconds)
    {
        Telegram.Faults.Next("sendMessage", isPage ? Fault.HtmlPage(429) : Fault.TooManyRequests(40));
        var outcome = await ConversationTests.SendAsync(_place, Chat, null, "hello");
        Assert.Equal((FailureKind.RateLimited, TimeSpan.FromSeconds(seconds), DeadLetterRisks.NeverSent), (outcome.Failure!.Kind, outcome.Failure.RetryAfter, outcome.Failure.Risk));
        Assert.Contains(_place.Road.Get<IEnumerable<IChannelBudget>>().Single(b => b.Kind == "telegram").Look(_place.Channel.Id), v => v.PausedUntil > TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Answer_Lost_IsUnknownAndGoesAgainAsAPossibleDuplicate()
    {
        Telegram.Faults.Next("sendMessage", Fault.LostAnswer);
        var outcome = await ConversationTests.SendAsync(_place, Chat, null, "hello");
        Assert.Equal((FailureKind.Transient, DeadLetterRisks.Unknown), (outcome.Failure!.Kind, outcome.Failure.Risk));
        Telegram.Faults.Next("sendMessage", Fault.LostAnswer);
        await _ada.SaysAsync("echo");
        await Telegram.WaitForMessagesAsync(2, m => m.Text == "echo");
        Assert.Equal(MessageState.Answered, (await _place.RepliesAsync(2))[^1].State);
    }

    [Fact]
    public async Task Nothing_ThatCanBeSeen_IsRefusedHere()
    {
        foreach (var text in new[] { "", "  \n ", "\u200B\u200D", "\u202E" })
            Assert.Equal((FailureKind.Permanent, DeadLetterRisks.NeverSent), await OutcomeAsync(text));
        Assert.Empty(Telegram.Messages);

        async Task<(FailureKind, string)> OutcomeAsync(string text)
        {
            var failure = (await ConversationTests.SendAsync(_place, Chat, null, text)).Failure!;
            return (failure.Kind, failure.Risk);
        }
    }

    [Theory]
    [InlineData("not a number")]
    [InlineData("0")]
    [InlineData("99999999999999999999999")]
    public async Task Conversation_ThatIsNoChat_IsRefusedHere(string conversation) =>
        Assert.Equal(FailureKind.Permanent, (await ConversationTests.SendAsync(_place, conversation, null, "hello")).Failure!.Kind);

    [Fact]
    public async Task Preview_BecomesTheReply()
    {
        var shown = await ShownAsync("grow");
        await SentAsync("grown **up**", new(Buttons: [new("Ok", "ok")]), shown);
        var message = Assert.Single(Telegram.Messages);
        Assert.Equal(("grown up", shown), (message.Text, message.Id.ToString(CultureInfo.InvariantCulture)));
        Assert.Single(message.Buttons);
    }

    [Fact]
    public async Task Preview_ThatSaysItAlready_IsASuccess()
    {
        var shown = await ShownAsync("same");
        await SentAsync("same", preview: shown);
        Assert.Single(Telegram.Messages);
    }

    [Fact]
    public async Task Preview_SomebodyDeleted_ReplyIsAMessageOfItsOwn()
    {
        var shown = await ShownAsync("grow");
        Telegram.World.Delete(Telegram.Messages[^1]);
        await SentAsync("grown", preview: shown);
        Assert.Equal("grown", Assert.Single(Telegram.Messages).Text);
    }

    [Fact]
    public async Task Preview_InALongFlood_FinalGoesAsAMessageAndThePreviewAfterIt()
    {
        var shown = await ShownAsync("grow");
        Telegram.Faults.Next("editMessageText", Fault.TooManyRequests(30));
        await SentAsync("grown", preview: shown);
        Assert.Equal("grown", Assert.Single(Telegram.Messages).Text);
        var order = Telegram.Calls().Select(c => c.Method).Where(m => m is "sendMessage" or "deleteMessage").ToList();
        Assert.Equal("deleteMessage", order[^1]);
        Assert.True(Telegram.Calls("sendMessage")[^1].Succeeded);
    }

    /// <summary>The flood was met while the answer grew: the final waits for nothing.</summary>
    [Fact]
    public async Task Preview_ThatRanIntoALongFlood_FinalGoesAsAMessageAtOnce()
    {
        var shown = await ShownAsync("grow");
        Telegram.Faults.Next("editMessageText", Fault.TooManyRequests(30));
        var growing = new GrowingAnswer(Guid.CreateVersion7(), new(Chat, null, "u", null), null, Utf8Text.From("growing"), shown);
        await TestWait.UntilAsync(async () => (await _place.Road.Get<TelegramSender>().ShowAsync(_place.Channel, growing, default)).IsOver); // the budget spaces them
        var edits = Telegram.Calls("editMessageText").Count;
        await SentAsync("grown", preview: shown);
        Assert.Equal("grown", Assert.Single(Telegram.Messages).Text);
        Assert.Equal(edits, Telegram.Calls("editMessageText").Count);
    }

    [Fact]
    public async Task Preview_OfAReplyThatIsAFile_GoesAfterIt()
    {
        var shown = await ShownAsync("grow");
        await SentAsync("here", new([await _place.FileAsync("a.pdf", "application/pdf", [1])]), shown);
        Assert.Equal("document", Assert.Single(Telegram.Messages).Media!.Kind);
    }

    [Fact]
    public async Task Preview_FinalCannotBeSent_Stays()
    {
        var shown = await ShownAsync("grow");
        Telegram.Faults.Next("editMessageText", Fault.Error(400, "Bad Request: message to edit not found"));
        Telegram.Faults.Next("sendMessage", Fault.Error(500));
        Assert.NotNull((await ConversationTests.SendAsync(_place, Chat, null, "grown", preview: shown)).Failure);
        Assert.Equal("grow", Assert.Single(Telegram.Messages).Text);
        Assert.Empty(Telegram.Calls("deleteMessage"));
    }

    private async Task<string> ShownAsync(string text)
    {
        var sender = _place.Road.Get<TelegramSender>();
        var outcome = await sender.ShowAsync(_place.Channel, new(Guid.CreateVersion7(), new(Chat, null, "u", null), null, Utf8Text.From(text), null), default);
        return outcome.Receipt!;
    }

    private async Task SentAsync(string text, MessageExtras? extras = null, string? preview = null)
    {
        var outcome = await ConversationTests.SendAsync(_place, Chat, null, text, extras, preview);
        Assert.Null(outcome.Failure);
        Assert.NotNull(outcome.Receipt);
    }
}
