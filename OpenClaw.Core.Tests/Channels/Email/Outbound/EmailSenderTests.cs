using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Email.Outbound;

/// <summary>What answers look like as mails, and what becomes of them when the server does not take them.</summary>
public sealed class EmailSenderTests : IAsyncLifetime
{
    private const string Ada = "ada@example.com";
    private OutPlace _place = null!;

    private SmtpServer Server => _place.Server;

    public async Task InitializeAsync() => _place = await OutPlace.StartAsync();

    public async Task DisposeAsync()
    {
        await _place.DisposeAsync();
        Assert.Empty(Server.Faults);
    }

    [Fact]
    public async Task Answer_OfAMail_BelongsToItsThread()
    {
        var mail = await _place.ComesAsync(Ada, "The **door** is broken", h => h with { Subject = "AW: Broken door", References = ["<first@example.com>", "<second@example.com>"], Cc = ["bob@example.com"] });
        var answer = await ReceivedAsync();
        Assert.Equal(mail.MessageId, $"<{answer.Header.InReplyTo[0]}>");
        Assert.Equal(["first@example.com", "second@example.com", mail.MessageId.Trim('<', '>')], answer.Header.References);
        Assert.Equal(("Re: Broken door", "auto-replied", "1", null), (answer["Subject"], answer["Auto-Submitted"], answer[MailMarks.Hops], answer[MailMarks.PossibleDuplicate]));
        Assert.Equal(("Agent", OutPlace.Address), (answer.Header.From[0].Name, answer.Header.From[0].Address));
        Assert.Equal([Ada], answer.Header.To.Select(a => a.Address));
        Assert.Empty(answer.Header.Cc);
        Assert.Equal(await _place.ThreadAsync(mail.MessageId), MailIds.ThreadIn(await _place.KeyAsync(), answer.Header.ReplyTo[0].Address));
        Assert.Equal("The *door* is broken\n\nOn Mon, 23 Nov 2026 at 09:30, Ada Lovelace wrote:\n> The **door** is broken\n", answer.Text);
        Assert.Contains("<strong>door</strong>", answer.Html, StringComparison.Ordinal);
        await TestWait.UntilAsync(async () => (await _place.Road.RowsAsync()).Any(r => r is { From: MessageFrom.Agent, DeliveredAt: not null }));
        var reply = (await _place.Road.RowsAsync()).Single(r => r.From == MessageFrom.Agent);
        Assert.Equal((reply.Receipt, reply.Id), ($"<{answer.Header.MessageId}>", MailIds.ReplyOf(reply.Receipt!)));
        var known = Assert.Single(await _place.Book.FindAsync(_place.Channel, [reply.Receipt!], CancellationToken.None));
        Assert.Equal((reply.Id, reply.SessionId, mail.MessageId), (known.ReplyId, known.SessionId, known.Head.References[^1]));
        Assert.Equal([Ada], known.Head.To);
    }

