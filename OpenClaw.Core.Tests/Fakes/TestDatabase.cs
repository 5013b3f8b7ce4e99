using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A migrated database with a folder of its own, removed at the end.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly IDatabase _database;

    private TestDatabase()
    {
        Folder = Directory.CreateTempSubdirectory("openclaw-test-").FullName;
        _database = TestDatabases.Open(TestDatabases.Default, Folder, TimeProvider.System, pooling: false);
        var options = new DbOptions(_database);
        Tenants = new TenantDbFactory(options, _database);
        System = new SystemDbFactory(options, _database);
    }

    public string Folder { get; }

    public IDatabase Database => _database;

    public ITenantDbFactory Tenants { get; }

    public ISystemDbFactory System { get; }

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await using var db = database.System.Create();
        await db.Database.MigrateAsync();
        return database;
    }

    public async Task<Guid> AddTenantAsync(string slug)
    {
        var id = Guid.CreateVersion7();
        await AddAsync(new Tenant { Id = id, Slug = slug, Name = slug }, new TenantSettings { TenantId = id });
        return id;
    }

    public async Task AddAsync(params object[] rows)
    {
        await using var db = System.Create();
        db.AddRange(rows);
        db.AddRange(rows.OfType<Message>().Select(m => new SessionEntry { SessionId = m.SessionId, Seq = m.Seq, Position = m.Position }));
        await db.SaveChangesAsync();
    }

    /// <summary>What <see cref="AddAsync"/> wrote is indexed.</summary>
    public IEntryIndex Index { get; } = new Current();

    public ValueTask DisposeAsync()
    {
        (_database as IDisposable)?.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private sealed class Current : IEntryIndex
    {
        public ValueTask<bool> CatchUpAsync(Guid session, CancellationToken cancellationToken) => new(true);
    }
}
