using System.Text.Json.Nodes;
using OpenClaw.Benchmarks.Baselines;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// Four replicas of a webhook agent in a pool, chosen anew for each message: one is ten times slower, and one dies in the middle. By strategy: latency, share per
/// replica, and whether all was answered.
/// </summary>
internal static class Balance
{
    private const int PerSecond = 100;
    private const int Sessions = 50;
    private const int Slow = 3;
    private const int Dying = 2;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Strategies = ["round-robin", "weighted", "least-loaded"];

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var (gateway, _, _) = await bench.StartGatewayAsync();
        await MeasureAsync(bench, gateway, Strategies[0], 0); // compiled code
        var rounds = Math.Min(3, bench.Options.Rounds);
        List<Run>[] runs = [[], [], []];
        for (var round = 1; round <= rounds; round++)
            for (var s = 0; s < Strategies.Length; s++) runs[s].Add(await MeasureAsync(bench, gateway, Strategies[s], round));
        var ratio = Bench.Median(runs[0].Zip(runs[2], (turn, least) => turn.P99 / least.P99));
        var lost = runs.Sum(r => r.Sum(run => run.Lost));
        return
        [
            Row.AtLeast("p99 in turn over p99 by least load: four replicas, one ten times slower, one dying", 2, 4, "x", ratio),
            Row.AtMost("  messages lost by any strategy", 0, 0, "", lost),
            .. Strategies.Select((name, s) => new Row($"  {name}: p50 / p99, shares of quick, quick, dying, slow", "", "", Words(runs[s]), null, null)),
        ];
    }

    private static async Task<Run> MeasureAsync(Bench bench, GatewayProcess gateway, string strategy, int round)
    {
        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Replica.StartAsync(i == Slow ? Quick * 10 : Quick)));
        try
        {
            using var client = await LoadClient.ConnectAsync(await TargetAsync(gateway, strategy, round, replicas), Sessions, bench.Cancellation);
            var tally = client.Restart();
            var length = bench.Options.Load * 3;
            var dying = DieAsync(replicas[Dying], length / 2, bench.Cancellation);
            await OpenLoop.RunAsync(client, PerSecond, length, bench.Cancellation);
            await dying;
            var latency = tally.ReplyLatency;
            Run run = new(latency.Milliseconds(0.5), latency.Milliseconds(0.99), tally.Sent - tally.Replied, [.. replicas.Select(r => (double)r.Answered / Math.Max(1, replicas.Sum(o => o.Answered)))]);
            if (tally.Faults().Length > 0) throw new InvalidDataException($"{strategy}: {tally.Faults()}");
            if (round > 0) bench.Say($"  {strategy,-12} p50 {run.P50:n1}  p99 {run.P99:n1} ms, shares {string.Join(", ", run.Shares.Select(s => $"{s:p1}"))}, lost {run.Lost}");
            return run;
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    private static async Task DieAsync(Replica replica, TimeSpan after, CancellationToken cancellationToken)
    {
        await Task.Delay(after, TimeProvider.System, cancellationToken);
        await replica.DieAsync();
    }

    private static async Task<LoadTarget> TargetAsync(GatewayProcess gateway, string strategy, int round, Replica[] replicas)
    {
        var name = $"{strategy} {round}";
        var members = new JsonArray();
        for (var i = 0; i < replicas.Length; i++) members.Add(await gateway.Api.CreateWebhookAgentAsync($"{name} {i}", replicas[i].Url, 16));
        var pool = await gateway.Api.PostAsync("/api/v1/pools", new JsonObject { ["name"] = name, ["strategy"] = strategy, ["members"] = members, ["affinityMinutes"] = 0 });
        var channel = await gateway.Api.CreateSocketChannelAsync(name, members[0]!.GetValue<Guid>());
        await gateway.Api.PostAsync("/api/v1/routing-rules", new JsonObject { ["name"] = name, ["match"] = new JsonObject { ["channels"] = new JsonArray(channel) }, ["target"] = new JsonObject { ["pool"] = pool["id"]!.GetValue<string>() } });
        return new() { Server = gateway.Address, Path = $"/channels/{channel}/socket" };
    }

    private static string Words(List<Run> runs) =>
        $"{Row.Text(Bench.Median(runs.Select(r => r.P50)))} / {Row.Text(Bench.Median(runs.Select(r => r.P99)))} ms, {string.Join(", ", Enumerable.Range(0, 4).Select(i => $"{Row.Text(100 * Bench.Median(runs.Select(r => r.Shares[i])))} %"))}";

    private sealed record Run(double P50, double P99, long Lost, double[] Shares);
}