    [Fact]
    public async Task Answer_WhereReportsAreOffered_AsksForThemByTheRepliesId()
    {
        Server.Offers.Add("DSN");
        var reply = OutPlace.Reply("hello", Ada, "t");
        Assert.Null((await _place.SendAsync(reply)).Failure);
        Assert.Contains(Server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal) && c.Contains($"RET=HDRS ENVID={reply.Id:N}", StringComparison.Ordinal));
        Assert.Contains(Server.Commands, c => c.StartsWith("RCPT", StringComparison.Ordinal) && c.Contains("NOTIFY=FAILURE,DELAY", StringComparison.Ordinal));
        _place.Change(c => c with { Settings = With("""{"requestDsn":false}""") });
        Server.Commands.Clear();
        Assert.Null((await _place.SendAsync(OutPlace.Reply("hello", Ada, "t"))).Failure);
        Assert.DoesNotContain(Server.Commands, c => c.Contains("ENVID", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_OfAnOperator_IsNoAutomaticMail()
    {
        await _place.SendAsync(OutPlace.Reply("I am a person", Ada, "t", from: MessageFrom.Operator));
        var mail = await ReceivedAsync();
        Assert.Null(mail["Auto-Submitted"]);
        Assert.Equal("1", mail[MailMarks.Hops]);
    }

    [Fact]
    public async Task Answer_OfAnAnswer_CountsTheHops()
    {
        await _place.SendAsync(OutPlace.Reply("hello", Ada, "t", extras: new(Sender: new(Hops: 3))));
        Assert.Equal("4", (await ReceivedAsync())[MailMarks.Hops]);
    }

    [Fact]
    public async Task Answer_ToAll_LeavesOutOneselfListsAndMachines()
    {
        _place.Change(c => c with { Settings = With("""{"replyTo":"all"}""") });
        _place.Add(OutPlace.Settings("sales@openclaw.test", 9, "tls", "{}"));
        await _place.ComesAsync(Ada, "hello", h => h with { To = ["agent+abc@openclaw.test", "bob@example.com"], Cc = ["Sales@openclaw.test", "team@googlegroups.com", "noreply@example.com", "eve@example.com"] });
        var answer = await ReceivedAsync();
        Assert.Equal([Ada], answer.Header.To.Select(a => a.Address));
        Assert.Equal(["bob@example.com", "eve@example.com"], answer.Header.Cc.Select(a => a.Address));
        Assert.Equal([Ada, "bob@example.com", "eve@example.com"], Server.Mails.Single().To);
    }

    [Fact]
    public async Task Answer_WithoutPlusAddressing_HasNoReplyTo()
    {
        _place.Change(c => c with { Settings = With("""{"plusAddressing":false}""") });
        await _place.ComesAsync(Ada, "hello");
        Assert.Null((await ReceivedAsync())["Reply-To"]);
    }

    [Fact]
    public async Task Conversation_MadeByTheApi_GoesToItsUserAndOnInItsThread()
    {
        var reply = OutPlace.Reply("hello", Ada, "order 4711");
        Assert.Null((await _place.SendAsync(reply)).Failure);
        var first = await ReceivedAsync();
        Assert.Equal(("Message from Agent", null, null), (first["Subject"], first["In-Reply-To"], first["Reply-To"]));
        Assert.Null((await _place.SendAsync(OutPlace.Reply("more", Ada, "order 4711"))).Failure);
        var second = await ReceivedAsync(1);
        Assert.Equal(first.Header.MessageId, second.Header.InReplyTo[0]);
        Assert.Equal("order 4711", (await _place.Book.FindAsync(_place.Channel, [$"<{second.Header.MessageId}>"], CancellationToken.None))[0].Thread);
        var none = await _place.SendAsync(OutPlace.Reply("hello", "user-17", "somewhere"));
        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.ChannelRejected, DeadLetterRisks.NeverSent), (none.Failure!.Kind, none.Failure.Cause, none.Failure.Risk));
    }

    [Fact]
    public async Task Answer_WithoutWhatItAnswers_GoesToTheNewestMailOfItsPerson()
    {
        var thread = new string('a', 16);
        await _place.ComesAsync(Ada, "first", thread: thread);
        var second = await _place.ComesAsync(Ada, "second", thread: thread);
        await _place.ComesAsync("bob@example.com", "third", thread: thread);
        await ReceivedAsync(2);
        await _place.SendAsync(OutPlace.Reply("by the way", Ada, thread));
        Assert.Equal(second.MessageId.Trim('<', '>'), (await ReceivedAsync(3)).Header.InReplyTo[0]);
    }

