using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>5,000 messages a second, whatever comes back; latency from the moment at which a message was meant to go out.</summary>
internal static class Latency
{
    private const int PerSecond = 5000;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var (echoServer, echoTarget, _) = await bench.StartEchoAsync();
        var (gatewayServer, gatewayTarget, _) = await bench.StartGatewayAsync();
        using var echo = await LoadClient.ConnectAsync(echoTarget, bench.Options.Sessions, bench.Cancellation);
        using var gateway = await LoadClient.ConnectAsync(gatewayTarget, bench.Options.Sessions, bench.Cancellation);
        await MeasureAsync(bench, "warm-up", echo);
        await MeasureAsync(bench, "warm-up", gateway);

        List<(double P50, double P99)> bare = [], full = [];
        for (var round = 0; round < bench.Options.Rounds; round++)
        {
            bare.Add(await MeasureAsync(bench, "echo", echo));
            full.Add(await MeasureAsync(bench, "gateway", gateway));
        }
        await bench.EndAsync(echoServer);
        await bench.EndAsync(gatewayServer);

        var more = Bench.Median(full.Zip(bare, (f, b) => f.P50 - b.P50));
        var times50 = Bench.Median(full.Zip(bare, (f, b) => f.P50 / b.P50));
        var times99 = Bench.Median(full.Zip(bare, (f, b) => f.P99 / b.P99));
        var p99 = Bench.Median(full.Select(f => f.P99));
        return
        [
            new("open loop 5,000/s: p50 over echo's", "+1 ms", "2x", $"+{Row.Text(more)} ms, {Row.Text(times50)}x", more <= 1, times50 <= 2),
            new("open loop 5,000/s: p99 over echo's", "4x and <= 15 ms", "2x", $"{Row.Text(times99)}x, {Row.Text(p99)} ms", times99 <= 4 && p99 <= 15, times99 <= 2),
        ];
    }

    /// <summary>One round of the open loop.</summary>
    public static async Task<(double P50, double P99)> MeasureAsync(Bench bench, string name, LoadClient client, int perSecond = PerSecond)
    {
        var tally = client.Restart();
        if (!await OpenLoop.RunAsync(client, perSecond, bench.Options.Load, bench.Cancellation) || tally.Faults().Length > 0 || !tally.Errors.IsEmpty)
            throw new InvalidDataException($"{name}: {tally.Replied} of {tally.Sent} answered, {tally.Faults()}, errors {string.Join(", ", tally.Errors)}");
        var latency = tally.ReplyLatency;
        bench.Say($"  {name,-8} p50 {latency.Milliseconds(0.5):n2}  p90 {latency.Milliseconds(0.9):n2}  p99 {latency.Milliseconds(0.99):n2}  p99.9 {latency.Milliseconds(0.999):n2} ms");
        return (latency.Milliseconds(0.5), latency.Milliseconds(0.99));
    }
}
