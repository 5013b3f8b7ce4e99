using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Archive;

/// <summary>A database, an index and transcripts with two tenants, and what people do with them.</summary>
internal sealed class ArchivePlace : IAsyncDisposable
{
    public static readonly DateTimeOffset Day = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private ArchivePlace(TestDatabase database, IArchiveSearch search)
    {
        (Database, Search) = (database, search);
        Planted = new(database.System, search, database.Folder);
        var reader = new ArchiveReader(database.System, Planted.Files);
        Channel = Catalog.AddChannel();
        var sessions = new SessionQueries(database.Tenants, database.Index);
        Queries = new(database.Tenants, search, reader, Catalog, new Links());
        Snippets = new(reader);
        Restore = new(database.Tenants, Restored, sessions, Clock);
        Export = new(database.Tenants, sessions, Queries, reader, database.Index, new Links(), Clock);
    }

    public TestDatabase Database { get; }

    public IArchiveSearch Search { get; }

    public PlantedArchive Planted { get; }

    public FakeCatalog Catalog { get; } = new();

    public TestClock Clock { get; } = new();

    public ChannelModel Channel { get; set; }

    public Guid Tenant => Catalog.Tenant.Id;

    public ArchiveQueries Queries { get; }

    public ArchiveSnippets Snippets { get; }

    public RestoreSession Restore { get; }

    public ExportSession Export { get; }

    public Restorer Restored { get; } = new();

    public static async Task<ArchivePlace> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        var search = database.Database.OpenArchiveSearch(NullLogger.Instance);
        await search.StartAsync(default);
        var place = new ArchivePlace(database, search);
        await database.AddAsync(
            new Tenant { Id = place.Tenant, Slug = "acme", Name = "Acme" },
            new Channel { Id = place.Channel.Id, TenantId = place.Tenant, Kind = "websocket", Name = "Web chat", Enabled = true });
        return place;
    }

    /// <summary>An archived session of that day.</summary>
    public Task<Guid> AddAsync(int day, params string[] texts) => Planted.AddAsync(Tenant, Channel.Id, Day.AddDays(day), texts);

    public async Task<List<Guid>> ListAsync(ArchiveFilter filter, int limit = 50)
    {
        var page = await Queries.ListAsync(Tenant, filter, new(limit));
        return [.. page.Items.Select(i => i.Id)];
    }

    public async ValueTask DisposeAsync()
    {
        (Search as IDisposable)?.Dispose();
        await Database.DisposeAsync();
    }

    private sealed class Links : IFileLinks
    {
        public string Create(Guid tenant, AttachmentRef attachment) => "http://files";
    }
}

/// <summary>Restoring, as told by a test.</summary>
internal sealed class Restorer : IArchivedSessions
{
    public Func<Guid, Task> Step { get; set; } = _ => Task.CompletedTask;

    public Task RestoreAsync(Guid session, CancellationToken cancellationToken) => Step(session);

    public Task<IReadOnlyList<Message>> ReadAsync(Guid session, long after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AttachmentRef>?> DeleteAsync(Guid session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RewriteAsync(Guid session, Func<Message, Message?> change, CancellationToken cancellationToken) => throw new NotSupportedException();
}
