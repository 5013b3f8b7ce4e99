using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Storage.Sqlite;

/// <summary>For <c>dotnet ef migrations add</c>.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<GatewayDbContext>
{
    public GatewayDbContext CreateDbContext(string[] args)
    {
        var database = new SqliteDatabase("Data Source=design.db", TimeProvider.System);
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        database.Configure(options);
        return new GatewayDbContext(options.Options, TenantScope.For(Guid.CreateVersion7()), database.Gate);
    }
}
