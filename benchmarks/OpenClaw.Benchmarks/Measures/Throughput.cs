namespace OpenClaw.Benchmarks.Measures;

/// <summary>1,000 sessions with one message of 400 bytes in flight each: what a server makes of two cores that it shares with the driver.</summary>
internal static class Throughput
{
    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var (echoServer, echoTarget, echoProbe) = await bench.StartEchoAsync();
        var (gatewayServer, gatewayTarget, gatewayProbe) = await bench.StartGatewayAsync();
        var nodeServer = await bench.TryStartNodeAsync();

        var echo = await Saturation.PrepareAsync(bench, "echo", echoServer, echoTarget, echoProbe);
        var gateway = await Saturation.PrepareAsync(bench, "gateway", gatewayServer, gatewayTarget, gatewayProbe);
        var node = nodeServer is { } n ? await Saturation.PrepareAsync(bench, "node", n.Server, n.Target, null) : null;
        await Saturation.RunAsync(bench, node is null ? [echo, gateway] : [echo, gateway, node]);

        echo.End();
        gateway.End();
        node?.End();
        await bench.EndAsync(echoServer);
        await bench.EndAsync(gatewayServer);
        if (nodeServer is { } ended) await bench.EndAsync(ended.Server);
        const string VersusNode = "throughput vs Node ws + EventEmitter, not durable";
        return
        [
            Row.AtLeast("durable round trip vs echo", 0.33, 0.60, "", gateway.Ratio(echo, f => f.PerSecond)),
            node is null ? Row.Skipped(VersusNode, "no Node with ws here") : Row.AtLeast(VersusNode, 0.45, 1, "x", gateway.Ratio(node, f => f.PerSecond)),
            Row.AtMost("server CPU per message vs echo", 3, 1.6, "x", gateway.Ratio(echo, f => f.CpuMicroseconds)),
            Row.AtMost("allocation per message", 2048, 500, " B", Bench.Median(gateway.Rounds.Select(r => r.AllocatedBytes))),
        ];
    }
}
