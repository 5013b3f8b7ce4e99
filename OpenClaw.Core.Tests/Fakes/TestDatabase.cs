using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A SQLite file made from EF's model, removed at the end: for tests of queries and administration.</summary>
internal sealed class TestDatabase : IDatabase, IAsyncDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"openclaw-{Guid.NewGuid():N}.db");

    private TestDatabase()
    {
        var options = new DbOptions(this);
        Tenants = new TenantDbFactory(options, this);
        System = new SystemDbFactory(options, this);
    }

    public string Name => "Sqlite";
    public IWriteGate Gate { get; } = new OpenGate();
    public ITenantDbFactory Tenants { get; }
    public ISystemDbFactory System { get; }

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await using var db = database.System.Create();
        await db.Database.EnsureCreatedAsync();
        return database;
    }

    public async Task<Guid> AddTenantAsync(string slug)
    {
        await using var db = System.Create();
        var id = Guid.CreateVersion7();
        db.Tenants.Add(new Tenant { Id = id, Slug = slug, Name = slug });
        db.Settings.Add(new TenantSettings { TenantId = id });
        await db.SaveChangesAsync();
        return id;
    }

    public async Task AddAsync(params object[] rows)
    {
        await using var db = System.Create();
        db.AddRange(rows);
        await db.SaveChangesAsync();
    }

    public void Configure(DbContextOptionsBuilder options) => options.UseSqlite($"Data Source={_file};Pooling=False");

    public IDisposable? Claim() => null;

    public IJournalWriter OpenJournal() => throw new NotSupportedException();

    public Task MaintainAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> BackUpAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return ValueTask.CompletedTask;
    }

    private sealed class OpenGate : IWriteGate
    {
        public ValueTask<IDisposable?> EnterAsync(CancellationToken cancellationToken) => default;

        public IDisposable? Enter() => null;
    }
}
