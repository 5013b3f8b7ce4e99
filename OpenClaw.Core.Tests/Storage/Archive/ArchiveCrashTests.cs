using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Core.Tests.Storage.Archive;

/// <summary>Cut off at any step, by a disk that is full or by the end of the process: nothing is lost, nothing doubled, the next run goes on.</summary>
public sealed class ArchiveCrashTests
{
    private const int Users = 3;

    [Fact]
    public async Task Archive_CutOffAtEveryWrite_NextRunFinishes()
    {
        var (at, finished) = (0, false);
        while (!finished)
        {
            var folder = Directory.CreateTempSubdirectory("openclaw-crash").FullName;
            var (catalog, clock, before) = (new FakeCatalog(), new TestClock(), "");
            var database = new TrippingDatabase(TestDatabases.Open(TestDatabases.Default, folder, clock));
            Gateway.Core.Abstractions.ChannelModel channel;
            await using (var host = await ArchiveHost.StartAsync(catalog, folder, clock, database))
            {
                channel = host.Channel;
                for (var i = 0; i < Users; i++) await host.TalkAsync($"user{i}");
                await host.ExpireAsync();
                before = await TextsAsync(host);
                database.TripAfter(at);
                finished = await RunAsync(host);
            }

            await using (var host = await ArchiveHost.StartAsync(catalog, folder, clock, channel: channel))
            {
                Assert.Equal(before, await TextsAsync(host)); // whether rows or transcripts
                await host.ArchiveAsync();
                Assert.Equal((0, 0), await host.CountAsync());
                Assert.Equal(before, await TextsAsync(host));
                Assert.Equal(Users, (await host.FindAsync("question")).Count);
                await using (var db = host.Road.Db()) Assert.Equal(Users, await db.ArchivedSessions.CountAsync(a => a.RowsRemoved && a.Fault == null));
                host.Clock.Advance(TimeSpan.FromMinutes(61));
                await host.Road.Get<ArchiveRecovery>().RemoveLeftOversAsync(default);
                Assert.Equal(Users, host.Files());
            }

            TestFolder.Delete(folder);
            at++;
        }

        Assert.InRange(at, 4, 40);
    }

    [Fact]
    public async Task Restore_CutOffAtEveryWrite_EitherArchivedOrBack()
    {
        var (at, finished) = (0, false);
        while (!finished)
        {
            var folder = Directory.CreateTempSubdirectory("openclaw-crash").FullName;
            var (catalog, clock, before, id) = (new FakeCatalog(), new TestClock(), "", Guid.Empty);
            var database = new TrippingDatabase(TestDatabases.Open(TestDatabases.Default, folder, clock));
            Gateway.Core.Abstractions.ChannelModel channel;
            await using (var host = await ArchiveHost.StartAsync(catalog, folder, clock, database))
            {
                channel = host.Channel;
                id = await host.TalkAsync("ada", 70); // several slices
                await host.ExpireAsync();
                before = await TextsAsync(host);
                await host.ArchiveAsync();
                database.TripAfter(at);
                try
                {
                    await host.Archived.RestoreAsync(id, default);
                    finished = true;
                }
                catch (IOException)
                {
                    // the process ends here
                }
            }

            await using (var host = await ArchiveHost.StartAsync(catalog, folder, clock, channel: channel))
            {
                Assert.Equal(before, await TextsAsync(host));
                await host.ArchiveAsync();
                Assert.Equal(before, await TextsAsync(host));
                var archived = (await host.SessionAsync(id)).State == SessionState.Archived;
                Assert.Equal(archived ? 0 : 140, (await host.CountAsync()).Messages);
                Assert.Equal(archived ? 1 : 0, (await host.FindAsync("question")).Count);
                await host.Archived.RestoreAsync(id, default);
                Assert.Equal((140, 140), await host.CountAsync());
                Assert.Equal(before, await TextsAsync(host));
            }

            TestFolder.Delete(folder);
            at++;
        }

        Assert.InRange(at, 3, 40);
    }

    [Fact]
    public async Task Archive_DiskFull_StopsWithNothingLost()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.ExpireAsync();
        await File.WriteAllTextAsync(host.Archives, "where the folder should be: no file can be made below it");

        await Assert.ThrowsAnyAsync<IOException>(() => host.ArchiveAsync());

