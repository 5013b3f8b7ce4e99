using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;
using Xunit.Abstractions;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A bad minute: everything that can fail does, by a seed. What was acknowledged is answered once or is a dead letter, and replaying answers the rest, once.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Channels = 3;
    private const int Sessions = 200;
    private const int PerSecond = 120;
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    [SmallDiskFact]
    public async Task Chaos_AMinuteOfEverything_NothingLostNothingTwiceAndReplayingAnswersTheRest()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using SmallDisk disk = new(megabytes: 256);
        GatewayStart start = new() { DataDirectory = disk.Path, Address = ServerProcess.FreeAddress() };
        var gateway = await GatewayProcess.StartAsync(start, CancellationToken.None);
        List<ChaosAgent> agents = [];
        List<LoadClient> clients = [];
        try
        {
            for (var i = 0; i < Channels; i++)
            {
                agents.Add(await ChaosAgent.StartAsync(random.Next()));
                var agent = await gateway.Api.CreateAsync("agents", "webhook", $"Agent {i}", new JsonObject
                {
                    ["url"] = agents[i].Url.ToString(), ["timeoutSeconds"] = 2, ["retry"] = new JsonObject { ["attempts"] = 4, ["baseDelayMs"] = 200, ["maxDelayMs"] = 1000 },
                });
                var channel = await gateway.Api.CreateAsync("channels", "websocket", $"Channel {i}", new JsonObject { ["rateLimitPerUserPerMinute"] = 0, ["maxWaitMinutes"] = 1 }, agent);
                LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket", Reconnects = true, TextBytes = 100 };
                clients.Add(await LoadClient.ConnectAsync(target, (Sessions + i) / Channels, CancellationToken.None));
            }

            using CancellationTokenSource over = new();
            var load = Task.WhenAll(clients.Select(c => OpenLoop.RunAsync(c, PerSecond / Channels, Minute, over.Token)));
            foreach (var blow in Blows(random))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2_500 + random.Next(1_500)), TimeProvider.System);
                output.WriteLine($"{blow}: sent {clients.Sum(c => c.Tally.Sent)}, answered {clients.Sum(c => c.Tally.Replied)}");
                switch (blow)
                {
                    case "kill":
                        await gateway.KillAsync();
                        await gateway.DisposeAsync();
                        gateway = await GatewayProcess.StartAsync(start, CancellationToken.None);
                        break;
                    case "lock":
                        await LockAsync(disk.Path, TimeSpan.FromSeconds(2));
                        break;
                    case "fill":
                        disk.Fill();
                        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
                        disk.Free();
                        break;
                    case "down":
                        agents[random.Next(Channels)].IsDown = true;
                        break;
                    default:
                        foreach (var session in clients.SelectMany(c => c.Sessions).Where(_ => random.Next(3) == 0)) session.Drop();
                        break;
                }
            }

            await load;
            foreach (var agent in agents) (agent.Share, agent.IsDown) = (0, false);
            var sent = clients.Sum(c => c.Tally.Sent);
            await SettledAsync(gateway, clients, $"all {sent} acknowledged and none unfinished (seed {seed})", TimeSpan.FromSeconds(120));

            using (StoredConversations stored = new(disk.Path)) stored.AssertSound();
            var (answered, dead) = (Stored(disk.Path, "\"State\" = 4"), Stored(disk.Path, "\"State\" = 6"));
            output.WriteLine($"sent {sent}, answered {answered}, dead letters {dead}");
            Assert.Equal(sent, answered + dead);
            Assert.Equal(dead, Letters(disk.Path));
            Assert.True(dead > 0, $"nothing failed (seed {seed}): no chaos at all");
            Assert.Equal(0, Stored(disk.Path, "\"State\" = 6 AND EXISTS (SELECT 1 FROM Messages r WHERE r.SessionId = q.SessionId AND r.InReplyToSeq = q.Seq)"));
            foreach (var client in clients) Assert.Equal("", client.Tally.Faults());

            await ReplayAsync(gateway, seed);
            await SettledAsync(gateway, clients, $"all {sent} answered after the replay (seed {seed})", TimeSpan.FromSeconds(60), replied: true);
            Assert.All(clients, c => Assert.Equal(0, c.Tally.RepliedTwice + c.Tally.WrongText));
            Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(60)));
            Assert.Equal(sent, Stored(disk.Path, "\"State\" = 4 AND (SELECT count(*) FROM Messages r WHERE r.SessionId = q.SessionId AND r.\"From\" = 2 AND r.InReplyToSeq = q.Seq) = 1"));
            AssertReplayedInOrder(disk.Path);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
            await gateway.DisposeAsync();
            foreach (var agent in agents) await agent.DisposeAsync();
        }
    }

    /// <summary>Five deaths, and between them the rest, in the seed's order.</summary>
    private static List<string> Blows(Random random)
    {
        string[] blows = ["kill", "kill", "kill", "kill", "kill", "lock", "lock", "fill", "fill", "drop", "drop", "drop", "down"];
        random.Shuffle(blows);
        return [.. blows];
    }

    /// <summary>As a back-up or a curious person with <c>sqlite3</c> would.</summary>
    private static async Task LockAsync(string folder, TimeSpan time)
    {
        await using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadWrite);
        await using var command = file.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        await Task.Delay(time, TimeProvider.System);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();
    }

    private static async Task SettledAsync(GatewayProcess gateway, List<LoadClient> clients, string what, TimeSpan atMost, bool replied = false)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (clients.Any(c => c.Tally.Acked < c.Tally.Sent || (replied && c.Tally.Replied < c.Tally.Sent)) || Stored(gateway.DataDirectory, "Pending IS NOT NULL") > 0)
        {
            if (TimeProvider.System.GetElapsedTime(start) > atMost)
            {
                Assert.Fail($"Not after {atMost}: {what}. Sent {clients.Sum(c => c.Tally.Sent)}, acknowledged {clients.Sum(c => c.Tally.Acked)}, answered {clients.Sum(c => c.Tally.Replied)}, "
                    + $"unfinished {Stored(gateway.DataDirectory, "Pending IS NOT NULL")}, errors: {string.Join(", ", clients.SelectMany(c => c.Tally.Errors))}\n{gateway.Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Everything, whatever its risk, once the agents are mended.</summary>
    private async Task ReplayAsync(GatewayProcess gateway, int seed)
    {
        var replay = await gateway.Api.PostAsync("/api/v1/replays", new JsonObject
        {
            ["since"] = DateTimeOffset.UnixEpoch.AddDays(1).ToString("O"), ["includeUnknown"] = true, ["includeSent"] = true, ["canary"] = true,
        });
        var id = replay["id"]!.GetValue<string>();
        JsonNode now;
        var start = TimeProvider.System.GetTimestamp();
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            now = await gateway.Api.GetAsync($"/api/v1/replays/{id}");
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(2), $"the replay goes on and on (seed {seed}): {now.ToJsonString()}");
        }
        while (now["state"]!.GetValue<string>() is "preparing" or "running");
        output.WriteLine(now.ToJsonString());
        Assert.Equal("done", now["state"]!.GetValue<string>());
    }

    private static void AssertReplayedInOrder(string folder)
    {
        using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadOnly);
        Assert.Equal(0, GatewayFile.Count(file, """
            SELECT count(*) FROM (SELECT InReplyToSeq < lag(InReplyToSeq) OVER (PARTITION BY SessionId ORDER BY Seq) AS Back FROM Messages WHERE "From" = 2 AND Run > 0)
            WHERE Back
            """));
    }

    private static long Stored(string folder, string condition)
    {
        using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadWrite);
        return GatewayFile.Count(file, $"SELECT count(*) FROM Messages q WHERE \"From\" = 1 AND {condition}");
    }

    private static long Letters(string folder)
    {
        using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadWrite);
        return GatewayFile.Count(file, "SELECT count(DISTINCT MessageId) FROM DeadLetters WHERE State = 'open'");
    }
}
