using Microsoft.Extensions.Configuration;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Tests.Hosting;

public sealed class SmtpConfigurationTests
{
    [Fact]
    public void Read_Nothing_SendsNoMail() => Assert.Equal((null, ""), Read(""));

    [Theory]
    [InlineData("Host=mail.example.org;From=a@example.org", 587, MailSecurity.StartTls)]
    [InlineData("Host=mail.example.org;From=a@example.org;Port=465", 465, MailSecurity.Tls)]
    [InlineData("Host=mail.example.org;From=a@example.org;Security=TLS", 465, MailSecurity.Tls)]
    [InlineData("Host=10.0.0.5;From=a@example.org;Security=none", 25, MailSecurity.None)]
    [InlineData("Host=localhost;From=a@example.org;Security=none;Port=1025;User=u;Password=p", 1025, MailSecurity.None)]
    [InlineData("Host=::1;User=a@example.org;Password=p", 587, MailSecurity.StartTls)]
    public void Read_Allowed_FillsInTheRest(string values, int port, MailSecurity security)
    {
        var (options, faults) = Read(values);
        Assert.Equal("", faults);
        Assert.Equal((port, security, "a@example.org"), (options!.Port, options.Security, options.From));
    }

    [Fact]
    public void Read_SenderWithName_IsTakenApart()
    {
        var options = Read("Host=mail.example.org;From=\"Acme, Inc.\" <gateway@example.org>;User=u;Password= p ").Options!;
        Assert.Equal(("Acme, Inc.", "gateway@example.org", " p "), (options.FromName, options.From, options.Password));
        Assert.DoesNotContain(" p ", $"{options}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("From=a@example.org", "Smtp:Host: is missing.")]
    [InlineData("Host=smtp://mail;From=a@example.org", "Smtp:Host: \"smtp://mail\" is not allowed.")]
    [InlineData("Host=mail:587;From=a@example.org", "Smtp:Host: \"mail:587\" is not allowed.")]
    [InlineData("Host=mail", "Smtp:From: is missing.")]
    [InlineData("Host=mail;From=gateway", "Smtp:From: \"gateway\" is not allowed.")]
    [InlineData("Host=mail;From=A <a@example.org> <b@example.org>", "Smtp:From:")]
    [InlineData("Host=mail;From=A\r\nBcc: x <a@example.org>", "Smtp:From:")]
    [InlineData("Host=mail;From=a@example.org;Port=0", "Smtp:Port: \"0\" is not allowed. Allowed: a whole number from 1 to 65535")]
    [InlineData("Host=mail;From=a@example.org;Port=65536", "Smtp:Port:")]
    [InlineData("Host=mail;From=a@example.org;Security=ssl", "Smtp:Security: \"ssl\" is not allowed. Allowed: tls")]
    [InlineData("Host=mail;From=a@example.org;User=u", "Smtp:Password: is missing.")]
    [InlineData("Host=mail;From=a@example.org;Password=hush-hush", "Smtp:User: is missing.")]
    [InlineData("Host=mail;From=a@example.org;User=u;Password=hush\nhush", "Smtp:Password: the value given (not shown, 9 characters) is not allowed.")]
    [InlineData("Host=mail;From=a@example.org;User=u;Password=hush-hush;Security=none", "Smtp:Security: \"none\" is not allowed.")]
    public void Read_Wrong_IsOneLineThatNamesTheKey(string values, string fault)
    {
        var (_, faults) = Read(values);
        Assert.StartsWith(fault, faults, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', faults);
        Assert.DoesNotContain("hush", faults, StringComparison.Ordinal);
    }

    private static (SmtpOptions? Options, string Faults) Read(string values)
    {
        var pairs = values.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).Select(v => KeyValuePair.Create<string, string?>("Smtp:" + v[0], v[1]));
        var reader = new ConfigurationReader(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build());
        var options = SmtpConfiguration.Read(reader);
        return (options, string.Join('\n', reader.Faults));
    }
}
