using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>Contexts for one tenant.</summary>
internal sealed class TenantDbFactory(DbOptions options, IDatabase database) : ITenantDbFactory
{
    public GatewayDbContext Create(Guid tenant) => new(options.Value, TenantScope.For(tenant), database.Gate);
}

/// <summary>Contexts for the gateway's own workers.</summary>
internal sealed class SystemDbFactory(DbOptions options, IDatabase database) : ISystemDbFactory
{
    public GatewayDbContext Create() => new(options.Value, TenantScope.System, database.Gate);
}

/// <summary>One set of options for all contexts, so that EF builds its model and services once for all tenants.</summary>
internal sealed class DbOptions(IDatabase database)
{
    private readonly Lazy<DbContextOptions<GatewayDbContext>> _options = new(() =>
    {
        var builder = new DbContextOptionsBuilder<GatewayDbContext>();
        database.Configure(builder);
        return builder.Options;
    });

    public DbContextOptions<GatewayDbContext> Value => _options.Value;
}
