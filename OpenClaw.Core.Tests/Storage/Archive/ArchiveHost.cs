using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Storage.Archive;

/// <summary>A road with a clock of its own, and what tests of the archive do with it.</summary>
internal sealed class ArchiveHost : IAsyncDisposable
{
    private ArchiveHost(Road road, TestClock clock, ChannelModel channel) => (Road, Clock, Channel) = (road, clock, channel);

    public Road Road { get; }

    public TestClock Clock { get; }

    public ChannelModel Channel { get; }

    public string Archives => Path.Combine(Road.Folder, "archives");

    public IArchivedSessions Archived => Road.Get<IArchivedSessions>();

    public static async Task<ArchiveHost> StartAsync(FakeCatalog? catalog = null, string? folder = null, TestClock? clock = null, IDatabase? database = null, ChannelModel? channel = null)
    {
        clock ??= new();
        var road = await Road.StartAsync(catalog, folder, clock, database);
        return new(road, clock, channel ?? road.AddChannel());
    }

    /// <summary>A conversation with so many questions and answers; its session.</summary>
    public async Task<Guid> TalkAsync(string user, int questions = 2, string text = "question")
    {
        var watcher = await RoadTests.AttachAsync(Road, Channel, user);
        for (var i = 0; i < questions; i++)
        {
            Assert.True((await Road.Inbox.AcceptAsync(Road.Message(Channel, $"{user}-{i}-{Guid.NewGuid():N}", $"{text} {i} of {user}", user), default)).Accepted);
            await watcher.NextReplyAsync();
        }

        var session = watcher.Handle!.SessionId;
        watcher.Handle.Dispose();
        await Road.Journal.FlushAsync();
        return session;
    }

    /// <summary>As the jobs of the life cycle do in time: expired, and long ago. The clock stays, whose timers would fire for a month.</summary>
    public Task<int> ExpireAsync(bool ended = false)
    {
        var then = Clock.GetUtcNow() - TimeSpan.FromDays(31);
        return Road.Journal.WorkAsync(db => db.Sessions.Where(s => s.State != SessionState.Archived).ExecuteUpdate(set => set
            .SetProperty(s => s.State, SessionState.Expired)
            .SetProperty(s => s.LastActivityAt, then)
            .SetProperty(s => s.EndedAt, s => ended ? then : s.EndedAt)));
    }

    public async Task<JobProgress> ArchiveAsync(bool isDryRun = false)
    {
        var progress = new JobProgress(isDryRun);
        await Road.Get<ArchiveSessions>().RunAsync(progress, default);
        return progress;
    }

    public async Task<Session> SessionAsync(Guid session)
    {
        await using var db = Road.Db();
        return await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == session);
    }

    public async Task<ArchivedSession?> RowAsync(Guid session)
    {
        await using var db = Road.Db();
        return await db.ArchivedSessions.AsNoTracking().SingleOrDefaultAsync(s => s.SessionId == session);
    }

    public string FileOf(ArchivedSession row) => Path.Combine(Archives, row.TenantId.ToString("N"), row.File.ToString("N")[^2..], $"{row.File:N}.jsonl.br");

    public int Files() => Directory.Exists(Archives) ? Directory.EnumerateFiles(Archives, "*", SearchOption.AllDirectories).Count() : 0;

    public async Task<List<Guid>> FindAsync(string words) =>
        [.. (await Road.Get<IArchiveSearch>().SearchAsync(Channel.Tenant.Id, words, null, 100, default)).Select(h => h.Session)];

    /// <summary>Message rows and index entries.</summary>
    public async Task<(int Messages, int Entries)> CountAsync()
    {
        await Road.Journal.CatchUpAsync(Guid.Empty, default);
        await using var db = Road.Db();
        return (await db.Messages.CountAsync(), await db.SessionEntries.CountAsync());
    }

    public ValueTask DisposeAsync() => Road.DisposeAsync();
}
