using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Storage.PostgreSql;
using OpenClaw.Storage.Sqlite;
using OpenClaw.Storage.SqlServer;

namespace OpenClaw.Core.Tests.Storage;

/// <summary>The migrations of all three databases against the model; no server is asked.</summary>
public sealed class PendingModelTests
{
    /// <summary>Migrations of releases that took away what the release before them still used, with the reason. New ones expand; a later release contracts.</summary>
    private static readonly HashSet<string> MayTakeAway = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task Migrations_AgainstTheModel_NothingPending(string name)
    {
        await using var db = Open(name);
        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges(), $"{name}: dotnet ef migrations add NAME --project storage/OpenClaw.Storage.{name}");
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task Migrations_AfterTheFirst_TakeNothingAway(string name)
    {
        await using var db = Open(name);
        var assembly = db.GetService<IMigrationsAssembly>();
        var taken = assembly.Migrations.OrderBy(m => m.Key, StringComparer.Ordinal).Where(m => !MayTakeAway.Contains(m.Key) && !BeforeTheFirstRelease(m.Key))
            .SelectMany(m => assembly.CreateMigration(m.Value, db.Database.ProviderName!).UpOperations.Where(TakesAway).Select(o => $"{m.Key}: {o.GetType().Name}"));
        Assert.Empty(taken);
    }

    /// <summary>Up to the migration of metrics nobody runs an earlier release.</summary>
    private static bool BeforeTheFirstRelease(string migration) => string.CompareOrdinal(migration, "20261123210000") < 0;

    private static bool TakesAway(MigrationOperation operation) =>
        operation is DropColumnOperation or DropTableOperation or RenameColumnOperation or RenameTableOperation
        || operation is AlterColumnOperation { IsNullable: false, OldColumn.IsNullable: true };

    private static GatewayDbContext Open(string name)
    {
        IDatabase database = name switch
        {
            "PostgreSql" => new PostgreSqlDatabase("Host=localhost;Database=none", TimeProvider.System),
            "SqlServer" => new SqlServerDatabase("Server=localhost;Database=none", TimeProvider.System),
            _ => new SqliteDatabase($"Data Source={Path.Combine(Path.GetTempPath(), "none", "none.db")}", TimeProvider.System),
        };
        return new SystemDbFactory(new DbOptions(database), database).Create();
    }
}
