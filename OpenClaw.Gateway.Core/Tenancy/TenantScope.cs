namespace OpenClaw.Gateway.Core.Tenancy;

/// <summary>Whose rows a database context sees: one tenant's, or (the gateway's own workers only) all.</summary>
public sealed class TenantScope
{
    private TenantScope(Guid tenant, bool all) => (TenantId, IsSystem) = (tenant, all);

    /// <summary>The tenant; empty for <see cref="System"/>.</summary>
    public Guid TenantId { get; }

    /// <summary>True when the filter lets every tenant's rows through.</summary>
    public bool IsSystem { get; }

    /// <summary>All tenants. Pages and the API cannot reach it; a test holds that.</summary>
    internal static TenantScope System { get; } = new(Guid.Empty, all: true);

    /// <summary>One tenant.</summary>
    public static TenantScope For(Guid tenant) =>
        tenant == Guid.Empty ? throw new ArgumentException("A tenant is needed.", nameof(tenant)) : new(tenant, all: false);
}
