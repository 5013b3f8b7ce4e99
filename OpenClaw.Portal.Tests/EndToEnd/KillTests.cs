using System.Globalization;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>What is acknowledged survives the death of the process, once, in order.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class KillTests
{
    private const int Clients = 100;
    private const int PerClient = 200;
    private const int Total = Clients * PerClient;

    [Fact]
    public Task Kill_ThreeTimesUnderLoad_EveryMessageIsStoredAndAnsweredOnceInOrder() => KillAsync(null);

    [PostgresFact]
    public async Task Kill_ThreeTimesUnderLoadOnPostgreSql_EveryMessageIsStoredAndAnsweredOnceInOrder()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await KillAsync(postgres);
    }

    private static async Task KillAsync(PostgresServer? postgres)
    {
        using DataFolder data = new();
        GatewayStart start = new() { DataDirectory = data.Path, Address = ServerProcess.FreeAddress() };
        if (postgres is not null) start = start with { Environment = postgres.Environment };
        var gateway = await GatewayProcess.StartAsync(start, CancellationToken.None);
        try
        {
            var agent = await gateway.Api.CreateEchoAgentAsync("Echo of the test");
            var channel = await gateway.Api.CreateSocketChannelAsync("Killed", agent);
            LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket", Reconnects = true, TextBytes = 100 };
            using var client = await LoadClient.ConnectAsync(target, Clients, CancellationToken.None);
            var tally = client.Tally;
            new ClosedLoop(client, window: 4, perSession: PerClient).Start();

            var seed = Environment.TickCount;
            foreach (var progress in Progress(seed))
            {
                await Until.TrueAsync($"{progress} answered (seed {seed})", () => tally.Replied >= progress, TimeSpan.FromSeconds(120), tally, () => gateway.Output);
                await gateway.KillAsync();
                await gateway.DisposeAsync();
                gateway = await GatewayProcess.StartAsync(start, CancellationToken.None);
            }
            await Until.TrueAsync($"all acknowledged and answered (seed {seed})", () => tally is { Acked: Total, Replied: Total }, TimeSpan.FromSeconds(120), tally, () => gateway.Output);

            Assert.Equal("", tally.Faults());
            Assert.True(tally.Closed >= 3 * Clients, $"only {tally.Closed} connections were cut");
            Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(60)));
            using var stored = postgres is null ? new StoredConversations(data.Path) : new StoredConversations(postgres);
            AssertStored(stored, client);
        }
        finally
        {
            await gateway.DisposeAsync();
        }
    }

    /// <summary>Three moments, early, in the middle and late.</summary>
    private static IEnumerable<long> Progress(int seed)
    {
        Random random = new(seed);
        return Enumerable.Range(0, 3).Select(third => (long)(Total * (0.05 + (0.3 * third) + (0.2 * random.NextDouble()))));
    }

    private static void AssertStored(StoredConversations stored, LoadClient client)
    {
        stored.AssertWhole();
        foreach (var session in client.Sessions)
        {
            var sent = Enumerable.Range(0, PerClient).Select(message => string.Create(CultureInfo.InvariantCulture, $"{session.Number}-{message}"));
            Assert.Equal(sent, stored.Questions(session));
        }
    }
}
