using System.Net;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>The database server dies under load and comes back: nothing is accepted that it does not hold, and all goes on by itself.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class DatabaseOutageTests
{
    private const int Clients = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>From the moment at which the server takes connections again.</summary>
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);

    [PostgresFact]
    public async Task Killed_ThreeTimesUnderLoad_OverloadedMeanwhileAndOnWithinFiveSeconds()
    {
        await using var postgres = await PostgresServer.StartAsync();
        using DataFolder data = new();
        await using var gateway = await GatewayProcess.StartAsync(new() { DataDirectory = data.Path, Environment = postgres.Environment }, CancellationToken.None);
        var agent = await gateway.Api.CreateEchoAgentAsync("Echo of the test");
        var channel = await gateway.Api.CreateSocketChannelAsync("Outage", agent);
        LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket", Reconnects = true, TextBytes = 100 };
        using var client = await LoadClient.ConnectAsync(target, Clients, CancellationToken.None);
        var tally = client.Tally;
        ClosedLoop loop = new(client, window: 4);
        loop.Start();
        // who waits for an answer sends nothing that could be refused: these send on
        using var others = await LoadClient.ConnectAsync(target, 20, CancellationToken.None);
        using CancellationTokenSource over = new();
        var steady = OpenLoop.RunAsync(others, perSecond: 50, TimeSpan.FromHours(1), over.Token);
        await Until.TrueAsync("1,000 answered", () => tally.Replied >= 1_000, Patience, tally, () => gateway.Output);

        for (var time = 1; time <= 3; time++)
        {
            var refused = others.Tally.Errors.GetValueOrDefault("overloaded");
            await postgres.KillAsync();
            await Until.TrueAsync($"refused as overloaded, outage {time}", () => others.Tally.Errors.GetValueOrDefault("overloaded") > refused, Patience, others.Tally, () => gateway.Output);
            await ReadinessAsync(gateway, HttpStatusCode.ServiceUnavailable, Patience);

            await postgres.StartAgainAsync();
            var before = tally.Replied;
            await Until.TrueAsync($"answers after outage {time}", () => tally.Replied > before + Clients, BackWithin, tally, () => gateway.Output);
            await ReadinessAsync(gateway, HttpStatusCode.OK, BackWithin);
        }

        await over.CancelAsync();
        await steady;
        loop.Stop();
        foreach (var load in (LoadClient[])[client, others])
        {
            await Until.TrueAsync("everything answered", () => load.Tally.Acked == load.Tally.Sent && load.Tally.Replied == load.Tally.Sent, Patience, load.Tally, () => gateway.Output);
            Assert.Equal("", load.Tally.Faults());
            Assert.DoesNotContain(load.Tally.Errors.Keys, code => code != "overloaded");
        }

        Assert.Equal(0, await gateway.StopAsync(Patience));
        using StoredConversations stored = new(postgres);
        stored.AssertWhole();
        Assert.All(client.Sessions.Concat(others.Sessions), session => Assert.Equal(session.Sent, stored.Questions(session).Count));
    }

    private static async Task ReadinessAsync(GatewayProcess gateway, HttpStatusCode expected, TimeSpan atMost)
    {
        using CancellationTokenSource late = new(atMost, TimeProvider.System);
        while (await gateway.Api.ReadinessAsync(late.Token) != expected) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
    }
}
