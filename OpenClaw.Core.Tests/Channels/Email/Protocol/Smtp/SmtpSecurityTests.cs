using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

public sealed class SmtpSecurityTests
{
    private const string Secret = "correct horse 🐎 battery";
    private static readonly MailCredentials Password = new MailCredentials.Password("gateway", Secret);

    [Theory]
    [InlineData(MailSecurity.Tls)]
    [InlineData(MailSecurity.StartTls)]
    public async Task SendAsync_Encrypted_Arrives(MailSecurity security)
    {
        using var certificate = TestCertificate.Create();
        await using var server = new SmtpServer { Certificate = certificate, ImplicitTls = security is MailSecurity.Tls };
        await using (var connection = await OpenAsync(Endpoint(server, security))) await connection.SendAsync("x");
        Assert.Empty(server.Faults);
        Assert.True(Assert.Single(server.Mails).Encrypted);
    }

    [Theory]
    [InlineData(MailSecurity.Tls, "localhost", "not signed by an authority")]
    [InlineData(MailSecurity.StartTls, "localhost", "not signed by an authority")]
    [InlineData(MailSecurity.Tls, "mail.example.org", "is not for localhost")]
    public async Task OpenAsync_WrongCertificate_IsRefusedBeforeAnySecret(MailSecurity security, string name, string reason)
    {
        using var certificate = TestCertificate.Create(name);
        await using var server = new SmtpServer { Certificate = certificate, ImplicitTls = security is MailSecurity.Tls, Offers = { "AUTH PLAIN" } };
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(Endpoint(server, security) with { AcceptAnyCertificate = false, Credentials = Password }));
        Assert.Equal(SmtpFailure.Tls, fault.Failure);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsTemporary);
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenAsync_EncryptionNotToBeHad_GoesNoFurther()
    {
        await using var plain = new SmtpServer { Offers = { "AUTH PLAIN" } };
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(Endpoint(plain, MailSecurity.StartTls) with { Credentials = Password }));
        Assert.Equal(SmtpFailure.Tls, fault.Failure);
        Assert.DoesNotContain(plain.Commands, c => c.StartsWith("AUTH", StringComparison.Ordinal));

        Assert.Equal(SmtpFailure.Tls, (await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(Endpoint(plain, MailSecurity.Tls)))).Failure);

        using var certificate = TestCertificate.Create();
        await using var refusing = new SmtpServer { Certificate = certificate, Script = (step, _, _) => step == "STARTTLS" ? "502 no" : null };
        Assert.Equal(SmtpFailure.Tls, (await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(Endpoint(refusing, MailSecurity.StartTls)))).Failure);
    }

    [Fact]
    public async Task OpenAsync_WordsSlippedInBeforeTheHandshake_AreAFault()
    {
        using var certificate = TestCertificate.Create();
        await using var server = new SmtpServer { Certificate = certificate, Script = (step, _, _) => step == "STARTTLS" ? "220 go\r\n250-evil\r\n250 AUTH PLAIN" : null };
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(Endpoint(server, MailSecurity.StartTls) with { Credentials = Password }));
        Assert.Equal(SmtpFailure.Protocol, fault.Failure);
    }

    [Theory]
    [InlineData("AUTH PLAIN LOGIN", "PLAIN \0gateway\0" + Secret)]
    [InlineData("AUTH=PLAIN", "PLAIN \0gateway\0" + Secret)]
    [InlineData("AUTH LOGIN CRAM-MD5", "LOGIN gateway " + Secret)]
    public async Task OpenAsync_Password_SignsInAsOffered(string offer, string said)
    {
        using var certificate = TestCertificate.Create();
        await using var server = new SmtpServer { Certificate = certificate, ImplicitTls = true, Offers = { offer }, LetIn = { said } };
        await using (var connection = await OpenAsync(Endpoint(server, MailSecurity.Tls) with { Credentials = Password })) await connection.SendAsync("x");
        Assert.Empty(server.Faults);
        Assert.Equal(said, Assert.Single(server.Mails).User);
    }

    [Fact]
    public async Task OpenAsync_Token_SignsInByXoauth2()
    {
        using var certificate = TestCertificate.Create();
        await using var server = new SmtpServer { Certificate = certificate, Offers = { "AUTH XOAUTH2" }, LetIn = { "XOAUTH2 user=me\u0001auth=Bearer good\u0001\u0001" } };
        var endpoint = Endpoint(server, MailSecurity.StartTls);
        await using (var connection = await OpenAsync(endpoint with { Credentials = new MailCredentials.Token("me", "good") })) await connection.SendAsync("x");
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(endpoint with { Credentials = new MailCredentials.Token("me", "stale") }));
        Assert.Equal(SmtpFailure.Authentication, fault.Failure);
        Assert.Empty(server.Faults);
    }

    [Fact]
    public async Task OpenAsync_WrongPassword_IsToldWithoutIt()
    {
        var forms = (string[])[Secret, Base64(Secret), Base64("\0gateway\0" + Secret)];
        using var certificate = TestCertificate.Create();
        await using var server = new SmtpServer
        {
            Certificate = certificate,
            ImplicitTls = true,
            Offers = { "AUTH PLAIN" },
            Script = (step, argument, _) => step == "AUTH" ? $"535 5.7.8 wrong: {argument} is {Secret} or {Base64(Secret)}" : null,
        };
        var endpoint = Endpoint(server, MailSecurity.Tls) with { Credentials = Password };
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(endpoint));
        Assert.Equal(SmtpFailure.Authentication, fault.Failure);
        Assert.Equal("5.7.8", fault.Reply!.Enhanced);
        foreach (var form in forms)
        {
            Assert.DoesNotContain(form, fault.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(form, string.Join(' ', fault.Reply.Lines), StringComparison.Ordinal);
            Assert.DoesNotContain(form, endpoint.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("454 4.7.0 later", SmtpFailure.Temporary)]
    [InlineData("421 4.3.2 busy", SmtpFailure.Temporary)]
    [InlineData("535 5.7.8 no", SmtpFailure.Authentication)]
    [InlineData("250 what", SmtpFailure.Authentication)]
    [InlineData(SmtpServer.Cut, SmtpFailure.Unreachable)]
    public async Task OpenAsync_SignInFails_KindTellsWhetherToTryAgain(string reply, object expected)
    {
        await using var server = new SmtpServer { Offers = { "AUTH PLAIN" }, Script = (step, _, _) => step == "AUTH" ? reply : null };
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(Endpoint(server) with { Credentials = Password }));
        Assert.Equal(expected, fault.Failure);
    }

    [Fact]
    public async Task OpenAsync_NoCommonMechanism_IsAuthentication()
    {
        await using var server = new SmtpServer { Offers = { "AUTH XOAUTH2 GSSAPI" } };
        Assert.Equal(SmtpFailure.Authentication, (await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(Endpoint(server) with { Credentials = Password }))).Failure);
    }

    [OwnAddressFact]
    public async Task OpenAsync_PasswordWithoutEncryptionToAnotherMachine_IsNotSent()
    {
        var own = OwnAddressFactAttribute.Address!;
        using var listener = new TcpListener(own, 0);
        listener.Start();
        var greeting = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(client.GetStream());
            await client.GetStream().WriteAsync("220 x\r\n"u8.ToArray());
            await reader.ReadLineAsync();
            await client.GetStream().WriteAsync("250-x\r\n250 AUTH PLAIN\r\n"u8.ToArray());
            return await reader.ReadToEndAsync();
        });
        var endpoint = new SmtpEndpoint { Host = own.ToString(), Port = ((IPEndPoint)listener.LocalEndpoint).Port, Security = MailSecurity.None, Credentials = Password, Timeouts = new() { Quit = TimeSpan.FromMilliseconds(50) } };
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(endpoint));
        Assert.Equal(SmtpFailure.Authentication, fault.Failure);
        Assert.DoesNotContain("AUTH", await greeting, StringComparison.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
