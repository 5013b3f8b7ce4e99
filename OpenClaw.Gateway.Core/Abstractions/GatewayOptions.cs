namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>The gateway's configuration as checked at start (docs/contracts/configuration.md). Immutable afterwards.</summary>
public sealed record GatewayOptions
{
    /// <summary><c>PublicUrl</c>, without a trailing slash: used in signed links, embed code, invitations.</summary>
    public required Uri PublicUrl { get; init; }

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
