using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>A mail server to read from and how to talk to it.</summary>
internal sealed record ImapEndpoint
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>With <see cref="MailSecurity.None"/> credentials go over the wire as they are: somebody chose that.</summary>
    public required MailSecurity Security { get; init; }

    public required MailCredentials Credentials { get; init; }

    /// <summary>The explicit opt-out: the certificate is taken unseen. Encrypts against listeners, proves nothing.</summary>
    public bool AcceptAnyCertificate { get; init; }

    public ImapTimeouts Timeouts { get; init; } = new();
}

/// <summary>How long each step may take.</summary>
internal sealed record ImapTimeouts
{
    /// <summary>TCP.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The TLS handshake.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A command and the whole of its answer, also the greeting; content has <see cref="MinimumRate"/> on top.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two bytes of one answer.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the goodbye.</summary>
    public TimeSpan Logout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Bytes of content per second that a server must manage; a slower one is given up.</summary>
    public int MinimumRate { get; init; } = 4 * 1024;
}
