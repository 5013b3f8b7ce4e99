using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Erasures;
using OpenClaw.Gateway.Core.Channels.Email.Held;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>What is never answered, and what cannot be read.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class HeldTests(MailServers servers)
{
    [MailServersTheory]
    [InlineData("automatic", "Auto-Submitted: auto-replied", null)]
    [InlineData("automatic", "Auto-Submitted: auto-generated (by cron)", null)]
    [InlineData("automatic", "Precedence: bulk", null)]
    [InlineData("automatic", "Precedence: auto_reply", null)]
    [InlineData("automatic", "Return-Path: <>", null)]
    [InlineData("automatic", "X-Auto-Response-Suppress: All", null)]
    [InlineData("automatic", "X-Autoreply: yes", null)]
    [InlineData("automatic", "X-Other: 1", "no-reply@example.org")]
    [InlineData("automatic", "X-Other: 1", "shop-noreply+1234@example.org")]
    [InlineData("automatic", "X-Other: 1", "MAILER-DAEMON@example.org")]
    [InlineData("list", "List-Id: <announce.example.org>", null)]
    [InlineData("list", "List-Unsubscribe: <mailto:off@example.org>", null)]
    [InlineData("list", "Precedence: list", null)]
    public async Task Mail_ThatNobodyIsToAnswer_IsHeldWithItsReason(string reason, string header, string? from)
    {
        await using var room = await MailRoom.StartAsync(servers);
        await room.DeliverAsync("auto@example.org", "I am a program", from: from ?? "ada@example.org", headers: header, subject: "Away");
        var held = Assert.Single(await room.HeldAsync(1));
        Assert.Equal((reason, "Away"), (held.Reason, held.Subject));
        Assert.Empty(await room.Platform.TextsAsync());
        Assert.Empty(room.Sender.Sent);
    }

    [MailServersFact]
    public async Task Mail_OfPeopleWhoseNamesLookLikeAProgram_IsTaken()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false, with: c => c with { Settings = System.Text.Json.JsonElement.Parse(c.Settings.GetRawText().Replace("\"address\"", "\"access\":\"allow-list\",\"allowed\":[\"Home-Owner@Example.org\",\"ella-request@example.org\",\"no.reply.smith@example.org\",\"john@noreply-shop.example\"],\"address\"", StringComparison.Ordinal)) });
        foreach (var person in (string[])["home-owner@example.org", "Ella-Request@example.org", "no.reply.smith@example.org", "john@noreply-shop.example"])
            await room.DeliverAsync($"{person[..4]}@example.net", $"from {person[..4]}", from: person);
        Assert.Equal(4, (await room.MessagesAsync(4)).Count);
        Assert.Empty(await room.HeldAsync(0));
    }

    [MailServersFact]
    public async Task Mail_OfTheChannelItself_IsHeld_OneThatSaysNoIsTaken()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("own@example.org", "from me", from: room.User.Address.Replace("@", "+x@", StringComparison.Ordinal).ToUpperInvariant());
        await room.DeliverAsync("person@example.org", "a person", headers: "Auto-Submitted: no");
        Assert.Equal(["a person"], (await room.MessagesAsync(1)).Select(m => m.Text));
        Assert.Equal("own", Assert.Single(await room.HeldAsync(1)).Reason);
    }

    [MailServersFact]
    public async Task Mail_ThatIsLetIn_IsHandledAsAMessage_OneThatIsGoneSaysSo()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("in@example.org", "let me in", headers: "Precedence: bulk");
        await room.HeldAsync(1);
        await room.DeliverAsync("gone@example.org", "too late", headers: "Precedence: bulk");
        var held = await room.HeldAsync(2);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(room.User.Home, "Maildir"), "*.test*", SearchOption.AllDirectories).Where(f => File.ReadAllText(f).Contains("too late", StringComparison.Ordinal)).ToList()) File.Delete(file);
        await room.ReadAsync(db => db.HeldMessages.ExecuteUpdateAsync(s => s.SetProperty(h => h.IsReleased, true)));
        Assert.True(room.Platform.Supervisor.Restart(room.Channel.Id));
        Assert.Equal(["let me in"], (await room.MessagesAsync(1)).Select(m => m.Text));
        await TestWait.UntilAsync(async () => (await room.HeldAsync(1)) is [{ IsReleased: false }]);
        Assert.Equal((held[1].Id, true), ((await room.HeldAsync(1))[0].Id, (await room.HeldAsync(1))[0].Detail.Contains("not in the mailbox", StringComparison.Ordinal)));
    }

    [MailServersFact]
    public async Task Mail_ThatCannotBeRead_IsHeldWithItsSourceAfterThreeTries_AndTheMailboxGoesOn()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        var deep = new StringBuilder("From: eve@example.org\nTo: x\nSubject: deep\nMessage-ID: <deep@example.org>\n");
        for (var i = 0; i < 10_000; i++) deep.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        await room.DeliverAsync(deep.ToString());
        await room.DeliverAsync("next@example.org", "next");
        Assert.Equal("next", (await room.MessagesAsync(1))[0].Text);
        var held = Assert.Single(await room.HeldAsync(1));
        Assert.Equal(("unreadable", "eve@example.org", "deep"), (held.Reason, held.Sender, held.Subject));
        await using var source = await room.Road.Get<IBlobStore>().OpenAsync(room.Channel.Tenant.Id, held.Source!.Value, default);
        using var reader = new StreamReader(source!);
        Assert.Contains("boundary=b9999", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [MailServersFact]
    public async Task Person_WhoIsErased_TakesTheirMailsAlong_OldHeldMailsGoBySelf()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("e1@example.org", "from ada");
        await room.DeliverAsync("e2@example.org", "from bob", from: "bob@example.org");
        await room.MessagesAsync(2);
        await room.DeliverAsync("e3@example.org", "auto", headers: "Precedence: bulk");
        await room.DeliverAsync("e4@example.org", "auto", from: "bob@example.org", headers: "Precedence: bulk");
        await room.HeldAsync(2);
        var mails = new PersonMails(room.Road.Get<ISystemDbFactory>(), room.Road.Get<HeldMails>());
        var tenant = room.Channel.Tenant.Id;
        Assert.Equal((1, 1), await mails.CountAsync(tenant, "ada@example.org", null, default));
        Assert.Equal((1, 1), await mails.RemoveAsync(tenant, "ada@example.org", room.Channel.Id, default));
        Assert.Equal((0, 0), await mails.CountAsync(tenant, "ada@example.org", null, default));
        Assert.Equal((1, 1), await mails.CountAsync(tenant, "bob@example.org", null, default));
        Assert.Equal(0, await room.Road.Get<HeldMails>().PruneAsync(isDryRun: false, default));
        var old = TimeProvider.System.GetUtcNow() - HeldMails.Kept - TimeSpan.FromHours(1);
        await room.ReadAsync(db => db.HeldMessages.ExecuteUpdateAsync(s => s.SetProperty(h => h.At, old)));
        Assert.Equal(1, await room.Road.Get<HeldMails>().PruneAsync(isDryRun: true, default));
        Assert.Equal(1, await room.Road.Get<HeldMails>().PruneAsync(isDryRun: false, default));
        Assert.Empty(await room.HeldAsync(0));
    }

    [MailServersFact]
    public async Task Mail_TooLarge_IsHeldWithItsHeader()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        var raw = new StringBuilder(room.Mail("large@example.org", "", subject: "large"));
        var line = new string('x', 70) + "\n";
        while (raw.Length < 55 * 1024 * 1024) raw.Append(line);
        await room.DeliverAsync(raw.ToString());
        await room.FenceAsync();
        var held = Assert.Single(await room.HeldAsync(1));
        Assert.Equal(("too_large", "large"), (held.Reason, held.Subject));
        Assert.InRange(held.SourceSize, 1, 65_536);
    }

    [MailServersFact]
    public async Task Mail_ThatTheGatewayRefuses_IsHeld_AndItsSenderTold()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false, with: c => c with { RateLimitPerUserPerMinute = 1 });
        await room.DeliverAsync("r1@example.org", "one");
        await room.MessagesAsync(1);
        await room.DeliverAsync("r2@example.org", "two");
        Assert.Equal("refused", Assert.Single(await room.HeldAsync(1)).Reason);
        await TestWait.UntilAsync(() => !room.Notices.All.IsEmpty);
        Assert.Equal("ada@example.org", Assert.Single(room.Notices.All).To);
    }

    [MailServersFact]
    public async Task Stranger_WhoWaitsToBeLetIn_GetsTheCodeByMail()
    {
        await using var room = await MailRoom.StartAsync(servers, """{"access":"pairing"}""", answers: false);
        await room.DeliverAsync("w1@example.org", "may I?");
        await TestWait.UntilAsync(() => !room.Notices.All.IsEmpty);
        Assert.Contains((await room.Platform.PairingsAsync()).Single().Code, room.Notices.All.Single().Text, StringComparison.Ordinal);
        Assert.Empty(await room.Platform.TextsAsync());
    }
}
