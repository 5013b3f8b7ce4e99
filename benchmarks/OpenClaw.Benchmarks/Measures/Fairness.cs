using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// One tenant's quiet conversations (200 messages a second over 20 sessions) while another floods (200 sessions, each sends again as soon as it is answered). What
/// two processes more on the same cores cost is shown beside it: the same quiet load on an echo while the gateway is flooded, and on an echo that is
/// flooded itself.
/// </summary>
internal static class Fairness
{
    private const int PerSecond = 200;
    private const int QuietSessions = 20;
    private const int FloodSessions = 200;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var (echoServer, echoTarget, _) = await bench.StartEchoAsync();
        var (gatewayServer, floodTarget, _) = await bench.StartGatewayAsync();
        using var other = await gatewayServer.Api.CreateTenantAsync("quiet");
        var channel = await other.CreateSocketChannelAsync("Quiet", await other.CreateEchoAgentAsync("Quiet"));
        LoadTarget quietTarget = new() { Server = gatewayServer.Address, Path = $"/channels/{channel}/socket" };
        using var quiet = await LoadClient.ConnectAsync(quietTarget, QuietSessions, bench.Cancellation);
        using var bystander = await LoadClient.ConnectAsync(echoTarget, QuietSessions, bench.Cancellation);
        await WarmUpAsync(bench, floodTarget, quiet);
        await WarmUpAsync(bench, echoTarget, bystander);

        List<double> gateways = [], bystanders = [], echoes = [], floods = [], floodedEchoes = [];
        for (var round = 0; round < bench.Options.Rounds; round++)
        {
            var alone = await MeasureAsync(bench, "quiet: gateway", quiet);
            var echoAlone = await MeasureAsync(bench, "quiet: echo", bystander);
            var (flooded, rate) = await FloodedAsync(bench, "flooded: gateway", floodTarget, quiet);
            var (beside, _) = await FloodedAsync(bench, "flooded: gateway, echo beside it", floodTarget, bystander);
            var (echoFlooded, echoRate) = await FloodedAsync(bench, "flooded: echo", echoTarget, bystander);
            gateways.Add(flooded / alone);
            bystanders.Add(beside / echoAlone);
            echoes.Add(echoFlooded / echoAlone);
            floods.Add(rate);
            floodedEchoes.Add(echoRate);
        }

        await bench.EndAsync(gatewayServer);
        await bench.EndAsync(echoServer);
        return
        [
            Row.AtMost("p99 of a quiet tenant beside a flood, over its quiet p99", 2, 1.5, "x", Bench.Median(gateways)),
            new("  the same for an echo in a process of its own, gateway flooded", "", "", $"{Row.Text(Bench.Median(bystanders))}x", null, null),
            new("  the same for an echo that is flooded", "", "", $"{Row.Text(Bench.Median(echoes))}x", null, null),
            new("  messages/s of the flood: gateway, echo", "", "", $"{Row.Text(Bench.Median(floods))}, {Row.Text(Bench.Median(floodedEchoes))}", null, null),
        ];
    }

    private static async Task WarmUpAsync(Bench bench, LoadTarget target, LoadClient client)
    {
        await using var flood = await Flood.StartAsync(target, FloodSessions, bench.Cancellation);
        await Task.Delay(bench.Options.WarmUp / 2, TimeProvider.System, bench.Cancellation);
        await flood.EndAsync(bench.Cancellation);
        await MeasureAsync(bench, "warm-up", client);
    }

    private static async Task<(double P99, double Rate)> FloodedAsync(Bench bench, string name, LoadTarget target, LoadClient client)
    {
        await using var flood = await Flood.StartAsync(target, FloodSessions, bench.Cancellation);
        var p99 = await MeasureAsync(bench, name, client);
        return (p99, await flood.EndAsync(bench.Cancellation));
    }

    private static async Task<double> MeasureAsync(Bench bench, string name, LoadClient client)
    {
        var tally = client.Restart();
        if (!await OpenLoop.RunAsync(client, PerSecond, bench.Options.Load * 2, bench.Cancellation) || tally.Faults().Length > 0 || !tally.Errors.IsEmpty)
            throw new InvalidDataException($"{name}: {tally.Replied} of {tally.Sent} answered, {tally.Faults()}, errors {string.Join(", ", tally.Errors)}");
        var latency = tally.ReplyLatency;
        bench.Say($"  {name,-34} p50 {latency.Milliseconds(0.5):n2}  p90 {latency.Milliseconds(0.9):n2}  p99 {latency.Milliseconds(0.99):n2}  p99.9 {latency.Milliseconds(0.999):n2} ms");
        return latency.Milliseconds(0.99);
    }
}
