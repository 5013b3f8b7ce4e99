using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Imap.ImapSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Imap;

public sealed class ImapSignInTests
{
    private static readonly string Plain = Base64("\0me\0" + Secret);

    [Theory]
    [InlineData("IMAP4rev1 AUTH=PLAIN SASL-IR", "AUTHENTICATE PLAIN %")]
    [InlineData("IMAP4rev1 auth=plain", "AUTHENTICATE PLAIN|%")]
    [InlineData("IMAP4rev1", "LOGIN \"me\" \"correct horse\"")]
    [InlineData("IMAP4rev2 AUTH=PLAIN LOGINDISABLED", "AUTHENTICATE PLAIN %")]
    [InlineData("IMAP4rev1 LOGINDISABLED AUTH=LOGIN", "AUTHENTICATE LOGIN|bWU=|Y29ycmVjdCBob3JzZQ==")]
    public async Task OpenAsync_Password_SignsInAsOffered(string capabilities, string commands)
    {
        await using var server = new ImapServer { Capabilities = capabilities };
        server.Script = c => c switch
        {
            "AUTHENTICATE PLAIN" or "AUTHENTICATE LOGIN" => "+ \r\n",
            "bWU=" => "+ UGFzc3dvcmQ6\r\n",
            _ => null,
        };
        await using (var connection = await OpenAsync(server)) Assert.True(connection.Offered.Has(capabilities.Split(' ')[0]));
        Assert.Equal(commands.Replace("%", Plain, StringComparison.Ordinal).Split('|'), server.Commands.Skip(1).TakeWhile(c => c != "CAPABILITY"));
    }

    [Theory]
    [InlineData("quote\" back\\slash", "LOGIN \"me\" \"quote\\\" back\\\\slash\"")]
    [InlineData("größe", "LOGIN \"me\" <grÃ¶Ã\u009fe>")]
    [InlineData("a\r\nb LOGOUT", "LOGIN \"me\" <a\r\nb LOGOUT>")]
    public async Task OpenAsync_OddPasswords_ArriveAsOneArgument(string password, string command)
    {
        await using var server = new ImapServer { Capabilities = "IMAP4rev1" };
        await using (await OpenAsync(Endpoint(server) with { Credentials = new MailCredentials.Password("me", password) })) Assert.Contains(command, server.Commands);
    }

    [Theory]
    [InlineData("NO [AUTHENTICATIONFAILED] wrong", ImapFailure.Authentication, false)]
    [InlineData("NO LOGIN failed.", ImapFailure.Authentication, false)]
    [InlineData("no [authenticationfailed]", ImapFailure.Authentication, false)]
    [InlineData("BAD what", ImapFailure.Authentication, false)]
    [InlineData("NO [AUTHENTICATIONFAILED] Too many wrong passwords", ImapFailure.Authentication, false)]
    [InlineData("NO [UNAVAILABLE] the database is down", ImapFailure.Authentication, true)]
    [InlineData("NO [CONTACTADMIN] your account is locked", ImapFailure.Authentication, false)]
    [InlineData("NO [EXPIRED] change it", ImapFailure.Authentication, false)]
    [InlineData("NO [ALERT] Too many simultaneous connections. (Failure)", ImapFailure.LimitReached, true)]
    [InlineData("NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", ImapFailure.LimitReached, true)]
    [InlineData("NO [LIMIT] later", ImapFailure.LimitReached, true)]
    [InlineData("NO [INUSE] later", ImapFailure.LimitReached, true)]
    public async Task OpenAsync_Refused_IsToldApart(string answer, object failure, bool temporary)
    {
        await using var server = new ImapServer { Script = c => c.StartsWith("AUTHENTICATE", StringComparison.Ordinal) ? $"$ {answer}\r\n" : null };
        var fault = await FaultAsync(Endpoint(server));
        Assert.Equal(failure, fault.Failure);
        Assert.Equal(temporary, fault.IsTemporary);
    }

