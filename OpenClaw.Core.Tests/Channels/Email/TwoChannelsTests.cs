using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Email;

/// <summary>The whole channel, in and out, over real servers.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class TwoChannelsTests(MailServers servers)
{
    /// <summary>Two gateways: within one tenant a channel does not even answer the other.</summary>
    [MailServersFact]
    public async Task TwoChannels_ThatWriteToEachOther_StopWithinFiveMails()
    {
        var (one, other) = (await servers.CreateUserAsync(), await servers.CreateUserAsync());
        await using var first = await PlatformRoad.StartAsync(s => s.AddEmailChannel());
        await using var road = await PlatformRoad.StartAsync(s => s.AddEmailChannel());
        await first.ConnectedAsync(Add(first, one));
        await road.ConnectedAsync(Add(road, other));
        await MailServers.DeliverAsync(one, Encoding.UTF8.GetBytes($"From: {other.Address}\r\nTo: {one.Address}\r\nSubject: Hello\r\nMessage-ID: <begin@openclaw.test>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\nhello\r\n"));
        await servers.MailBoxAsync(other, atLeast: 1);
        List<HeldMessage> held = [];
        await TestWait.UntilAsync(async () =>
        {
            await road.Road.Journal.FlushAsync();
            await using var db = road.Road.Db();
            return (held = [.. db.HeldMessages]).Count > 0;
        });
        Assert.Equal("automatic", Assert.Single(held).Reason);
        Assert.InRange((await servers.MailBoxAsync(one)).Count + (await servers.MailBoxAsync(other)).Count, 2, 5);
    }

    [MailServersFact]
    public async Task Bounce_OfARealServer_IsJoinedToTheReply()
    {
        var user = await servers.CreateUserAsync();
        await using var road = await PlatformRoad.StartAsync(s => s.AddEmailChannel());
        var channel = Add(road, user);
        await road.ConnectedAsync(channel);
        await MailServers.DeliverAsync(user, Encoding.UTF8.GetBytes($"From: Ghost <{MailServers.Bounces}>\r\nTo: {user.Address}\r\nSubject: Hello\r\nMessage-ID: <ghost@openclaw.test>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\nhello\r\n"));
        List<DeliveryReport> reports = [];
        await TestWait.UntilAsync(async () =>
        {
            await road.Road.Journal.FlushAsync();
            await using var db = road.Road.Db();
            return (reports = [.. db.DeliveryReports]).Count > 0;
        });
        Assert.Equal((DeliveryVerdict.Hard, MailServers.Bounces), (reports[0].Verdict, reports[0].Recipient));
        Assert.Single(await road.TextsAsync());
    }

    private ChannelModel Add(PlatformRoad road, MailUser user) => road.AddChannel(
        "email",
        new { address = user.Address, imapHost = MailServers.Host, imapPort = servers.ImapsPort, smtpHost = MailServers.Host, smtpPort = servers.SubmissionsPort, acceptInvalidCertificates = true },
        new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = user.Password },
        c => c with { LoopGuard = LoopPolicy.None with { Enabled = true } });
}
