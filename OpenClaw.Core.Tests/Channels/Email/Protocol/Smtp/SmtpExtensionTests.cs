using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>What servers may offer, used when they do and not when they do not.</summary>
public sealed class SmtpExtensionTests
{
    private static readonly MailCredentials Token = new MailCredentials.Token("me", "a-token");

    [Fact]
    public async Task SendAsync_Pipelining_IsOneFlightAndTheSameMail()
    {
        await using var server = new SmtpServer { Offers = { "PIPELINING" }, Script = (step, argument, _) => step == "RCPT" && argument.Contains("eve", StringComparison.Ordinal) ? "550-5.1.1 nobody\r\n550 5.1.1 here" : null };
        await using var connection = await OpenAsync(Endpoint(server));
        var receipt = await connection.SendAsync("x", Envelope with { To = [Eve, Bob] });

        Assert.Empty(server.Faults);
        Assert.Equal([Bob], receipt.Accepted);
        Assert.Equal(("5.1.1", false), (Assert.Single(receipt.Refused).Reply.Enhanced, receipt.NoticesAsked));
        Assert.Equal(["bob@example.org"], Assert.Single(server.Mails).To);
        Assert.Equal(1, connection.Sent);
    }

    [Theory]
    [InlineData("MAIL", "451 4.3.0 later", SmtpFailure.Temporary, true)]
    [InlineData("MAIL", "421 4.3.2 bye", SmtpFailure.Temporary, false)]
    [InlineData("MAIL", "whatever", SmtpFailure.Protocol, false)]
    [InlineData("RCPT", "550 5.1.1 nobody", SmtpFailure.Recipients, true)]
    [InlineData("RCPT", "450 4.2.0 greylisted", SmtpFailure.Recipients, true)]
    [InlineData("RCPT", "421 4.3.2 bye", SmtpFailure.Temporary, false)]
    [InlineData("RCPT", "354 what", SmtpFailure.Protocol, false)]
    [InlineData("RCPT", SmtpServer.Cut, SmtpFailure.Unreachable, false)]
    [InlineData("DATA", "451 4.3.0 later", SmtpFailure.Temporary, true)]
    [InlineData("DATA", "250 what", SmtpFailure.Protocol, true)]
    [InlineData("DATA", "421 4.3.2 bye", SmtpFailure.Temporary, false)]
    public async Task SendAsync_PipeliningRefused_IsToldApartAndTheNextMailIsSent(string at, string reply, object expected, bool goesOn)
    {
        await using var server = new SmtpServer { Offers = { "PIPELINING" }, Script = (step, _, count) => step == at && count == 1 ? reply : null };
        await using var connection = await OpenAsync(Endpoint(server));
        var fault = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("first"));
        Assert.Equal((expected, false), (fault.Failure, fault.MayHaveBeenSent));
        Assert.Equal(goesOn, connection.IsUsable);
        if (!goesOn) return;
        await connection.SendAsync("second");
        Assert.Empty(server.Faults);
        Assert.Equal("second\r\n", Assert.Single(server.Mails).Content);
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    public async Task SendAsync_PipeliningAndAServerThatGoesOnWithoutRecipients_SendsNothing(string at)
    {
        await using var server = new SmtpServer { Offers = { "PIPELINING" }, Script = (step, _, count) => (step, count) switch { ("DATA", 1) => "354 go on", ("content", 1) => "554 5.5.1 to nobody", _ => step == at && count == 1 ? "550 5.1.1 no" : null } };
        await using var connection = await OpenAsync(Endpoint(server));
        await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("first"));
        await connection.SendAsync("second");
        Assert.Equal("second\r\n", Assert.Single(server.Mails).Content);
    }

    [Fact]
    public async Task SendAsync_ManyRecipients_AreNamedOneByOne()
    {
        await using var server = new SmtpServer { Offers = { "PIPELINING" } };
        await using var connection = await OpenAsync(Endpoint(server));
        List<SmtpAddress> many = [.. Enumerable.Range(0, 300).Select(i => SmtpAddress.Parse($"bob{i}@example.org"))];
        var receipt = await connection.SendAsync("x", Envelope with { To = many });
        Assert.Equal(many, receipt.Accepted);
        Assert.Empty(server.Faults);
    }

    [Fact]
    public async Task SendAsync_Notices_AreAskedWhereOffered()
    {
        var envelope = Envelope with { To = [SmtpAddress.Parse("a+b=c@example.org"), SmtpAddress.Parse("jürgen@example.org")], Notices = new("id 1+ü") };
        await using var server = new SmtpServer { Offers = { "DSN", "SMTPUTF8" } };
        await using (var connection = await OpenAsync(Endpoint(server))) Assert.True((await connection.SendAsync("x", envelope)).NoticesAsked);
        Assert.Empty(server.Faults);
        Assert.Contains("MAIL FROM:<gateway@example.com> SMTPUTF8 RET=HDRS ENVID=id+201+2B+C3+BC", server.Commands);
        Assert.Contains("RCPT TO:<a+b=c@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@example.org", server.Commands);
        Assert.Contains("RCPT TO:<jürgen@example.org> NOTIFY=FAILURE,DELAY", server.Commands);

        await using var plain = new SmtpServer();
        await using (var connection = await OpenAsync(Endpoint(plain))) Assert.False((await connection.SendAsync("x", Envelope with { Notices = new("1") })).NoticesAsked);
        Assert.Empty(plain.Faults);
    }

    [Fact]
    public async Task SendAsync_TooLarge_SaysSo()
    {
        await using var server = new SmtpServer { Script = (step, _, count) => step == "MAIL" && count == 1 ? "552 5.3.4 too big" : null };
        await using var connection = await OpenAsync(Endpoint(server));
        var before = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x", Envelope with { Size = 100_001 }));
        Assert.Equal("The mail server does not take mails of more than 100000 bytes; this one has 100001.", before.Message);
        var said = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x"));
        Assert.All([before, said], f => Assert.True(f is { IsTooLarge: true, IsTemporary: false, MayHaveBeenSent: false, Failure: SmtpFailure.Permanent }));
    }

    [Fact]
    public async Task TryAsync_Addresses_AreAskedForAndNothingIsSent()
    {
        await using var server = new SmtpServer { Offers = { "PIPELINING" }, Script = (step, argument, _) => (step, argument) switch { ("RCPT", "TO:<eve@example.org>") => "550 5.1.1 nobody", ("MAIL", "FROM:<eve@example.org>") => "553 5.7.1 not yours", _ => null } };
        await using var connection = await OpenAsync(Endpoint(server));
        Assert.Empty(await connection.TryAsync(Envelope, CancellationToken.None));
        Assert.Equal(Eve, Assert.Single(await connection.TryAsync(Envelope with { To = [Bob, Eve] }, CancellationToken.None)).Recipient);
        var fault = await Assert.ThrowsAsync<SmtpException>(() => connection.TryAsync(Envelope with { From = Eve }, CancellationToken.None));
        Assert.Equal((SmtpStage.Sender, SmtpFailure.Permanent, "5.7.1"), (fault.Stage, fault.Failure, fault.Reply!.Enhanced));
        Assert.True(connection.IsUsable);
        Assert.Empty(server.Faults);
        Assert.Empty(server.Mails);
        Assert.DoesNotContain("DATA", server.Commands);
    }

    [Theory]
    [InlineData("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"https://mail.example\"}", " It gave the access token the status 401.")]
    [InlineData("{\"status\":\"<script>\"}", "")]
    [InlineData("[]", "")]
    [InlineData("no json", "")]
    public async Task OpenAsync_TokenRefused_SaysTheStatus(string challenge, string said)
    {
        await using var server = new RawSmtp("220 x", "250-x\r\n250 AUTH XOAUTH2", "334 " + Convert.ToBase64String(Encoding.UTF8.GetBytes(challenge)), "535 5.7.8 no");
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(server.Endpoint with { Credentials = Token }));
        Assert.Equal((SmtpFailure.Authentication, false), (fault.Failure, fault.IsTemporary));
        Assert.Equal("The mail server answered 535 5.7.8 no" + said, fault.Message);
        Assert.Equal("", server.Said[2]);
    }

    [Fact]
    public async Task OpenAsync_TokenAskedForAgain_IsGiven()
    {
        await using var server = new RawSmtp("220 x", "250-x\r\n250 AUTH XOAUTH2", "334 ", "235 2.7.0 in", "221 bye");
        await using (await OpenAsync(server.Endpoint with { Credentials = Token })) { }
        var initial = Convert.ToBase64String("user=me\u0001auth=Bearer a-token\u0001\u0001"u8);
        Assert.Equal(["AUTH XOAUTH2 " + initial, initial, "QUIT"], server.Said.Skip(1));
    }

    [Theory]
    [InlineData("220 x", "\0\u0001\u0002")]
    [InlineData("220 x", "250-x\r\n251 y")]
    [InlineData("220-x\r\n220-y\r\n220 z", "25")]
    [InlineData("\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2")]
    public async Task OpenAsync_Garbage_IsAFaultOfProtocol(params string[] replies)
    {
        await using var server = new RawSmtp(replies);
        Assert.Equal(SmtpFailure.Protocol, (await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(server.Endpoint))).Failure);
    }
}
