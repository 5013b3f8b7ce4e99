using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Core.Tests.Storage.Journal;

/// <summary>The connection breaks in the middle of a commit: the journal asks what became of the group before it says anything.</summary>
public sealed class JournalDoubtTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_BreaksWhileCommitting_AsksAndGoesOnWithTheTruth(bool stored)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-doubt").FullName;
        var database = new DoubtfulDatabase(TestDatabases.Open(TestDatabases.Sqlite, folder, TimeProvider.System));
        await using (var road = await Road.StartAsync(folder: folder, database: database))
        {
            var channel = road.AddChannel();
            var watcher = await RoadTests.AttachAsync(road, channel);
            await road.Journal.FlushAsync();
            database.Break(stored);
            var accepting = road.Inbox.AcceptAsync(Road.Message(channel, "1", "in doubt"), default).AsTask();
            Assert.True(await database.Asked.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.False(accepting.IsCompleted);

            // what comes meanwhile is refused, and does not wait with it
            AcceptOutcome meanwhile;
            do meanwhile = await road.Inbox.AcceptAsync(Road.Message(channel, "2", "meanwhile", "bob", "other"), default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            while (meanwhile.Accepted);
            Assert.Equal(RefusalCode.Overloaded, meanwhile.Refusal);

            database.CanTell = true;
            var outcome = await accepting.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(stored, outcome.Accepted);
            if (stored) Assert.Equal("in doubt", (await watcher.NextReplyAsync()).Text.ToString());
            do outcome = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "in doubt"), default);
            while (!outcome.Accepted);
            Assert.Equal(stored, outcome.Duplicate);
            if (!stored) Assert.Equal("in doubt", (await watcher.NextReplyAsync()).Text.ToString());
            Assert.Single(await road.RowsAsync(), r => r.From == MessageFrom.User);
        }

        TestFolder.Delete(folder);
    }

    private sealed class DoubtfulDatabase(IDatabase inner) : IDatabase, IDisposable
    {
        private bool _breaks;
        private bool _stored;

        public bool CanTell { get; set; }

        public SemaphoreSlim Asked { get; } = new(0);

        public string Name => inner.Name;

        public IWriteGate Gate => inner.Gate;

        public void Break(bool stored) => (_breaks, _stored) = (true, stored);

        public bool IsEntryAtFault(Exception failure) => inner.IsEntryAtFault(failure);

        public void Configure(Microsoft.EntityFrameworkCore.DbContextOptionsBuilder options) => inner.Configure(options);

        public IDisposable? Claim() => inner.Claim();

        public IJournalWriter OpenJournal() => new Writer(this, inner.OpenJournal());

        public IArchiveSearch OpenArchiveSearch(Microsoft.Extensions.Logging.ILogger log) => inner.OpenArchiveSearch(log);

        public Task MaintainAsync(CancellationToken cancellationToken) => inner.MaintainAsync(cancellationToken);

        public Task<string?> ScrubAsync(CancellationToken cancellationToken) => inner.ScrubAsync(cancellationToken);

        public Task OptimizeAsync(JobProgress progress, CancellationToken cancellationToken) => inner.OptimizeAsync(progress, cancellationToken);

        public void Dispose() => (inner as IDisposable)?.Dispose();

        private sealed class Writer(DoubtfulDatabase owner, IJournalWriter writer) : IJournalWriter
        {
            public IReadOnlyDictionary<string, string> Durability => writer.Durability;

            public TimeSpan LastWrite => writer.LastWrite;

            public TimeSpan LastCommit => writer.LastCommit;

            public string? Unsettled { get; private set; }

            public void Write(JournalGroup group)
            {
                if (!owner._breaks)
                {
                    writer.Write(group);
                    return;
                }

                owner._breaks = false;
                if (owner._stored) writer.Write(group);
                Unsettled = "mark";
                throw new IOException("The connection was reset.");
            }

            public bool WasStored(string mark)
            {
                Assert.Equal("mark", mark);
                owner.Asked.Release();
                return owner.CanTell ? owner._stored : throw new IOException("The connection was refused.");
            }

            public long IndexMissing() => writer.IndexMissing();

            public void Probe() => writer.Probe();

            public void Dispose() => writer.Dispose();
        }
    }
}
