using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using Xunit.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Imap;

/// <summary>The client against a server that others wrote.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class DovecotTests(MailServers servers, ITestOutputHelper output)
{
    [MailServersTheory]
    [InlineData(MailSecurity.Tls)]
    [InlineData(MailSecurity.StartTls)]
    public async Task OpenAsync_EachSecurity_SeesTheMailbox(MailSecurity security)
    {
        var user = await servers.CreateUserAsync(password: "s3crêt \"\\ {5}");
        await MailServers.DeliverAsync(user, "Subject: one\r\n\r\nfirst\r\n"u8.ToArray(), 1);
        await using var connection = await OpenAsync(servers.Imap(user, security));
        var mailbox = await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);

        Assert.Equal(1u, mailbox.Exists);
        Assert.Equal(2u, mailbox.UidNext);
        Assert.NotEqual(0u, mailbox.UidValidity);
        Assert.False(mailbox.IsReadOnly);
        Assert.True(connection.CanIdle);
        Assert.True(connection.Offered.Has("UIDPLUS"));
        Assert.Equal([1u], await connection.SearchAsync(0, null, CancellationToken.None));
        Assert.Empty(await connection.SearchAsync(1, null, CancellationToken.None));
        Assert.Empty(await connection.SearchAsync(0, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date).AddDays(2), CancellationToken.None));
        var mail = Assert.Single(await connection.FetchAsync([1], CancellationToken.None));
        Assert.Equal(23, mail.Size);
        Assert.InRange(mail.Received!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
        Assert.Equal("Subject: one\r\n\r\n"u8.ToArray(), await connection.HeaderAsync(1, 1_000, CancellationToken.None));
        Assert.Equal("Sub"u8.ToArray(), await connection.HeaderAsync(1, 3, CancellationToken.None));
        Assert.Null(await connection.HeaderAsync(7, 3, CancellationToken.None));
    }

    [MailServersFact]
    public async Task OpenAsync_Faults_AreToldApart()
    {
        var user = await servers.CreateUserAsync();
        var right = servers.Imap(user);
        Assert.Equal(ImapFailure.Authentication, await FaultAsync(right with { Credentials = new MailCredentials.Password(user.Address, "wrong") }));
        Assert.Equal(ImapFailure.Authentication, await FaultAsync(right with { Credentials = new MailCredentials.Token(user.Address, "wrong") }));
        Assert.Equal(ImapFailure.Tls, await FaultAsync(right with { AcceptAnyCertificate = false }));
        Assert.Equal(ImapFailure.Tls, await FaultAsync(right with { Port = servers.ImapPort }));
        Assert.Equal(ImapFailure.Protocol, await FaultAsync(right with { Port = servers.SubmissionPort, Security = MailSecurity.StartTls }));
        Assert.Equal(ImapFailure.Unreachable, await FaultAsync(right with { Host = "nowhere.invalid" }));

        var changed = await servers.SetPasswordAsync(user, "another");
        Assert.Equal(ImapFailure.Authentication, await FaultAsync(right));
        await using var connection = await OpenAsync(servers.Imap(changed));
    }

    [MailServersFact]
    public async Task Folders_ListMakeMoveAppend_AreDone()
    {
        var user = await servers.CreateUserAsync();
        for (var i = 1; i <= 3; i++) await MailServers.DeliverAsync(user, Encoding.ASCII.GetBytes($"Subject: {i}\r\nMessage-ID: <{i}@x.test>\r\n\r\nmail {i}\r\n"), i);
        await using var connection = await OpenAsync(servers.Imap(user));
        var folders = await connection.ListAsync(CancellationToken.None);
        Assert.Equal("Sent", Assert.Single(folders, f => f.Has("\\Sent")).Name);
        Assert.Equal('/', folders[0].Separator);
        Assert.Equal(new ImapNamespace("", '/'), await connection.NamespaceAsync(CancellationToken.None));

        await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
        Assert.Equal(ImapFailure.NoSuchMailbox, (await Assert.ThrowsAsync<ImapException>(() => connection.MoveAsync([1, 3], "Erledigt & größer", CancellationToken.None))).Failure);
        await connection.CreateAsync("Erledigt & größer", CancellationToken.None);
        await connection.CreateAsync("Erledigt & größer", CancellationToken.None);
        await connection.MoveAsync([1, 3], "Erledigt & größer", CancellationToken.None);
        Assert.Equal(1u, connection.Selected!.Exists);
        Assert.Equal([2u], await connection.SearchHeaderAsync("Message-ID", "<2@x.test>", CancellationToken.None));
        Assert.Equal(2u, (await connection.StatusAsync("Erledigt & größer", CancellationToken.None)).Messages);
        Assert.Contains(await connection.ListAsync(CancellationToken.None), f => f.Name == "Erledigt & größer");

        await connection.FlagAsync([2], set: true, ["\\Seen", "\\Flagged"], CancellationToken.None);
        await connection.FlagAsync([2], set: false, ["\\Flagged"], CancellationToken.None);
        var mail = Assert.Single(await connection.FetchAsync([1, 2, 3], CancellationToken.None));
        Assert.True(mail.Has("\\seen"));
        Assert.False(mail.Has("\\Flagged"));

        var bytes = "Subject: out\r\n\r\nsent\r\n"u8.ToArray();
        Assert.Equal(1u, (await connection.AppendAsync("Sent", ["\\Seen"], new MemoryStream(bytes), bytes.Length, CancellationToken.None))!.Uid);
        Assert.Contains("sent", Encoding.ASCII.GetString(Assert.Single(await servers.MailBoxAsync(user, 1, "Sent"))), StringComparison.Ordinal);

        Assert.Equal(ImapFailure.NoSuchMailbox, (await Assert.ThrowsAsync<ImapException>(() => connection.SelectAsync("Nichts", readOnly: false, CancellationToken.None))).Failure);
        await connection.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
        Assert.Equal(ImapFailure.ReadOnly, (await Assert.ThrowsAsync<ImapException>(() => connection.FlagAsync([2], set: true, ["\\Seen"], CancellationToken.None))).Failure);
        Assert.True(connection.IsUsable);
    }

    [MailServersFact]
    public async Task IdleAsync_MailDelivered_IsNews()
    {
        var user = await servers.CreateUserAsync();
        await using var connection = await OpenAsync(servers.Imap(user));
        await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
        for (var i = 1u; i <= 3; i++)
        {
            var idle = connection.IdleAsync(TimeSpan.FromMinutes(1), CancellationToken.None, CancellationToken.None);
            await MailServers.DeliverAsync(user, Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n"), (int)i);
            Assert.Equal(ImapNews.Changed, await idle);
            Assert.Equal(i, connection.Selected!.Exists);
            Assert.Equal([i], await connection.SearchAsync(i - 1, null, CancellationToken.None));
        }

        using var until = new CancellationTokenSource();
        var waiting = connection.IdleAsync(TimeSpan.FromMinutes(1), until.Token, CancellationToken.None);
        await until.CancelAsync();
        Assert.Equal(ImapNews.Called, await waiting);
        Assert.Equal(ImapNews.TimeUp, await connection.IdleAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None, CancellationToken.None));
        await connection.NoopAsync(CancellationToken.None);
    }

    [MailServersFact]
    public async Task OpenMailAsync_25Megabytes_StreamsInTheMemoryOfAPiece()
    {
        var user = await servers.CreateUserAsync();
        var raw = new byte[25 * 1024 * 1024];
        new Random(7).NextBytes(raw);
        for (var i = 0; i < raw.Length; i++) raw[i] = i % 77 == 75 ? (byte)'\r' : i % 77 == 76 ? (byte)'\n' : (byte)('a' + raw[i] % 26);
        await MailServers.DeliverAsync(user, raw);
        await using var connection = await OpenAsync(servers.Imap(user));
        await connection.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
        var mail = Assert.Single(await connection.FetchAsync([1], CancellationToken.None));
        Assert.Equal(raw.Length, mail.Size);

        const long bound = 4 * 1024 * 1024;
        Assert.InRange(await LeastMemory.OfAsync(bound, ReadAsync), long.MinValue, bound);

        async Task<long> ReadAsync()
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            long most = 0;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var stream = (await connection.OpenMailAsync(mail))!)
            {
                var buffer = new byte[10_000];
                for (var reads = 0; await stream.ReadAsync(buffer) is var read and > 0; reads++)
                {
                    hash.AppendData(buffer.AsSpan(0, read));
                    if (reads % 100 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
                }
            }

            Assert.Equal(SHA256.HashData(raw), hash.GetHashAndReset());
            return most;
        }
    }

    [MailServersFact]
    public async Task ReadMailsAsync_ManySmall_AllComeOnce()
    {
        var user = await servers.CreateUserAsync();
        for (var i = 1; i <= 1_000; i++) await MailServers.DeliverAsync(user, Small(i), i);
        await using var connection = await OpenAsync(servers.Imap(user));
        await connection.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
        var mails = await connection.FetchAsync(await connection.SearchAsync(0, null, CancellationToken.None), CancellationToken.None);
        Assert.Equal(1_000, mails.Count);
        HashSet<string> seen = [];
        await foreach (var content in connection.ReadMailsAsync(mails))
        {
            var text = Encoding.ASCII.GetString(content.Bytes.Span);
            Assert.True(seen.Add(text[..text.IndexOf('\r', StringComparison.Ordinal)]));
            Assert.Equal(content.Mail.Size, content.Bytes.Length);
        }

        Assert.Equal(1_000, seen.Count);
        await foreach (var content in connection.ReadMailsAsync(mails))
            if (content.Mail.Uid == 70) break;
        await connection.NoopAsync(CancellationToken.None);
    }

    /// <summary>OPENCLAW_MAILS for more; the rate is in the output.</summary>
    [MailServersFact]
    public async Task ReadMailsAsync_Of20Kilobytes_IsFastInLittleMemory()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("OPENCLAW_MAILS"), CultureInfo.InvariantCulture, out var asked) ? asked : 1_000;
        var user = await servers.CreateUserAsync();
        var raw = Encoding.ASCII.GetBytes("Subject: x\r\n\r\n" + string.Concat(Enumerable.Repeat("a line of text that is seventy-two characters long, more or less so.\r\n", 288)));
        for (var i = 1; i <= count; i++) await MailServers.DeliverAsync(user, raw, i);
        await using var connection = await OpenAsync(servers.Imap(user));
        await connection.SelectAsync("INBOX", readOnly: true, CancellationToken.None);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        var mails = await connection.FetchAsync(await connection.SearchAsync(0, null, CancellationToken.None), CancellationToken.None);
        var known = clock.Elapsed;
        var (read, most) = (0, 0L);
        await foreach (var content in connection.ReadMailsAsync(mails))
        {
            Assert.Equal(raw.Length, content.Bytes.Length);
            if (++read % 500 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before); // what others allocate beside it is no concern
        }

        Assert.Equal(count, read);
        output.WriteLine($"{count} mails of {raw.Length} bytes: known in {known.TotalSeconds:0.00} s, read in {(clock.Elapsed - known).TotalSeconds:0.00} s, {read / (clock.Elapsed - known).TotalSeconds:0} mails/s, at most {most / 1024} KB above idle");
        Assert.InRange(most, long.MinValue, 64 * 1024 * 1024);
    }

    private static byte[] Small(int number) => Encoding.ASCII.GetBytes($"Subject: {number}\r\n\r\n{string.Concat(Enumerable.Repeat("a line of text that is seventy-two characters long, more or less so.\r\n", number % 300))}");

    private static Task<ImapConnection> OpenAsync(ImapEndpoint endpoint) => ImapConnection.OpenAsync(endpoint, MailServers.DialAsync, TimeProvider.System, CancellationToken.None);

    private static async Task<ImapFailure> FaultAsync(ImapEndpoint endpoint) => (await Assert.ThrowsAsync<ImapException>(() => OpenAsync(endpoint))).Failure;
}
