using OpenClaw.Benchmarks.Driver;
using OpenClaw.Benchmarks.Probe;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>Resident memory (after a full collection) that an open, silent WebSocket costs, against the bare echo's.</summary>
internal static class IdleSockets
{
    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var sockets = bench.Options.Quick ? 2_000 : 5_000;
        var (echoServer, echoTarget, echoProbe) = await bench.StartEchoAsync();
        var (gatewayServer, gatewayTarget, gatewayProbe) = await bench.StartGatewayAsync();
        var echo = await PerSocketAsync(bench, "echo", echoServer, echoTarget, echoProbe, sockets);
        var gateway = await PerSocketAsync(bench, "gateway", gatewayServer, gatewayTarget, gatewayProbe, sockets);
        await bench.EndAsync(echoServer);
        await bench.EndAsync(gatewayServer);
        return [Row.AtMost("idle WebSocket, RSS vs bare echo", 1.3, 1.1, "x", gateway / echo)];
    }

    private static async Task<double> PerSocketAsync(Bench bench, string name, ServerProcess server, LoadTarget target, MemoryProbe probe, int sockets)
    {
        (await LoadClient.ConnectAsync(target, 200, bench.Cancellation)).Dispose(); // warm-up
        probe.Collect();
        var before = ProcessFigures.ResidentBytes(server.Id);
        using var client = await LoadClient.ConnectAsync(target, sockets, bench.Cancellation);
        var heap = probe.Collect().Heap;
        var after = ProcessFigures.ResidentBytes(server.Id);
        bench.Say($"  {name,-8} {sockets:n0} sockets: RSS {before / 1048576.0:n1} -> {after / 1048576.0:n1} MB, {(after - before) / (double)sockets:n0} B each (managed heap {heap / 1048576.0:n1} MB)");
        return (after - before) / (double)sockets;
    }
}
