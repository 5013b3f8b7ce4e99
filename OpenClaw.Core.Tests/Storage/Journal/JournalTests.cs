using Microsoft.Data.Sqlite;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Core.Tests.Storage.Journal;

public sealed class JournalTests
{
    [Fact]
    public async Task Start_Sqlite_ReportsWalAndFullSync()
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.Sqlite);
        Assert.Equal("wal", road.Journal.Durability["journal_mode"]);
        Assert.Equal("2", road.Journal.Durability["synchronous"]);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Write_DatabaseFails_RefusesKeepsPromisesAndRecoversByItself(string kind)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-failing").FullName;
        var database = new FailingDatabase(TestDatabases.Open(kind, folder, TimeProvider.System));
        await using (var road = await Road.StartAsync(folder: folder, database: database))
        {
            var channel = road.AddChannel();
            var watcher = await RoadTests.AttachAsync(road, channel);
            var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
            road.Agents.Answer = async (request, _, _) =>
            {
                asked.TrySetResult();
                await answer.Task;
                return AgentOutcome.Answer([new AgentReply(request.Text)]);
            };
            Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "1", "before"), default)).Accepted);
            await asked.Task;

            database.Fails = true;
            answer.SetResult();
            var refused = await road.Inbox.AcceptAsync(Road.Message(channel, "2", "meanwhile"), default);
            Assert.Equal(RefusalCode.Overloaded, refused.Refusal);
            Assert.NotNull(refused.RetryAfter);
            SpinWait.SpinUntil(() => road.Get<IJournalHealth>().Fault is not null, TimeSpan.FromSeconds(30));
            Assert.Contains("disk is full", road.Get<IJournalHealth>().Fault, StringComparison.Ordinal);
            Assert.DoesNotContain(watcher.Told, t => t.Contains("Agent", StringComparison.Ordinal));

            database.Fails = false;
            Assert.Equal("before", (await watcher.NextReplyAsync()).Text.ToString());
            Assert.Null(road.Get<IJournalHealth>().Fault);
            Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "2", "meanwhile"), default)).Accepted);
            Assert.Equal("meanwhile", (await watcher.NextReplyAsync()).Text.ToString());
            Assert.Equal([1L, 2, 3, 4], (await road.RowsAsync()).Select(r => r.Seq));
        }

        TestFolder.Delete(folder);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Write_DiskHasRoomForTheProbeOnly_KeepsTheAnswer(string kind)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-failing").FullName;
        var database = new FailingDatabase(TestDatabases.Open(kind, folder, TimeProvider.System));
        await using (var road = await Road.StartAsync(folder: folder, database: database))
        {
            var channel = road.AddChannel();
            var watcher = await RoadTests.AttachAsync(road, channel);
            var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
            road.Agents.Answer = async (request, _, _) =>
            {
                asked.TrySetResult();
                await answer.Task;
                return AgentOutcome.Answer([new AgentReply(request.Text)]);
            };
            await road.Inbox.AcceptAsync(Road.Message(channel, "1", "kept"), default);
            await asked.Task;
            database.FailsGroupsOnly = true;
            answer.SetResult();
            for (var i = 0; i < 4; i++) Assert.True(await database.Refusals.WaitAsync(TimeSpan.FromSeconds(30)));
            database.FailsGroupsOnly = false;
            Assert.Equal("kept", (await watcher.NextReplyAsync()).Text.ToString());
        }

        TestFolder.Delete(folder);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Write_OneEntryIsRefused_OthersGoOn(string kind)
    {
        await using var road = await Road.StartAsync(kind: kind);
        var channel = road.AddChannel();
        var bad = new BadEntry();
        road.Journal.Append(bad);
        Assert.IsAssignableFrom<System.Data.Common.DbException>(await bad.Outcome.WaitAsync(TimeSpan.FromSeconds(30)));
        AcceptOutcome outcome;
        do outcome = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        while (!outcome.Accepted);
        Assert.Equal(1, outcome.Seq);
    }

    /// <summary>A conclusion that the database cannot take: its reply has a position in use.</summary>
    private sealed class BadEntry : JournalEntry
    {
        private readonly TaskCompletionSource<Exception> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Exception> Outcome => _refused.Task;

        public override bool MustBeWritten => true;

        public override void AddTo(JournalGroup group, long now)
        {
            for (var i = 0; i < 2; i++)
            {
                group.NewMessages.Add(new MessageRecord
                {
                    Position = 7, Id = Guid.CreateVersion7(), TenantId = Guid.NewGuid(), ChannelId = Guid.NewGuid(), SessionId = Guid.NewGuid(), From = MessageFrom.Agent,
                });
            }
        }

        public override void Undo() { }

        public override void Committed() => _refused.TrySetException(new InvalidOperationException("It was stored."));

        public override void Refused(Exception cause) => _refused.TrySetResult(cause);
    }

    private sealed class FailingDatabase(IDatabase inner) : IDatabase, IDisposable
    {
        public bool Fails { get; set; }

        /// <summary>The disk has room for a few bytes: the probe passes, groups do not.</summary>
        public bool FailsGroupsOnly { get; set; }

        public SemaphoreSlim Refusals { get; } = new(0);

        public string Name => inner.Name;

        public IWriteGate Gate => inner.Gate;

        public bool IsEntryAtFault(Exception failure) => inner.IsEntryAtFault(failure);

        public void Configure(Microsoft.EntityFrameworkCore.DbContextOptionsBuilder options) => inner.Configure(options);

        public IDisposable? Claim() => inner.Claim();

        public IJournalWriter OpenJournal() => new Writer(this, inner.OpenJournal());

        public OpenClaw.Gateway.Core.Storage.Archive.IArchiveSearch OpenArchiveSearch(Microsoft.Extensions.Logging.ILogger log) => inner.OpenArchiveSearch(log);

        public Task MaintainAsync(CancellationToken cancellationToken) => inner.MaintainAsync(cancellationToken);
        public Task<string?> ScrubAsync(CancellationToken cancellationToken) => inner.ScrubAsync(cancellationToken);

        public Task OptimizeAsync(JobProgress progress, CancellationToken cancellationToken) => inner.OptimizeAsync(progress, cancellationToken);

        public void Dispose() => (inner as IDisposable)?.Dispose();

        private sealed class Writer(FailingDatabase owner, IJournalWriter writer) : IJournalWriter
        {
            public IReadOnlyDictionary<string, string> Durability => writer.Durability;

            public void Write(JournalGroup group)
            {
                Check();
                if (owner.FailsGroupsOnly) owner.Refusals.Release();
                if (owner.FailsGroupsOnly) throw new SqliteException("database or disk is full", 13);
                writer.Write(group);
            }

            public void Probe()
            {
                Check();
                writer.Probe();
            }

            public TimeSpan LastWrite => writer.LastWrite;

            public TimeSpan LastCommit => writer.LastCommit;

            public long IndexMissing() => writer.IndexMissing();

            public void Dispose() => writer.Dispose();

            private void Check()
            {
                if (owner.Fails) throw new SqliteException("database or disk is full", 13);
            }
        }
    }
}