    [Fact]
    public async Task OpenAsync_RefusalQuotesThePassword_IsToldWithoutIt()
    {
        await using var server = new ImapServer { Script = c => c.StartsWith("AUTHENTICATE", StringComparison.Ordinal) ? $"$ NO wrong: {Secret} or {Plain} or {Base64(Secret)}\r\n" : null };
        var fault = await FaultAsync(Endpoint(server));
        foreach (var form in (string[])[Secret, Plain, Base64(Secret)])
        {
            Assert.DoesNotContain(form, fault.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(form, fault.Reply!.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenAsync_Token_SignsInByXoauth2(bool initial)
    {
        var good = Base64("user=me\u0001auth=Bearer good\u0001\u0001");
        var refused = false;
        await using var server = new ImapServer { Capabilities = "IMAP4rev1 AUTH=XOAUTH2" + (initial ? " SASL-IR" : "") };
        server.Script = c =>
        {
            if (c == "AUTHENTICATE XOAUTH2") return "+\r\n";
            if (c.EndsWith(good, StringComparison.Ordinal)) return "$ OK [CAPABILITY IMAP4rev1 IDLE] welcome\r\n";
            if (c.Length == 0) return refused ? "$ NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n" : null;
            if (!c.StartsWith("AUTHENTICATE", StringComparison.Ordinal) && c.Length < 40) return null;
            refused = true;
            return $"+ {Base64("""{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}""")}\r\n";
        };
        var endpoint = Endpoint(server);
        await using (var connection = await OpenAsync(endpoint with { Credentials = new MailCredentials.Token("me", "good") })) Assert.True(connection.CanIdle);
        var fault = await FaultAsync(endpoint with { Credentials = new MailCredentials.Token("me", "stale-token-of-mine") });
        Assert.Equal(ImapFailure.Authentication, fault.Failure);
        Assert.False(fault.IsTemporary);
        Assert.Contains("status 400", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stale-token", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("", server.Commands);
    }

    [Theory]
    [InlineData("IMAP4rev1 LOGINDISABLED")]
    [InlineData("IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2 AUTH=GSSAPI")]
    public async Task OpenAsync_NoCommonWay_SendsNoPassword(string capabilities)
    {
        await using var server = new ImapServer { Capabilities = capabilities };
        Assert.Equal(ImapFailure.Authentication, (await FaultAsync(Endpoint(server))).Failure);
        Assert.Equal(["CAPABILITY"], server.Commands);
    }

    [Fact]
    public async Task OpenAsync_StartTls_AsksForCapabilitiesAnewAndForgetsWhatWasSaidBefore()
    {
        using var certificate = TestCertificate.Create();
        await using var server = new ImapServer { Certificate = certificate, Greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=GSSAPI LOGINDISABLED] ready\r\n" };
        server.Script = c => c == "STARTTLS" ? "$ OK go\r\n* CAPABILITY IMAP4rev1 INJECTED\r\na2 OK [CAPABILITY INJECTED] x\r\n" : null;
        await using (var connection = await OpenAsync(Endpoint(server, MailSecurity.StartTls))) Assert.False(connection.Offered.Has("INJECTED"));
        Assert.Equal(["STARTTLS", "CAPABILITY"], server.Commands.Take(2));
        Assert.Equal("AUTHENTICATE PLAIN " + Plain, server.Commands.ElementAt(2));
    }

    [Theory]
    [InlineData("* OK ready\r\n", "$ NO never\r\n")]
    [InlineData("* OK ready\r\n", "$ BAD what\r\n")]
    [InlineData("* PREAUTH welcome\r\n", null)]
    [InlineData("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n", null)]
    public async Task OpenAsync_StartTlsNotDone_SendsNoPassword(string greeting, string? answer)
    {
        await using var server = new ImapServer { Greeting = greeting, Capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN", Script = c => c == "STARTTLS" ? answer : null };
        Assert.Equal(ImapFailure.Tls, (await FaultAsync(Endpoint(server, MailSecurity.StartTls))).Failure);
        Assert.DoesNotContain(server.Commands, c => c.Contains("AUTH", StringComparison.Ordinal) || c.Contains("LOGIN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenAsync_Certificate_MustProveTheName()
    {
        using var certificate = TestCertificate.Create("elsewhere.test");
        await using var server = new ImapServer { Certificate = certificate, ImplicitTls = true };
        var fault = await FaultAsync(Endpoint(server, MailSecurity.Tls) with { AcceptAnyCertificate = false });
        Assert.Equal(ImapFailure.Tls, fault.Failure);
        Assert.Contains("not for localhost", fault.Message, StringComparison.Ordinal);
        await using (await OpenAsync(Endpoint(server, MailSecurity.Tls))) Assert.Contains("AUTHENTICATE PLAIN " + Plain, server.Commands);
    }

    [Fact]
    public async Task OpenAsync_Preauth_SignsNobodyIn()
    {
        await using var server = new ImapServer { Greeting = "* PREAUTH welcome\r\n" };
        await using (var connection = await OpenAsync(server)) Assert.True(connection.CanIdle);
        Assert.Equal(["CAPABILITY", "LOGOUT"], server.Commands);
    }

    [Fact]
    public async Task OpenAsync_IdOffered_SaysItsName()
    {
        await using var server = new ImapServer { Capabilities = "IMAP4rev1 AUTH=PLAIN SASL-IR ID", Script = c => c.StartsWith("ID", StringComparison.Ordinal) ? "* ID NIL\r\n$ BAD what?\r\n" : null };
        await using (await OpenAsync(server)) Assert.Contains("ID (\"name\" \"OpenClaw Gateway\")", server.Commands);
    }

    [Theory]
    [InlineData("* BYE [ALERT] the server is going down\r\n", ImapFailure.Closed)]
    [InlineData("* BYE Too many connections\r\n", ImapFailure.LimitReached)]
    [InlineData("220 mail ESMTP\r\n", ImapFailure.Protocol)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", ImapFailure.Protocol)]
    [InlineData("+ OK\r\n", ImapFailure.Protocol)]
    [InlineData("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", ImapFailure.Protocol)]
    [InlineData(ImapServer.Cut, ImapFailure.Closed)]
    public async Task OpenAsync_Greetings_AreToldApart(string greeting, object failure)
    {
        await using var server = new ImapServer { Greeting = greeting };
        Assert.Equal(failure, (await FaultAsync(Endpoint(server))).Failure);
    }

    [Fact]
    public async Task OpenAsync_Cancelled_IsCancelled()
    {
        await using var server = new ImapServer { Greeting = ImapServer.Silence };
        using var cancelled = new CancellationTokenSource();
        var opening = OpenAsync(Endpoint(server), cancellationToken: cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
