using System.Diagnostics;
using System.Globalization;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Benchmarks.Measures;

namespace OpenClaw.Benchmarks;

/// <summary>Runs the chosen measures and prints the table of goals and results. See docs/operations/benchmarks.md.</summary>
internal static class CommandLine
{
    private const string Usage = "usage: OpenClaw.Benchmarks [--quick] [--rounds N] [measure ...]";

    public static async Task<int> RunAsync(string[] args)
    {
        if (!TryRead(args, out var options, out var measures))
        {
            Console.Error.WriteLine(Usage);
            foreach (var measure in Measure.All) Console.Error.WriteLine($"  {measure.Name,-12} {measure.What}");
            return 2;
        }

        // the driver's own sockets: no hop to the thread pool for each frame, so that it takes less from the server it measures
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        using CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var start = Stopwatch.GetTimestamp();
        List<Row> rows = [];
        var failed = false;
        foreach (var measure in measures)
        {
            await using Bench bench = new(options, Console.Out, stop.Token);
            Console.WriteLine($"{measure.Name}: {measure.What}");
            if (measure == Measure.All[0] || measures.Count == 1) SayDisk(bench);
            try
            {
                rows.AddRange(await measure.RunAsync(bench));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failed = true;
                rows.Add(Row.Skipped(measure.Name, "FAILED, see above"));
                Console.WriteLine($"  FAILED: {e}");
            }
        }
        Console.WriteLine();
        Table.Print(rows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:n0} s, {options.Rounds} rounds{(options.Quick ? ", quick: not for publication" : "")}"));
        return failed || rows.Exists(r => r.Accepted == false) ? 1 : 0;
    }

    private static void SayDisk(Bench bench) =>
        bench.Say($"  {Environment.ProcessorCount} cores; fsync of 4 KB here takes {DiskSync.MedianMilliseconds(bench.NewFolder()):n2} ms");

    private static bool TryRead(string[] args, out BenchOptions options, out IReadOnlyList<Measure> measures)
    {
        options = new();
        List<Measure> chosen = [];
        measures = chosen;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick") options = options with { Quick = true, Rounds = 3, Load = TimeSpan.FromSeconds(1.5) };
            else if (args[i] == "--rounds" && ++i < args.Length && int.TryParse(args[i], CultureInfo.InvariantCulture, out var rounds) && rounds > 0) options = options with { Rounds = rounds };
            else if (Measure.All.FirstOrDefault(m => m.Name == args[i]) is { } measure) chosen.Add(measure);
            else return false;
        }
        if (chosen.Count == 0) chosen.AddRange(Measure.All);
        return true;
    }
}
