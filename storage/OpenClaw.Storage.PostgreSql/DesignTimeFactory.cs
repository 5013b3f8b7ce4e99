using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Storage.PostgreSql;

/// <summary>For <c>dotnet ef migrations add</c>, which connects to no server.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<GatewayDbContext>
{
    public GatewayDbContext CreateDbContext(string[] args)
    {
        using var database = new PostgreSqlDatabase("Host=localhost;Database=design", TimeProvider.System);
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        database.Configure(options);
        return new GatewayDbContext(options.Options, TenantScope.For(Guid.CreateVersion7()), database.Gate);
    }
}
