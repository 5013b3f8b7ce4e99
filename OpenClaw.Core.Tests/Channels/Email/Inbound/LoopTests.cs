using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>Programs that answer without saying what they are.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class LoopTests(MailServers servers)
{
    [MailServersTheory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task AutoResponder_WithoutHeaders_StopsWithinFiveMails(bool sameText, bool inThread)
    {
        await using var room = await MailRoom.StartAsync(servers);
        await room.DeliverAsync("q0@example.org", "a person asks");
        var mails = 1;
        while (mails < 12)
        {
            var (number, answers) = ((mails + 1) / 2, new List<OutgoingPart>());
            await TestWait.UntilAsync(() => (answers = [.. room.Sender.Sent.Where(s => s.Reply.Address.UserId == "ada@example.org")]).Count >= number);
            var sent = answers[^1];
            mails++;
            await room.DeliverAsync($"q{mails}@example.org", sameText ? "I am away." : $"Nobody reads mail at this address until further notice. Ticket {mails}", subject: "Automatic: Re: Question", headers: inThread ? $"In-Reply-To: {MailIds.OfReply(sent.Reply.Id, room.User.Address)}" : "");
            mails++;
            await room.FenceAsync();
            if ((await room.HeldAsync(0)).Count > 0) break;
        }

        Assert.InRange(mails, 1, 5);
        Assert.Equal("loop", Assert.Single(await room.HeldAsync(1)).Reason);
    }

    [MailServersFact]
    public async Task LoopGuard_SwitchedOff_LeavesTheHeaderRules()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false, with: c => c with { LoopGuard = c.LoopGuard with { Enabled = false } });
        for (var i = 0; i < 4; i++) await room.DeliverAsync($"off{i}@example.org", "the same", headers: i > 0 ? "In-Reply-To: <off0@example.org>" : "");
        await room.DeliverAsync("auto@example.org", "auto", headers: "Auto-Submitted: auto-replied");
        await room.MessagesAsync(4);
        Assert.Equal("automatic", Assert.Single(await room.HeldAsync(1)).Reason);
    }

    [MailServersFact]
    public async Task Person_WhoIsQuickOrWritesTheSameAnew_IsAnswered()
    {
        await using var room = await MailRoom.StartAsync(servers);
        for (var i = 0; i < 3; i++)
        {
            await room.DeliverAsync($"same{i}@example.org", "ping", subject: "Test");
            await room.SentAsync(i + 1);
        }

        foreach (var (i, text) in new[] { "yes", "no", "yes", "yes", "Thanks!" }.Index())
        {
            var last = room.Sender.Sent.Last().Reply.Id;
            await room.DeliverAsync($"turn{i}@example.org", text, subject: "Re: Test", headers: $"In-Reply-To: {MailIds.OfReply(last, room.User.Address)}");
            await room.SentAsync(i + 4);
        }

        Assert.Empty(await room.HeldAsync(0));
    }

    [MailServersFact]
    public async Task AutoResponder_ThatWordsEachMailAnew_IsStoppedByTheNumberOfRounds()
    {
        await using var room = await MailRoom.StartAsync(servers);
        await room.DeliverAsync("w0@example.org", "a person asks");
        for (var i = 1; i < 20; i++)
        {
            var answered = i;
            await TestWait.UntilAsync(async () => room.Sender.Sent.Count >= answered || (await room.HeldAsync(0)).Count > 0);
            if ((await room.HeldAsync(0)).Count > 0) break;
            await room.DeliverAsync($"w{i}@example.org", string.Concat("You have written to us about ", new string((char)('a' + i), 30)), headers: $"In-Reply-To: {MailIds.OfReply(room.Sender.Sent.Last().Reply.Id, room.User.Address)}");
        }

        Assert.Equal("loop", Assert.Single(await room.HeldAsync(1)).Reason);
        Assert.InRange(room.Sender.Sent.Count, 10, 14);
    }
}
