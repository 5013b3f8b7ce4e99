using System.Net;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Mail;

namespace OpenClaw.Portal.Hosting;

/// <summary><c>Smtp:*</c>: the operator's mail server, checked.</summary>
internal static partial class SmtpConfiguration
{
    private static readonly string[] Keys = ["Smtp:Port", "Smtp:Security", "Smtp:User", "Smtp:Password", "Smtp:From"];

    /// <summary>Null when no mail is to be sent, or after a fault.</summary>
    public static SmtpOptions? Read(ConfigurationReader reader)
    {
        var port = (int)reader.Number("Smtp:Port", 0, 1, 65_535);
        var security = ReadSecurity(reader) ?? (port == 465 ? MailSecurity.Tls : MailSecurity.StartTls);
        if (reader.Text("Smtp:Host") is not { } host)
        {
            if (Keys.Any(k => reader.Text(k) is not null)) reader.Fault("Smtp:Host", "is missing. Allowed: a host name or an IP address, or none of the Smtp keys.");
            return null;
        }

        if (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic)
            reader.Fault("Smtp:Host", host, "a host name such as mail.example.org or an IP address, without scheme and port");
        var (name, from) = ReadFrom(reader);
        var options = new SmtpOptions
        {
            Host = host,
            Port = port > 0 ? port : security switch { MailSecurity.Tls => 465, MailSecurity.StartTls => 587, _ => 25 },
            Security = security,
            User = reader.Text("Smtp:User"),
            Password = reader.Secret("Smtp:Password"),
            From = from,
        };
        CheckSignIn(reader, options);
        return name is null ? options : options with { FromName = name };
    }

    private static MailSecurity? ReadSecurity(ConfigurationReader reader)
    {
        if (reader.Text("Smtp:Security") is not { } text) return null;
        if (text.Equals("tls", StringComparison.OrdinalIgnoreCase)) return MailSecurity.Tls;
        if (text.Equals("starttls", StringComparison.OrdinalIgnoreCase)) return MailSecurity.StartTls;
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase)) return MailSecurity.None;
        reader.Fault("Smtp:Security", text, "tls (default at port 465), starttls (default at other ports) or none");
        return null;
    }

    private static (string? Name, string Address) ReadFrom(ConfigurationReader reader)
    {
        const string allowed = "an e-mail address such as gateway@example.org, or with a name: OpenClaw <gateway@example.org>";
        if (reader.Text("Smtp:From") is not { } text)
        {
            if (MailAddresses.IsValid(reader.Text("Smtp:User"))) return (null, reader.Text("Smtp:User")!);
            reader.Fault("Smtp:From", $"is missing. Allowed: {allowed}. It may be left out when Smtp:User is an e-mail address.");
            return (null, "");
        }

        if (MailAddresses.IsValid(text)) return (null, text);
        if (NameAndAddress().Match(text) is { Success: true } match && MailAddresses.IsValid(match.Groups["address"].Value) && !text.Any(char.IsControl))
            return (match.Groups["name"].Value.Trim(), match.Groups["address"].Value);
        reader.Fault("Smtp:From", text, allowed);
        return (null, "");
    }

    private static void CheckSignIn(ConfigurationReader reader, SmtpOptions options)
    {
        if (options.User is null != options.Password is null)
            reader.Fault(options.User is null ? "Smtp:User" : "Smtp:Password", "is missing. Allowed: Smtp:User and Smtp:Password both, or neither for a server that takes mail without.");
        if (options.User is { } user && user.Any(char.IsControl)) reader.Fault("Smtp:User", user, "a name of one line");
        if (options.Password is { } password && password.Any(char.IsControl)) reader.SecretFault("Smtp:Password", password, "a password of one line");
        if (options is { User: not null, Security: MailSecurity.None } && !IsThisMachine(options.Host))
            reader.Fault("Smtp:Security", "none", "tls or starttls, as Smtp:User and Smtp:Password are sent without encryption to this machine (localhost) only");
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    [GeneratedRegex("""\A"?(?<name>[^"<>\\]{1,100}?)"?\s*<(?<address>[^<>\s]+)>\z""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameAndAddress();
}
