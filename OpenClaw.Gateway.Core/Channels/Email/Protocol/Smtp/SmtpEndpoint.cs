using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>A mail server and how to talk to it.</summary>
internal sealed record SmtpEndpoint
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MailSecurity Security { get; init; }

    /// <summary>Null: nobody signs in.</summary>
    public MailCredentials? Credentials { get; init; }

    /// <summary>The explicit opt-out: the certificate is taken unseen. Encrypts against listeners, proves nothing.</summary>
    public bool AcceptAnyCertificate { get; init; }

    /// <summary>A full host name to introduce oneself with; null = the connection's own address, which RFC 5321 4.1.3 allows.</summary>
    public string? ClientName { get; init; }

    public SmtpTimeouts Timeouts { get; init; } = new();
}

/// <summary>
/// How long each step may take. RFC 5321 4.5.3.2 allows more for all but the last, and mails behind this one wait. Not for the last: to give up then
/// leaves a mail of which nobody knows whether it was sent.
/// </summary>
internal sealed record SmtpTimeouts
{
    /// <summary>As RFC 5321 4.5.3.2 wants them of servers that only pass on mail.</summary>
    public static SmtpTimeouts Rfc5321 { get; } = new()
    {
        Connect = TimeSpan.FromMinutes(5),
        Handshake = TimeSpan.FromMinutes(5),
        Command = TimeSpan.FromMinutes(5),
        Block = TimeSpan.FromMinutes(3),
    };

    /// <summary>TCP.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The TLS handshake.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A command and the whole of its reply, also the greeting.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Each block of the content that is written.</summary>
    public TimeSpan Block { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From the last dot to the reply: servers scan for viruses then.</summary>
    public TimeSpan Accept { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Still waited for that reply by whoever is told to stop.</summary>
    public TimeSpan Hurry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>RSET and its reply, by which a connection that was kept shows that it lives.</summary>
    public TimeSpan Reset { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For the goodbye.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(3);
}