    [Fact]
    public async Task Card_AndButtons_AreText()
    {
        await _place.SendAsync(OutPlace.Reply("Choose", Ada, "t", extras: new(Buttons: [new("Yes", "y"), new("No", "n")], Card: new("Offer", "Two doors", [new("Price", "7 €")], null))));
        var text = (await ReceivedAsync()).Text;
        Assert.Contains("Offer", text, StringComparison.Ordinal);
        Assert.Contains("7 €", text, StringComparison.Ordinal);
        Assert.Contains("1) Yes\n2) No", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attachments_TravelWithTheMail_AndAGoneOneIsSaid()
    {
        var bytes = RandomNumberGenerator.GetBytes(5_000);
        var file = await _place.FileAsync("Grüße.pdf", "application/pdf", bytes);
        await _place.SendAsync(OutPlace.Reply("here", Ada, "t", extras: new([file, new(Guid.NewGuid(), "gone.txt", "text/plain", 7)])));
        var mail = await ReceivedAsync();
        var part = mail.Parts.Single(p => p.Name is not null);
        Assert.Equal(("application/pdf", "Grüße.pdf"), (part.Type, part.Name));
        Assert.Equal(bytes, part.Content);
        Assert.Contains("(gone.txt is not available any more.)", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attachments_TooLargeForTheServer_GoAsLinks_TheLargestFirst()
    {
        var (small, large) = (await _place.FileAsync("small.bin", "application/octet-stream", RandomNumberGenerator.GetBytes(10_000)), await _place.FileAsync("large.bin", "application/octet-stream", new byte[200_000]));
        await _place.SendAsync(OutPlace.Reply("here", Ada, "t", extras: new([small, large])));
        var mail = await ReceivedAsync();
        Assert.Equal(["small.bin"], mail.Parts.Select(p => p.Name).OfType<string>());
        Assert.Contains($"large.bin: http://localhost:5080/files/{_place.Channel.Tenant.Id}/{large.Blob}?", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attachments_RefusedAfterTheyWereSent_AllGoAsLinks()
    {
        Server.Script = (step, _, count) => step == "content" && count == 1 ? "552 5.3.4 too much" : null;
        var files = new[] { await _place.FileAsync("a.bin", "application/octet-stream", new byte[100]), await _place.FileAsync("b.bin", "application/octet-stream", new byte[100]) };
        Assert.Null((await _place.SendAsync(OutPlace.Reply("here", Ada, "t", extras: new(files)))).Failure);
        var mail = await ReceivedAsync();
        Assert.DoesNotContain(mail.Parts, p => p.Name is not null);
        Assert.Contains("a.bin: ", mail.Text, StringComparison.Ordinal);
        Assert.Contains("b.bin: ", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipients_SomeRefused_MailIsSentAndTheOthersAreReported()
    {
        _place.Change(c => c with { Settings = With("""{"replyTo":"all"}""") });
        Server.Script = (step, argument, _) => step != "RCPT" ? null : argument.Contains("bob", StringComparison.Ordinal) ? "550 5.1.1 no such mailbox" : argument.Contains("eve", StringComparison.Ordinal) ? "450 4.2.0 come again" : null;
        await _place.ComesAsync(Ada, "hello", h => h with { Cc = ["bob@example.com", "eve@example.com"] });
        await ReceivedAsync();
        await TestWait.UntilAsync(async () => (await ReportsAsync()).Count == 2);
        var reply = (await _place.Road.RowsAsync()).Single(r => r.From == MessageFrom.Agent);
        Assert.Equal(
            [("bob@example.com", DeliveryVerdict.Hard, "5.1.1", reply.Id), ("eve@example.com", DeliveryVerdict.Soft, "4.2.0", reply.Id)],
            (await ReportsAsync()).Select(r => (r.Recipient, r.Verdict, r.Status!, r.ReplyId)));
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such mailbox", FailureKind.Permanent, DeadLetterCauses.ChannelRejected)]
    [InlineData("RCPT", "450 4.2.0 greylisted, come again", FailureKind.RateLimited, DeadLetterCauses.ChannelError)]
    [InlineData("MAIL", "550 5.7.1 sender not yours", FailureKind.Permanent, DeadLetterCauses.ChannelRejected)]
    [InlineData("MAIL", "451 4.3.0 out of memory", FailureKind.Transient, DeadLetterCauses.ChannelError)]
    [InlineData("MAIL", "450 4.7.28 too many mails", FailureKind.RateLimited, DeadLetterCauses.ChannelError)]
    [InlineData("DATA", "451 4.3.0 not now", FailureKind.Transient, DeadLetterCauses.ChannelError)]
    [InlineData("content", "554 5.7.1 this is spam", FailureKind.Permanent, DeadLetterCauses.ChannelRejected)]
    [InlineData("content", "452 4.3.1 disk full", FailureKind.Transient, DeadLetterCauses.ChannelError)]
    [InlineData("greeting", "554 5.7.1 go away", FailureKind.Permanent, DeadLetterCauses.ChannelRejected)]
    [InlineData("greeting", "421 4.3.2 closing", FailureKind.Transient, DeadLetterCauses.ChannelError)]
    [InlineData("MAIL", SmtpServer.Cut, FailureKind.Transient, DeadLetterCauses.ChannelUnavailable)]
    [InlineData("AUTH", "535 5.7.8 wrong", FailureKind.Transient, DeadLetterCauses.ChannelRejected)]
    public async Task Refusal_IsTriedAgainOrNot_ByWhatTheServerSays(string step, string said, FailureKind kind, string cause)
    {
        Server.Script = (at, _, _) => at == step ? said : null;
        var failure = (await _place.SendAsync(OutPlace.Reply("hello", Ada, "t"))).Failure!;
        Assert.Equal((kind, cause, DeadLetterRisks.NeverSent), (failure.Kind, failure.Cause, failure.Risk));
        Assert.DoesNotContain(OutPlace.Password, failure.Detail, StringComparison.Ordinal);
        if (said != SmtpServer.Cut) Assert.Contains(said.Split(' ')[^1], failure.Detail, StringComparison.Ordinal);
        if (kind == FailureKind.RateLimited) Assert.NotNull(failure.RetryAfter);
        Assert.Empty(Server.Mails);
    }

    /// <summary>The connection ends between the last dot and the server's word: the server has it, and nobody here knows.</summary>
    [Fact]
    public async Task Cut_BetweenDataAndItsAnswer_IsSentAgainMarkedWithTheSameId()
    {
        Server.Script = (step, _, count) => step == "content" && count == 1 ? SmtpServer.Cut : null;
        await _place.ComesAsync(Ada, "hello");
        var again = await ReceivedAsync();
        Assert.Equal("yes", again[MailMarks.PossibleDuplicate]);
        var reply = (await _place.Road.RowsAsync()).Single(r => r.From == MessageFrom.Agent);
        Assert.Equal(MailIds.OfReply(reply.Id, OutPlace.Address), $"<{again.Header.MessageId}>");
        Assert.Equal(2, Server.Steps["content"]);
        await TestWait.UntilAsync(async () => (await _place.Road.RowsAsync()).Any(r => r.DeliveredAt is not null));
        await using var db = _place.Road.Db();
        Assert.True((await db.Deliveries.AsNoTracking().SingleAsync()).PossibleDuplicate);
    }

    /// <summary>A power cut at the same place.</summary>
    [Fact]
    public async Task Killed_BetweenDataAndItsAnswer_IsSentAgainMarkedWithTheSameId()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Script = (step, _, count) =>
        {
            if (step != "content" || count > 1) return null;
            arrived.TrySetResult();
            return SmtpServer.Silence;
        };
        await _place.ComesAsync(Ada, "hello");
        await arrived.Task;
        await _place.RestartAsync(kill: true);
        var again = await ReceivedAsync();
        Assert.Equal("yes", again[MailMarks.PossibleDuplicate]);
        Assert.Equal(MailIds.OfReply((await _place.Road.RowsAsync()).Single(r => r.From == MessageFrom.Agent).Id, OutPlace.Address), $"<{again.Header.MessageId}>");
    }

    [Fact]
    public async Task Password_Refused_RepliesWaitAndAreSentWhenItIsMended()
    {
        _place.SetPassword("wrong");
        await _place.ComesAsync(Ada, "hello");
        await TestWait.UntilAsync(() => _place.Sender.NotReadyBecause(_place.Channel) is not null);
        Assert.False(_place.Sender.IsReady(_place.Channel));
        await _place.ComesAsync(Ada, "and again");
        await _place.Road.Journal.FlushAsync();
        Assert.Equal(1, Server.Steps["AUTH"]);
        _place.SetPassword(OutPlace.Password);
        string[] sent = [(await ReceivedAsync()).Text, (await ReceivedAsync(1)).Text]; // of two conversations, in no order
        Assert.Contains(sent, t => t.StartsWith("hello", StringComparison.Ordinal));
        Assert.Contains(sent, t => t.StartsWith("and again", StringComparison.Ordinal));
        Assert.True(_place.Sender.IsReady(_place.Channel));
    }

    [Fact]
    public void Limit_IsSharedByTwoChannelsOfAnAccount()
    {
        _place.Change(c => c with { Settings = With("""{"sendPerMinute":2}""") });
        var other = _place.Add(OutPlace.Settings("sales@openclaw.test", Server.Port, "none", $$"""{"user":"{{OutPlace.Address}}","mailbox":"Sales"}"""));
        var part = OutgoingPart.Whole(OutPlace.Reply("hello", Ada, "t"));
        Assert.Null(_place.Sender.Budget(_place.Channel, part));
        Assert.Null(_place.Sender.Budget(other, part));
        Assert.NotNull(_place.Sender.Budget(_place.Channel, part));
        Assert.NotNull(_place.Sender.Budget(other, part));
        Assert.Equal((2, 0), Assert.Single(_place.Sender.Look(other.Id)) is var view ? (view.Limit, view.Left) : default);
    }

    [Fact]
    public async Task Connection_IsKeptForTheNextMail()
    {
        for (var i = 0; i < 5; i++) Assert.Null((await _place.SendAsync(OutPlace.Reply("hello", Ada, "t"))).Failure);
        Assert.Equal((1, 5), (Server.Steps["greeting"], Server.Mails.Count));
    }

    [Fact]
    public async Task PrivateAddress_NotAllowed_IsSaidWithTheSettingThatAllowsIt()
    {
        _place.Change(c => c with { Settings = With("""{"smtpHost":"10.0.0.1"}""") });
        _place.Road.Get<Gateway.Core.Resilience.PrivateHosts>().Replace(Gateway.Core.Resilience.PrivateHostList.Empty);
        var failure = (await _place.SendAsync(OutPlace.Reply("hello", Ada, "t"))).Failure!;
        Assert.Equal((FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden), (failure.Kind, failure.Cause));
        Assert.Contains("Security:PrivateHosts", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notice_AnswersOnceAMinuteAndNeverAMachine()
    {
        var notices = _place.Road.Get<IMailNotices>();
        var head = new MailHead { MessageId = "<q@example.com>", From = Ada, FromName = "Ada", Subject = "Hi", References = ["<p@example.com>"] };
        await notices.SendAsync(_place.Channel, head, "Your code is 1234.", CancellationToken.None);
        await notices.SendAsync(_place.Channel, head, "Your code is 1234.", CancellationToken.None);
        await notices.SendAsync(_place.Channel, head with { From = "no-reply@example.com" }, "Your code is 1234.", CancellationToken.None);
        await notices.SendAsync(_place.Channel, head with { From = "agent+x@openclaw.test" }, "Your code is 1234.", CancellationToken.None);
        Assert.Single(Server.Mails);
        var mail = await ReceivedAsync();
        Assert.Equal(("Re: Hi", "auto-replied", "q@example.com"), (mail["Subject"], mail["Auto-Submitted"], mail.Header.InReplyTo[0]));
        Assert.Contains("1234", mail.Text, StringComparison.Ordinal);
    }

    private async Task<SentMail> ReceivedAsync(int index = 0)
    {
        await TestWait.UntilAsync(() => Server.Mails.Count > index);
        return await SentMail.ReadAsync(Server.Mails.ElementAt(index).Content);
    }

    private async Task<List<DeliveryReport>> ReportsAsync()
    {
        await using var db = _place.Road.Db();
        return await db.DeliveryReports.AsNoTracking().OrderBy(r => r.Recipient).ToListAsync();
    }

    private System.Text.Json.JsonElement With(string more) => System.Text.Json.JsonElement.Parse(OutPlace.Settings(OutPlace.Address, Server.Port, "none", more).ToJsonString());
}
