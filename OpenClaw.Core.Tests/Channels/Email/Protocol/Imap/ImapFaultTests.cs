using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Imap.ImapSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Imap;

/// <summary>The client against a real server behind a network that fails.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class ImapFaultTests(MailServers servers)
{
    private static readonly byte[] Large = Encoding.ASCII.GetBytes("Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat("a line of text that is seventy-two characters long, more or less so.\r\n", 5_000)));

    [MailServersTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IdleAsync_Cut_IsClosedAtOnce(bool byReset)
    {
        await using var proxy = new FaultProxy(servers.ImapsPort) { ByReset = byReset };
        var user = await servers.CreateUserAsync();
        await using var connection = await OpenAsync(Through(proxy, user));
        await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
        var idle = connection.IdleAsync(TimeSpan.FromMinutes(9), CancellationToken.None, CancellationToken.None);
        proxy.Cut();
        Assert.Equal(ImapFailure.Closed, (await Assert.ThrowsAsync<ImapException>(() => idle)).Failure);

        await using var again = await OpenAsync(Through(proxy, user));
        await again.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
    }

    [MailServersFact]
    public async Task IdleAsync_BlackHole_IsTimedOutWhenItEnds()
    {
        await using var proxy = new FaultProxy(servers.ImapsPort);
        var user = await servers.CreateUserAsync();
        await using var connection = await OpenAsync(Through(proxy, user, TimeSpan.FromMilliseconds(300)));
        await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
        proxy.BlackHole = true;
        await MailServers.DeliverAsync(user, "Subject: unseen\r\n\r\n"u8.ToArray());
        Assert.Equal(ImapFailure.TimedOut, (await Assert.ThrowsAsync<ImapException>(() => connection.IdleAsync(TimeSpan.FromMilliseconds(300), CancellationToken.None, CancellationToken.None))).Failure);
        proxy.BlackHole = false;
        await using var again = await OpenAsync(Through(proxy, user));
        Assert.Equal(1u, (await again.SelectAsync("INBOX", readOnly: false, CancellationToken.None)).Exists);
    }

    [MailServersTheory]
    [InlineData(0)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public async Task OpenMailAsync_CutInTheMiddle_IsClosedAndNeverShort(int after)
    {
        await using var proxy = new FaultProxy(servers.ImapsPort);
        var user = await servers.CreateUserAsync();
        await MailServers.DeliverAsync(user, Large);
        await using var connection = await OpenAsync(Through(proxy, user));
        await connection.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
        var mail = Assert.Single(await connection.FetchAsync([1], CancellationToken.None));
        proxy.CutAfterDown = proxy.DownBytes + after;
        var fault = await Assert.ThrowsAsync<ImapException>(async () =>
        {
            await using var stream = await connection.OpenMailAsync(mail);
            await TextAsync(stream!);
        });
        Assert.Equal(ImapFailure.Closed, fault.Failure);
        Assert.False(connection.IsUsable);
    }

    [MailServersFact]
    public async Task ReadMailsAsync_CutInTheMiddle_GivesWholeMailsThenFails()
    {
        await using var proxy = new FaultProxy(servers.ImapsPort);
        var user = await servers.CreateUserAsync();
        for (var i = 0; i < 20; i++) await MailServers.DeliverAsync(user, Large, i);
        await using var connection = await OpenAsync(Through(proxy, user));
        await connection.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
        var mails = await connection.FetchAsync([.. Enumerable.Range(1, 20).Select(i => (uint)i)], CancellationToken.None);
        proxy.CutAfterDown = proxy.DownBytes + Large.Length * 7;
        var whole = 0;
        await Assert.ThrowsAsync<ImapException>(async () =>
        {
            await foreach (var content in connection.ReadMailsAsync(mails, 1024 * 1024))
            {
                Assert.True(content.Bytes.Span.SequenceEqual(Large));
                whole++;
            }
        });
        Assert.InRange(whole, 1, 7);
    }

    [MailServersFact]
    public async Task OpenMailAsync_SlowServer_ArrivesOrIsGivenUp()
    {
        await using var proxy = new FaultProxy(servers.ImapsPort) { Latency = TimeSpan.FromMilliseconds(5) };
        var user = await servers.CreateUserAsync();
        await MailServers.DeliverAsync(user, Large);
        await using (var patient = await OpenAsync(Through(proxy, user)))
        {
            await patient.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
            await using var stream = await patient.OpenMailAsync(new(1, null, null, []));
            Assert.Equal(Large.Length, (await TextAsync(stream!)).Length);
        }

        var endpoint = Through(proxy, user);
        await using var connection = await OpenAsync(endpoint with { Timeouts = endpoint.Timeouts with { Command = TimeSpan.FromMilliseconds(500), MinimumRate = 1024 * 1024 } });
        await connection.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
        proxy.BytesPerSecond = 20_000;
        Assert.Equal(ImapFailure.TimedOut, (await Assert.ThrowsAsync<ImapException>(() => connection.OpenMailAsync(new(1, null, null, [])))).Failure);
    }

    [MailServersFact]
    public async Task OpenAsync_RefusedOrHeld_IsToldApart()
    {
        await using var proxy = new FaultProxy(servers.ImapsPort) { Refuse = true };
        var user = await servers.CreateUserAsync();
        Assert.Contains((await FaultAsync(Through(proxy, user))).Failure, (ImapFailure[])[ImapFailure.Closed, ImapFailure.Tls, ImapFailure.Unreachable]);
        proxy.Refuse = false;
        proxy.BlackHole = true;
        Assert.Equal(ImapFailure.TimedOut, (await FaultAsync(Through(proxy, user, TimeSpan.FromMilliseconds(200)))).Failure);
        var nobody = Through(proxy, user) with { Port = RawServer.NobodyThere().Port };
        var fault = await FaultAsync(nobody);
        Assert.Equal(ImapFailure.Unreachable, fault.Failure);
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
    }

    private ImapEndpoint Through(FaultProxy proxy, MailUser user, TimeSpan? limit = null) => servers.Imap(user, MailSecurity.Tls) with
    {
        Port = proxy.Port,
        Timeouts = limit is { } l ? new() { Command = l > TimeSpan.FromMilliseconds(250) ? TimeSpan.FromSeconds(2) : l, Handshake = TimeSpan.FromSeconds(l.TotalSeconds < 0.25 ? 0.5 : 15), Logout = TimeSpan.FromMilliseconds(50) } : new() { Logout = TimeSpan.FromMilliseconds(50) },
    };
}
