using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>Whatever happens to connection, server or gateway: nothing is lost, and nothing comes twice.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class FaultTests(MailServers servers)
{
    private static readonly ImapTimeouts Short = new() { Connect = TimeSpan.FromSeconds(3), Handshake = TimeSpan.FromSeconds(3), Command = TimeSpan.FromSeconds(3), Silence = TimeSpan.FromSeconds(3) };

    [MailServersTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Idle_IsCut_WhatCameMeanwhileIsTakenOnce(bool byReset)
    {
        await using var proxy = new FaultProxy(servers.ImapsPort) { ByReset = byReset };
        await using var room = await MailRoom.StartAsync(servers, """{"pollSeconds":3600}""", port: proxy.Port, answers: false);
        await room.DeliverAsync("i0@example.org", "before");
        await room.MessagesAsync(1);
        proxy.Cut();
        await room.DeliverAsync("i1@example.org", "after");
        Assert.Equal(["before", "after"], (await room.MessagesAsync(2)).Select(m => m.Text));
        await TestWait.UntilAsync(async () => (await room.Platform.GapsAsync(room.Channel)) is [{ EndedAt: not null, Missed: 0 }]);
    }

    [MailServersFact]
    public async Task Network_IsABlackHole_IsNoticedAndTheMailIsTaken()
    {
        await using var proxy = new FaultProxy(servers.ImapsPort);
        await using var room = await MailRoom.StartAsync(servers, """{"pollSeconds":1}""", port: proxy.Port, answers: false, timeouts: Short);
        proxy.BlackHole = true;
        await room.DeliverAsync("h1@example.org", "through the hole");
        await TestWait.UntilAsync(() => room.Link!.State == ChannelLinkState.Retrying);
        Assert.Equal("timed_out", room.Link!.Cause);
        proxy.BlackHole = false;
        Assert.Equal("through the hole", (await room.MessagesAsync(1))[0].Text);
    }

    [MailServersTheory]
    [InlineData(20_000, 60_000)]
    [InlineData(400_000, 150_000)]
    public async Task Connection_IsCutInTheMiddleOfAMail_ItIsTakenOnce(int size, long cutAfter)
    {
        await using var proxy = new FaultProxy(servers.ImapsPort) { ByReset = true };
        await using var room = await MailRoom.StartAsync(servers, port: proxy.Port, answers: false);
        proxy.CutAfterDown = proxy.DownBytes + cutAfter;
        for (var i = 0; i < 5; i++) await room.DeliverAsync($"m{i}@example.org", $"mail {i} {new string('x', 60)}\n" + string.Concat(Enumerable.Repeat(new string('y', 70) + "\n", size / 71)));
        await TestWait.UntilAsync(() => proxy.Connections > 1);
        proxy.CutAfterDown = null;
        await room.MessagesAsync(5);
        await room.FenceAsync();
        var ids = (await room.Platform.RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.ExternalId).ToList();
        Assert.Equal((6, 6), (ids.Count, ids.Distinct().Count()));
    }

    [MailServersFact]
    public async Task Server_IsSlow_MailsComeAllTheSame()
    {
        await using var proxy = new FaultProxy(servers.ImapsPort) { BytesPerSecond = 60_000, Latency = TimeSpan.FromMilliseconds(30) };
        await using var room = await MailRoom.StartAsync(servers, port: proxy.Port, answers: false);
        for (var i = 0; i < 3; i++) await room.DeliverAsync($"slow{i}@example.org", $"mail {i}\n" + string.Concat(Enumerable.Repeat(new string('y', 70) + "\n", 500)));
        Assert.Equal(3, (await room.MessagesAsync(3)).Count);
        Assert.Equal(1, proxy.Connections);
    }

    [MailServersFact]
    public async Task Mailbox_IsNumberedAnew_OldMailIsNotAnsweredAndTheLedgerSaysWhy()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("v0@example.org", "before");
        await room.MessagesAsync(1);
        var maildir = Path.Combine(room.User.Home, "Maildir");
        await room.Platform.StopAsync();
        await room.DeliverAsync("v1@example.org", "from the backup");
        await TestWait.UntilAsync(() =>
        {
            foreach (var file in Directory.EnumerateFiles(maildir, "dovecot*")) File.Delete(file);
            return true;
        });
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System); // a new UIDVALIDITY is the server's clock
        await room.Platform.StartAsync();
        await room.Platform.ConnectedAsync(room.Channel);
        await room.FenceAsync();
        Assert.DoesNotContain("from the backup", await room.Platform.TextsAsync());
        Assert.Contains(await room.Platform.GapsAsync(room.Channel), g => g.Reason.Contains("UIDVALIDITY", StringComparison.Ordinal) && g is { Missed: null, EndedAt: not null });
    }

    /// <summary>What kills the process is found out in three lives.</summary>
    [MailServersFact]
    public async Task Mail_AtWhichTheGatewayDied_IsHeldAfterThreeLives()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("d0@example.org", "first");
        await room.MessagesAsync(1);
        var notes = room.Road.Get<IChannelMemory>().Of(room.Channel);
        var settings = OpenClaw.Gateway.Core.Channels.Email.EmailSettings.Of(room.Channel);
        MailCursor? cursor = null;
        await TestWait.UntilAsync(async () => (cursor = MailCursor.Parse(await notes.GetAsync(MailCursor.NoteOf(settings), default))) is { Uid: > 0 });
        var deadly = cursor!.Value with { Uid = cursor.Value.Uid + 1 };
        await room.Platform.Supervisor.StopAsync(default);
        await notes.SetAsync([new(MailCursor.TryingNoteOf(settings), deadly.ToString()), new(string.Create(CultureInfo.InvariantCulture, $"email.tries.{deadly}"), "3")], null, secret: false, default);
        await room.DeliverAsync("d1@example.org", "deadly");
        await room.RestartAsync();
        await room.DeliverAsync("d2@example.org", "next");
        Assert.Equal(["first", "next"], (await room.MessagesAsync(2)).Select(m => m.Text));
        var held = Assert.Single(await room.HeldAsync(1));
        Assert.Equal(("unreadable", deadly.ToString()), (held.Reason, held.Place));
        Assert.NotNull(held.Source);
    }

    [MailServersFact]
    public async Task Poll_FindsWhatNobodyTold()
    {
        await using var room = await MailRoom.StartAsync(servers, """{"pollSeconds":1}""", answers: false);
        await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System); // some rounds without news
        await room.DeliverAsync("poll@example.org", "found");
        Assert.Equal("found", (await room.MessagesAsync(1))[0].Text);
        Assert.Equal(1, room.Link!.Generation);
    }

    [MailServersTheory]
    [InlineData("wrong password", """{}""", "login_refused", ChannelLinkState.Failed)]
    [InlineData(null, """{"mailbox":"Nowhere"}""", "mailbox_missing", ChannelLinkState.Failed)]
    [InlineData(null, """{"acceptInvalidCertificates":false}""", "certificate_refused", ChannelLinkState.Retrying)]
    [InlineData(null, """{"imapPort":1}""", "unreachable", ChannelLinkState.Retrying)]
    [InlineData(null, """{"imapHost":"nowhere.invalid"}""", "address_unknown", ChannelLinkState.Retrying)]
    public async Task Trouble_IsToldWithCauseAndFix(string? password, string settings, string cause, ChannelLinkState state)
    {
        var user = await servers.CreateUserAsync();
        await using var room = await MailRoom.StartAsync(servers, settings, password is null ? user : user with { Password = password }, wait: false);
        await TestWait.UntilAsync(() => room.Link?.Cause is not null);
        Assert.Equal((cause, state), (room.Link!.Cause, room.Link.State));
        Assert.False(string.IsNullOrEmpty(room.Link.Fix));
        Assert.DoesNotContain("wrong password", room.Link.Detail, StringComparison.Ordinal);
    }
}
