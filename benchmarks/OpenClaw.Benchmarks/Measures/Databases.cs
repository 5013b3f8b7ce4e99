using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// The product on PostgreSQL (Debian's, its defaults: every commit waits for the disk) beside the product on SQLite: what a server of its own on the
/// same cores costs. Throughput of the closed loop, latency of the open loop at a rate that both hold.
/// </summary>
internal static class Databases
{
    private const int PerSecond = 2_000;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        if (!PostgresServer.IsHere) return [Row.Skipped("PostgreSQL beside SQLite", "no PostgreSQL here")];
        await using var postgres = await PostgresServer.StartAsync();
        var (echoServer, echoTarget, echoProbe) = await bench.StartEchoAsync();
        var (fileServer, fileTarget, fileProbe) = await bench.StartGatewayAsync();
        var (server, target, probe) = await bench.StartGatewayAsync(database: postgres);
        var echo = await Saturation.PrepareAsync(bench, "echo", echoServer, echoTarget, echoProbe);
        var onFile = await Saturation.PrepareAsync(bench, "sqlite", fileServer, fileTarget, fileProbe);
        var onServer = await Saturation.PrepareAsync(bench, "postgres", server, target, probe, postgres);
        await Saturation.RunAsync(bench, echo, onFile, onServer);
        foreach (var one in (Saturation[])[echo, onFile, onServer]) one.End();

        var (file, remote) = await LatencyAsync(bench, fileTarget, target);
        await bench.EndAsync(server);
        await bench.EndAsync(fileServer);
        await bench.EndAsync(echoServer);
        return
        [
            new("PostgreSQL: durable round trip vs echo; vs SQLite", "", "", $"{Row.Text(onServer.Ratio(echo, f => f.PerSecond))}; {Row.Text(onServer.Ratio(onFile, f => f.PerSecond))}", null, null),
            new("  messages/s: echo, SQLite, PostgreSQL", "", "", string.Join(", ", new[] { echo, onFile, onServer }.Select(s => Row.Text(Bench.Median(s.Rounds.Select(r => r.PerSecond))))), null, null),
            new("  CPU per message: gateway on SQLite; on PostgreSQL; its server", "", "", $"{Cpu(onFile)}; {Cpu(onServer)}; {Row.Text(Bench.Median(onServer.Rounds.Select(r => r.OtherCpuMicroseconds)))} us", null, null),
            new("  allocation per message: SQLite; PostgreSQL", "", "", $"{Allocated(onFile)}; {Allocated(onServer)} B", null, null),
            new($"  open loop {PerSecond:n0}/s, p50 / p99: SQLite; PostgreSQL", "", "", $"{file}; {remote} ms", null, null),
        ];
    }

    private static async Task<(string File, string Server)> LatencyAsync(Bench bench, LoadTarget onFile, LoadTarget onServer)
    {
        using var file = await LoadClient.ConnectAsync(onFile, bench.Options.Sessions, bench.Cancellation);
        using var server = await LoadClient.ConnectAsync(onServer, bench.Options.Sessions, bench.Cancellation);
        await Latency.MeasureAsync(bench, "warm-up", file, PerSecond);
        await Latency.MeasureAsync(bench, "warm-up", server, PerSecond);
        List<(double P50, double P99)> files = [], servers = [];
        for (var round = 0; round < bench.Options.Rounds; round++)
        {
            files.Add(await Latency.MeasureAsync(bench, "sqlite", file, PerSecond));
            servers.Add(await Latency.MeasureAsync(bench, "postgres", server, PerSecond));
        }

        return (Text(files), Text(servers));
    }

    private static string Text(List<(double P50, double P99)> rounds) => $"{Row.Text(Bench.Median(rounds.Select(r => r.P50)))} / {Row.Text(Bench.Median(rounds.Select(r => r.P99)))}";

    private static string Cpu(Saturation saturation) => Row.Text(Bench.Median(saturation.Rounds.Select(r => r.CpuMicroseconds)));

    private static string Allocated(Saturation saturation) => Row.Text(Bench.Median(saturation.Rounds.Select(r => r.AllocatedBytes)));
}
