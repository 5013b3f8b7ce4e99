using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Storage.PostgreSql;

namespace OpenClaw.Core.Tests.Storage;

/// <summary>What is in a database is told before anything in it is touched.</summary>
public sealed class DatabaseLookTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-look-").FullName;

    [Theory]
    [OnSqlite, OnPostgreSql]
    public async Task Look_BeforeAndAfterMigration_TellsWhatIsThere(string name)
    {
        var database = OpenEmpty(name);
        using var disposable = database as IDisposable;
        await using var db = new SystemDbFactory(new DbOptions(database), database).Create();
        Assert.Contains((await DatabaseLook.AtAsync(db, default)).Content, (DatabaseContent[])[DatabaseContent.Missing, DatabaseContent.Empty]);
        await db.Database.MigrateAsync();
        Assert.Equal(DatabaseContent.Current, (await DatabaseLook.AtAsync(db, default)).Content);
        await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29990101000000_Later', '99.0.0')""");
        var later = await DatabaseLook.AtAsync(db, default);
        Assert.Equal((DatabaseContent.Newer, "29990101000000_Later"), (later.Content, Assert.Single(later.Unknown)));
    }

    [Theory]
    [OnSqlite, OnPostgreSql]
    public async Task Look_TablesOfAnotherApplication_Foreign(string name)
    {
        var database = OpenEmpty(name);
        using var disposable = database as IDisposable;
        await using var db = new SystemDbFactory(new DbOptions(database), database).Create();
        await db.Database.ExecuteSqlRawAsync("CREATE TABLE invoices (id int)");
        Assert.Equal(DatabaseContent.Foreign, (await DatabaseLook.AtAsync(db, default)).Content);
    }

    private IDatabase OpenEmpty(string name) => name == TestDatabases.PostgreSql
        ? new PostgreSqlDatabase(PostgreSqlTestDatabases.Empty(), TimeProvider.System)
        : TestDatabases.Open(name, _folder, TimeProvider.System);

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        TestFolder.Delete(_folder);
    }
}