        Assert.Equal((SessionState.Expired, 4), ((await host.SessionAsync(id)).State, (await host.CountAsync()).Messages));
        File.Delete(host.Archives);
        Assert.Equal(1, (await host.ArchiveAsync()).Items);
    }

    [Fact]
    public async Task Archive_Cancelled_NextRunGoesOn()
    {
        await using var host = await ArchiveHost.StartAsync();
        for (var i = 0; i < 5; i++) await host.TalkAsync($"user{i}");
        await host.ExpireAsync();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Road.Get<Gateway.Core.Maintenance.ArchiveSessions>().RunAsync(new(), stop.Token));
        Assert.Equal((5L, 5), ((await host.ArchiveAsync()).Items, host.Files()));
    }

    [Fact]
    public async Task LeftOvers_FilesWithoutARow_GoAfterAnHour()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        var row = (await host.RowAsync(id))!;
        var stray = Path.Combine(host.Archives, row.TenantId.ToString("N"), "aa", $"{Guid.CreateVersion7(host.Clock.GetUtcNow()):N}"[..30] + "aa.jsonl.br");
        Directory.CreateDirectory(Path.GetDirectoryName(stray)!);
        await File.WriteAllTextAsync(stray, "left over");
        await File.WriteAllTextAsync(stray + ".part", "half");
        File.SetLastWriteTimeUtc(stray + ".part", host.Clock.GetUtcNow().UtcDateTime);

        Assert.Equal(0, await host.Road.Get<ArchiveRecovery>().RemoveLeftOversAsync(default));
        Assert.Equal(3, host.Files());
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, await host.Road.Get<ArchiveRecovery>().RemoveLeftOversAsync(default));

        Assert.Equal(host.FileOf(row), Assert.Single(Directory.EnumerateFiles(host.Archives, "*", SearchOption.AllDirectories)));
    }

    private static async Task<bool> RunAsync(ArchiveHost host)
    {
        try
        {
            await host.ArchiveAsync();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What each session says, wherever it is.</summary>
    private static async Task<string> TextsAsync(ArchiveHost host)
    {
        await host.Road.Journal.CatchUpAsync(Guid.Empty, default);
        await using var db = host.Road.Db();
        var texts = new SortedDictionary<Guid, List<string>>();
        foreach (var session in await db.Sessions.AsNoTracking().ToListAsync())
        {
            var messages = session.State == SessionState.Archived ? await host.Archived.ReadAsync(session.Id, 0, 1000, default) : await db.EntriesAfter(session.Id, 0, 1000).ToListAsync();
            texts[session.Id] = [.. messages.Select(m => $"{m.Seq} {m.Position} {m.Id} {m.Text}")];
        }

        return JsonSerializer.Serialize(texts);
    }

    /// <summary>Takes so many changes of stored rows, then none any more.</summary>
    private sealed class TrippingDatabase(IDatabase inner) : IDatabase, IDisposable
    {
        private int _left = int.MaxValue;

        public string Name => inner.Name;

        public IWriteGate Gate => inner.Gate;

        public void TripAfter(int works) => _left = works;

        public bool IsEntryAtFault(Exception failure) => inner.IsEntryAtFault(failure);

        public void Configure(DbContextOptionsBuilder options) => inner.Configure(options);

        public IDisposable? Claim() => inner.Claim();

        public IJournalWriter OpenJournal() => new Writer(this, inner.OpenJournal());

        public IArchiveSearch OpenArchiveSearch(Microsoft.Extensions.Logging.ILogger log) => inner.OpenArchiveSearch(log);

        public Task MaintainAsync(CancellationToken cancellationToken) => inner.MaintainAsync(cancellationToken);

        public Task OptimizeAsync(Gateway.Core.Abstractions.JobProgress progress, CancellationToken cancellationToken) => inner.OptimizeAsync(progress, cancellationToken);

        public Task<string?> ScrubAsync(CancellationToken cancellationToken) => inner.ScrubAsync(cancellationToken);

        public void Dispose() => (inner as IDisposable)?.Dispose();

        private sealed class Writer(TrippingDatabase owner, IJournalWriter writer) : IJournalWriter
        {
            public IReadOnlyDictionary<string, string> Durability => writer.Durability;

            public TimeSpan LastWrite => writer.LastWrite;

            public TimeSpan LastCommit => writer.LastCommit;

            public void Write(JournalGroup group)
            {
                if (group.Work.Count > 0 && owner._left != int.MaxValue && owner._left-- <= 0) throw new SqliteException("database or disk is full", 13);
                writer.Write(group);
            }

            public long IndexMissing() => writer.IndexMissing();

            public void Probe() => writer.Probe();

            public void Dispose() => writer.Dispose();
        }
    }
}
