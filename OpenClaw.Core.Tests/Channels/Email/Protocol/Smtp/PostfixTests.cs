using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>The client against a server that others wrote.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class PostfixTests(MailServers servers) : IAsyncLifetime
{
    private static readonly MailCredentials Agent = new MailCredentials.Password("agent@openclaw.test", "secret");
    private static readonly SmtpAddress Sender = SmtpAddress.Parse("agent@openclaw.test");

    private SmtpEndpoint Submission => new() { Host = "localhost", Port = servers.SubmissionPort, Security = MailSecurity.StartTls, Credentials = Agent, AcceptAnyCertificate = true };

    public async Task InitializeAsync()
    {
        if (!MailServers.AreHere) return;
        await servers.CreateUserAsync("agent", password: "secret");
        await servers.CreateUserAsync("bob");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [MailServersFact]
    public async Task SendAsync_ByStartTls_IsDelivered()
    {
        var bob = SmtpAddress.Parse("bob@openclaw.test");
        var writer = new MailMessageWriter(new()
        {
            From = new(Sender, "Grüße"), To = [new(bob)], Subject = "Einladung für Böb 🐎", Text = "first\n.\n..two dots\nend ", Html = "<p>Ü</p>",
            Date = TimeProvider.System.GetUtcNow(), MessageId = "starttls-test@openclaw.test",
        });
        await using var connection = await OpenAsync(Submission);
        Assert.True(connection.Offered.Has("SMTPUTF8"));
        Assert.True(connection.Offered.Has("PIPELINING"));
        await connection.SendAsync(new() { From = Sender, To = [bob], Size = writer.Size }, writer.WriteAsync, CancellationToken.None);
        using var written = new MemoryStream();
        await writer.WriteAsync(written, CancellationToken.None);

        var mail = (await servers.FindAsync("<starttls-test@openclaw.test>")).ReplaceLineEndings("\r\n");
        Assert.Contains("with ESMTPSA", mail, StringComparison.Ordinal);
        Assert.Contains(Encoding.UTF8.GetString(written.ToArray()), mail, StringComparison.Ordinal);
    }

    [MailServersFact]
    public async Task SendAsync_ByImplicitTls_TwoMailsOneAfterARefusedOne_AreDelivered()
    {
        await using var connection = await OpenAsync(Submission with { Port = servers.SubmissionsPort, Security = MailSecurity.Tls });
        await connection.SendAsync("Subject: one\n\nimplicit-one", To("bob"));
        var refused = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x", To("nobody")));
        Assert.Equal((SmtpFailure.Recipients, "5.1.1", false), (refused.Failure, refused.Reply!.Enhanced, refused.IsTemporary));
        var later = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x", To("later")));
        Assert.Equal((SmtpFailure.Recipients, "4.2.0", true), (later.Failure, later.Reply!.Enhanced, later.IsTemporary));
        await connection.SendAsync("Subject: two\n\nimplicit-two", To("jürgen"));

        await servers.FindAsync("implicit-one");
        await servers.FindAsync("implicit-two");
    }

    [MailServersFact]
    public async Task OpenAsync_Faults_AreToldApart()
    {
        Assert.Equal(SmtpFailure.Authentication, await FaultAsync(Submission with { Credentials = new MailCredentials.Password("agent@openclaw.test", "wrong") }));
        Assert.Equal(SmtpFailure.Tls, await FaultAsync(Submission with { AcceptAnyCertificate = false }));
        Assert.Equal(SmtpFailure.Tls, await FaultAsync(Submission with { Security = MailSecurity.Tls }));
        Assert.Equal(SmtpFailure.Authentication, await FaultAsync(Submission with { Security = MailSecurity.None }));
    }

    [MailServersFact]
    public async Task SendAsync_LargerThanAnnounced_IsNotTried()
    {
        await using var connection = await OpenAsync(Submission);
        var fault = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x", To("bob") with { Size = 200 * 1024 * 1024 }));
        Assert.Equal(SmtpFailure.Permanent, fault.Failure);
    }

    [MailServersFact]
    public async Task SendAsync_NoticesAsked_TheReportNamesThem()
    {
        await using (var pool = new SmtpPool(DialAsync, TimeProvider.System))
            Assert.True((await pool.SendAsync(Submission, To("ghost") with { Notices = new("envelope-17") }, Content("Subject: x\n\ndoomed"), CancellationToken.None)).NoticesAsked);

        var report = await servers.FindAsync("Original-Envelope-Id: envelope-17");
        Assert.Contains("Original-Recipient: rfc822;ghost@openclaw.test", report, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/rfc822-headers", report, StringComparison.Ordinal);
        Assert.DoesNotContain("doomed", report, StringComparison.Ordinal);
    }

    [MailServersFact]
    public async Task SendAsync_FilesOverAKeptConnection_ArriveAsTheyWere()
    {
        var carl = await servers.CreateUserAsync();
        var to = SmtpAddress.Parse(carl.Address);
        var bytes = System.Security.Cryptography.RandomNumberGenerator.GetBytes(3_000_000);
        var mail = new OutgoingMail
        {
            From = new(Sender), To = [new(to)], Subject = "Übersicht", Date = TimeProvider.System.GetUtcNow(), MessageId = "files@openclaw.test", Text = ".\r\nFrom x", Html = "<img src=\"cid:1@x\">",
            Inline = [MailSamples.File("ü.png", bytes, "image/png", "1@x")], Attachments = [MailSamples.File("lange Übersicht über alles, was es im Jahr 2026 gab.bin", bytes)],
        };
        var dials = 0;
        await using (var pool = new SmtpPool((host, port, token) =>
                     {
                         dials++;
                         return DialAsync(host, port, token);
                     }, TimeProvider.System))
            for (var i = 0; i < 3; i++)
            {
                var writer = new MailMessageWriter(mail with { MessageId = $"{i}@openclaw.test" });
                await pool.SendAsync(Submission, new() { From = Sender, To = [to], Size = writer.Size }, writer.WriteAsync, CancellationToken.None);
            }

        Assert.Equal(1, dials);
        var arrived = await servers.MailBoxAsync(carl, atLeast: 3);
        if (PythonJudge.Path is null) return;
        var read = await PythonJudge.ReadAsync(arrived[0]);
        Assert.Empty(read.Defects);
        Assert.Equal(("Übersicht", ".\nFrom x\n"), (read["Subject"], read.Text!.ReplaceLineEndings("\n")));
        Assert.Equal(["ü.png", "lange Übersicht über alles, was es im Jahr 2026 gab.bin"], read.Files.Select(f => f.Name));
        Assert.All(read.Files, f => Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)), f.Hash));
    }

    private static Func<Stream, CancellationToken, Task> Content(string text) => (output, token) => output.WriteAsync(Encoding.UTF8.GetBytes(text), token).AsTask();

    private static SmtpEnvelope To(string name) => new() { From = Sender, To = [SmtpAddress.Parse($"{name}@openclaw.test")] };

    private static async Task<SmtpFailure> FaultAsync(SmtpEndpoint endpoint) => (await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(endpoint))).Failure;
}
