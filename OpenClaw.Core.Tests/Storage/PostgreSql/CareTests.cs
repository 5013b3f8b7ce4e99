using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Storage.PostgreSql;
using TestWait = OpenClaw.Core.Tests.Channels.WebSocket.TestWait;

namespace OpenClaw.Core.Tests.Storage.PostgreSql;

/// <summary>What the database needs now and then, and what it says of itself.</summary>
public sealed class CareTests
{
    [NeedsPostgreSql]
    public async Task Optimize_EveryTable_CountedAndAnalysed()
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.PostgreSql);
        var (dry, real) = (new JobProgress(isDryRun: true), new JobProgress());
        await road.Database.OptimizeAsync(dry, default);
        await road.Database.OptimizeAsync(real, default);
        Assert.True(dry.Items > 40, $"{dry.Items} tables");
        Assert.Equal((dry.Items, 0), (real.Items, real.FaultCount));
        Assert.Null(await road.Database.ScrubAsync(default));
        Assert.Contains("write-ahead log", road.Database.ScrubLimit, StringComparison.Ordinal);
    }

    [NeedsPostgreSql]
    public async Task Start_TheServersSettings_AreTold()
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.PostgreSql);
        Assert.Equal("on", road.Journal.Durability["synchronous_commit"]);
        Assert.Equal("off", road.Journal.Durability["transaction_read_only"]);
        Assert.Contains("fsync", road.Journal.Durability.Keys);
    }

    [NeedsPostgreSql]
    public async Task Write_DatabaseBecomesReadOnly_RefusesAndGoesOnWhenItIsNotAnyMore()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-readonly-").FullName;
        var connectionString = PostgreSqlTestDatabases.Of(folder);
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using (var road = await Road.StartAsync(folder: folder, database: new PostgreSqlDatabase(connectionString, TimeProvider.System)))
        {
            var channel = road.AddChannel();
            var watcher = await RoadTests.AttachAsync(road, channel);
            Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "1", "before"), default)).Accepted);
            await watcher.NextReplyAsync();
            await TestWait.UntilAsync(async () =>
            {
                await using var db = road.Db();
                return await db.SessionEntries.CountAsync() == 2; // indexed by itself: nothing is left to be written but what follows
            });
            PostgreSqlTestDatabases.Execute(connectionString, $"ALTER DATABASE \"{name}\" SET default_transaction_read_only = on; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'openclaw journal' AND datname = current_database()");

            // what was under way when the connection was ended is in doubt until the database takes writes; what comes after it is refused
            var first = road.Inbox.AcceptAsync(Road.Message(channel, "2", "in doubt"), default).AsTask();
            Assert.True(SpinWait.SpinUntil(() => road.Get<IJournalHealth>().Fault is not null, TimeSpan.FromSeconds(30)));
            var refused = await road.Inbox.AcceptAsync(Road.Message(channel, "3", "meanwhile", "bob", "other"), default).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(RefusalCode.Overloaded, refused.Refusal);
            Assert.False(first.IsCompleted);

            PostgreSqlTestDatabases.Execute(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" }.ConnectionString, $"ALTER DATABASE \"{name}\" RESET default_transaction_read_only");
            var outcome = await first.WaitAsync(TimeSpan.FromSeconds(60));
            while (!outcome.Accepted) outcome = await road.Inbox.AcceptAsync(Road.Message(channel, "2", "in doubt"), default);
            Assert.Equal(["before", "in doubt"], (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.Text));
        }

        TestFolder.Delete(folder);
    }
}
