namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>The gateway's configuration as checked at start (docs/contracts/configuration.md). Immutable afterwards.</summary>
public sealed record GatewayOptions
{
    /// <summary><c>PublicUrl</c>: used in signed links, embed code, invitations. A path, where it has one, ends with a slash.</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>The address under which others reach <paramref name="path"/> (relative, without a leading slash).</summary>
    public Uri At(string path) => new($"{PublicUrl.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary><c>Data:Directory</c>, absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>Database:Provider</c>.</summary>
    public string DatabaseProvider { get; init; } = "Sqlite";

    /// <summary><c>ConnectionStrings:Gateway</c>; null = the provider's default.</summary>
    public string? ConnectionString { get; init; }

    /// <summary><c>Database:MigrateOnStart</c>.</summary>
    public bool MigrateOnStart { get; init; } = true;

    /// <summary><c>Security:MasterKey</c>; null = <c>master.key</c> in the data directory.</summary>
    public string? MasterKey { get; init; }

    /// <summary><c>Security:PrivateHosts</c>: <c>*</c>, host, host:port or CIDR.</summary>
    public IReadOnlyList<string> PrivateHosts { get; init; } = [];

    /// <summary><c>Limits:*</c>.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary><c>Bootstrap:*</c>.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();

    /// <summary><c>Smtp:*</c>; null = the gateway sends no mail.</summary>
    public SmtpOptions? Smtp { get; init; }
}

/// <summary><c>Smtp:*</c>: the operator's mail server.</summary>
public sealed record SmtpOptions
{
    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65,535.</summary>
    public required int Port { get; init; }

    /// <summary>How the connection is encrypted.</summary>
    public required MailSecurity Security { get; init; }

    /// <summary>Who signs in; null = nobody does.</summary>
    public string? User { get; init; }

    /// <summary>Their password; there is one exactly when there is a user.</summary>
    public string? Password { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>The sender's display name.</summary>
    public string FromName { get; init; } = "OpenClaw Gateway";

    /// <inheritdoc/>
    public override string ToString() => $"{Host}:{Port} {Security}"; // a record would print the password
}

/// <summary>How a connection to a mail server is encrypted.</summary>
public enum MailSecurity
{
    /// <summary>TLS from the first byte (port 465).</summary>
    Tls,

    /// <summary>Plain greeting, then TLS or nothing (port 587).</summary>
    StartTls,

    /// <summary>No encryption. Credentials are given to this machine only.</summary>
    None,
}

/// <summary><c>Limits:*</c>.</summary>
public sealed record LimitOptions
{
    /// <summary>Bytes of UTF-8 in one message's text: 1 to 1,048,576.</summary>
    public int MaxMessageBytes { get; init; } = 65_536;

    /// <summary>Bytes of one attachment.</summary>
    public long MaxAttachmentBytes { get; init; } = 26_214_400;

    /// <summary>Accepted and not yet dispatched messages of a node; above it new ones are refused as overloaded.</summary>
    public int IngressQueue { get; init; } = 20_000;

    /// <summary>Open sockets of one client address.</summary>
    public int ConnectionsPerAddress { get; init; } = 2_000;
}

/// <summary><c>Bootstrap:*</c>: the first owner, tenant and API key without a browser.</summary>
public sealed record BootstrapOptions
{
    /// <summary>The first owner's address; null = the first visitor is led through set-up.</summary>
    public string? AdminEmail { get; init; }

    /// <summary>The first owner's password.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>The first tenant's slug.</summary>
    public string Tenant { get; init; } = "default";

    /// <summary>An API key of that tenant with all scopes, made if absent.</summary>
    public string? ApiKey { get; init; }
}
