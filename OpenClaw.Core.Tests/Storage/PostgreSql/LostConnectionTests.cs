using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Storage.PostgreSql;
using TestWait = OpenClaw.Core.Tests.Channels.WebSocket.TestWait;

namespace OpenClaw.Core.Tests.Storage.PostgreSql;

/// <summary>The network fails between a commit and its answer: nothing that was acknowledged is lost, nothing is stored twice.</summary>
public sealed class LostConnectionTests
{
    [NeedsPostgreSql]
    public Task Write_AnswerOfTheCommitIsLost_StoredOnceAndAcknowledged() => RunAsync(cut: p => p.CutAfterDown = 0, stored: true);

    [NeedsPostgreSql]
    public Task Write_GroupNeverArrives_RefusedAndTakenLater() => RunAsync(cut: p => p.CutAfterUp = 0, stored: false);

    [NeedsPostgreSql]
    public async Task Write_AgainAndAgainCut_EveryAnswerTellsTheTruth()
    {
        await using var place = await Place.StartAsync();
        var road = place.Road;
        var channel = road.AddChannel();
        await RoadTests.AttachAsync(road, channel);
        var accepted = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            if (i % 3 == 0) place.Proxy.CutAfterDown = 0;
            if (i % 3 == 1) place.Proxy.CutAfterUp = 0;
            var accepting = Task.WhenAll(Enumerable.Range(0, 4).Select(n => road.Inbox.AcceptAsync(Road.Message(channel, $"{i}-{n}", $"text {i}-{n}"), default).AsTask()));
            SpinWait.SpinUntil(() => road.Get<IJournalHealth>().Fault is not null || accepting.IsCompleted, TimeSpan.FromSeconds(20));
            (place.Proxy.CutAfterDown, place.Proxy.CutAfterUp) = (null, null);
            foreach (var (outcome, n) in (await accepting.WaitAsync(TimeSpan.FromSeconds(60))).Zip(Enumerable.Range(0, 4)))
                if (outcome.Accepted) accepted.Add($"{i}-{n}");
        }

        SpinWait.SpinUntil(() => road.Get<IJournalHealth>().Fault is null, TimeSpan.FromSeconds(20));
        var rows = (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.ExternalId!).Order(StringComparer.Ordinal);
        Assert.Equal(accepted.Order(StringComparer.Ordinal), rows);
    }

    [NeedsPostgreSql]
    public async Task Write_AnotherProcessTookTheJournal_IsFencedOff()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-fence-").FullName;
        using var first = (PostgreSqlDatabase)TestDatabases.Open(TestDatabases.PostgreSql, folder, TimeProvider.System);
        using var second = (PostgreSqlDatabase)TestDatabases.Open(TestDatabases.PostgreSql, folder, TimeProvider.System);
        using var mine = first.OpenJournal();
        mine.Write(Group());
        using var other = second.OpenJournal();

        var refused = Assert.Throws<PostgresException>(() => mine.Write(Group()));

        Assert.False(first.IsEntryAtFault(refused));
        Assert.Null(mine.Unsettled);
        other.Write(Group());
        TestFolder.Delete(folder);
    }

    [NeedsPostgreSql]
    public void Claim_AnotherProcessHasIt_RefusedWithItsName()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-claim-").FullName;
        using var first = TestDatabases.Open(TestDatabases.PostgreSql, folder, TimeProvider.System) as PostgreSqlDatabase;
        using var second = TestDatabases.Open(TestDatabases.PostgreSql, folder, TimeProvider.System) as PostgreSqlDatabase;
        using (first!.Claim())
        {
            var refused = Assert.Throws<InvalidOperationException>(() => second!.Claim());
            Assert.Contains(Environment.MachineName, refused.Message, StringComparison.Ordinal);
            Assert.Contains("127.0.0.1", refused.Message, StringComparison.Ordinal);
        }

        second!.Claim()!.Dispose();
        TestFolder.Delete(folder);
    }

    private static JournalGroup Group()
    {
        var group = new JournalGroup();
        group.Places.Add(new(Guid.CreateVersion7(), 1, 1));
        return group;
    }

    private static async Task RunAsync(Action<FaultProxy> cut, bool stored)
    {
        await using var place = await Place.StartAsync();
        var road = place.Road;
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "0", "before"), default)).Accepted);
        Assert.Equal("before", (await watcher.NextReplyAsync()).Text.ToString());
        await TestWait.UntilAsync(async () =>
        {
            await using var db = road.Db();
            return await db.SessionEntries.CountAsync() == 2; // indexed by itself: nothing is left to be written but what follows
        });

        cut(place.Proxy);
        var accepting = road.Inbox.AcceptAsync(Road.Message(channel, "1", "in doubt"), default).AsTask();
        Assert.True(SpinWait.SpinUntil(() => road.Get<IJournalHealth>().Fault is not null, TimeSpan.FromSeconds(30)));
        Assert.False(accepting.IsCompleted);
        (place.Proxy.CutAfterDown, place.Proxy.CutAfterUp) = (null, null);

        var outcome = await accepting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(stored, outcome.Accepted);
        Assert.False(outcome.Duplicate);
        while (!outcome.Accepted) outcome = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "in doubt"), default);
        Assert.Equal("in doubt", (await watcher.NextReplyAsync()).Text.ToString());
        Assert.Equal(["before", "in doubt"], (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.Text));
        Assert.Equal([1L, 2, 3, 4], (await road.RowsAsync()).Select(r => r.Seq));
    }

    /// <summary>A road whose database is behind a network that fails as told.</summary>
    private sealed class Place(FaultProxy proxy, string folder) : IAsyncDisposable
    {
        public FaultProxy Proxy => proxy;

        public Road Road { get; private set; } = null!;

        public static async Task<Place> StartAsync()
        {
            var folder = Directory.CreateTempSubdirectory("openclaw-cut-").FullName;
            var direct = new NpgsqlConnectionStringBuilder(PostgreSqlTestDatabases.Of(folder));
            var proxy = new FaultProxy(direct.Port);
            var place = new Place(proxy, folder);
            place.Road = await Road.StartAsync(folder: folder, database: new PostgreSqlDatabase(new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Port = proxy.Port }.ConnectionString, TimeProvider.System));
            return place;
        }

        public async ValueTask DisposeAsync()
        {
            await Road.DisposeAsync();
            await proxy.DisposeAsync();
            TestFolder.Delete(folder);
        }
    }
}
