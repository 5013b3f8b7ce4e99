using System.Diagnostics;
using System.Net.Sockets;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>From the start of the process to the ack of the first message that a client sends as soon as it gets in; the data directory exists.</summary>
internal static class ColdStart
{
    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var folder = bench.NewFolder();
        var (gateway, target, _) = await bench.StartGatewayAsync(folder);
        bench.Say($"  the very first start, with migrations: ready after {Stopwatch.GetElapsedTime(gateway.StartedAt).TotalSeconds:n2} s");
        await gateway.StopAsync(TimeSpan.FromSeconds(20));
        await bench.EndAsync(gateway);
        List<double> seconds = [];
        for (var round = 0; round < bench.Options.Rounds; round++) seconds.Add(await OnceAsync(bench, folder, target.Path));
        bench.Say($"  starts: {string.Join("  ", seconds.Select(s => Row.Text(s)))} s");
        return [Row.AtMost("cold start to first accepted message", 3, 1.5, " s", Bench.Median(seconds))];
    }

    private static async Task<double> OnceAsync(Bench bench, string folder, string path)
    {
        await using var gateway = GatewayProcess.Launch(new() { DataDirectory = folder });
        LoadTally tally = new();
        using LoadSession session = new(0, new LoadTarget { Server = gateway.Address, Path = path }, tally);
        while (!await TryConnectAsync(session, bench.Cancellation))
        {
            if (gateway.HasExited || Stopwatch.GetElapsedTime(gateway.StartedAt) > TimeSpan.FromSeconds(60)) throw new TimeoutException(gateway.Output);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, bench.Cancellation);
        }
        session.Send(Stopwatch.GetTimestamp());
        while (tally.Acked == 0) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, bench.Cancellation);
        var seconds = Stopwatch.GetElapsedTime(gateway.StartedAt).TotalSeconds;
        await gateway.StopAsync(TimeSpan.FromSeconds(20));
        return seconds;
    }

    private static async Task<bool> TryConnectAsync(LoadSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.ConnectAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
