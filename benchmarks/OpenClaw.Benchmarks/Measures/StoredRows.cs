namespace OpenClaw.Benchmarks.Measures;

/// <summary>Throughput of new sessions on a database that holds 100,000 sessions and 1 M messages, against an empty one.</summary>
internal static class StoredRows
{
    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var (sessions, messages) = bench.Options.Quick ? (20_000, 10) : (100_000, 10);
        var folder = bench.NewFolder();
        var (first, _, _) = await bench.StartGatewayAsync(folder);
        await first.StopAsync(TimeSpan.FromSeconds(20));
        await bench.EndAsync(first);
        var seconds = await Task.Run(() => DatabaseFill.Run(folder, sessions, messages), bench.Cancellation);
        bench.Say($"  filled {sessions:n0} sessions with {sessions * messages:n0} messages in {seconds:n1} s");

        var (emptyServer, emptyTarget, emptyProbe) = await bench.StartGatewayAsync();
        var (fullServer, fullTarget, fullProbe) = await bench.StartGatewayAsync(folder);
        var empty = await Saturation.PrepareAsync(bench, "empty", emptyServer, emptyTarget, emptyProbe);
        var full = await Saturation.PrepareAsync(bench, "full", fullServer, fullTarget, fullProbe);
        await Saturation.RunAsync(bench, empty, full);
        empty.End();
        full.End();
        await bench.EndAsync(emptyServer);
        await bench.EndAsync(fullServer);
        return [Row.AtLeast($"{sessions:n0} sessions, {sessions * messages / 1e6:0.#} M stored messages: throughput vs empty database", 0.8, 0.95, "x", full.Ratio(empty, f => f.PerSecond))];
    }
}
