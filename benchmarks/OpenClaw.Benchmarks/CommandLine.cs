using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
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
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await SayMachineAsync(stop.Token);
        var start = Stopwatch.GetTimestamp();
        List<Row> rows = [];
        var failed = false;
        foreach (var measure in measures)
        {
            await using Bench bench = new(options, Console.Out, stop.Token);
            Console.WriteLine($"{measure.Name}: {measure.What}");
            try
            {
                rows.AddRange(await measure.RunAsync(bench));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                Console.WriteLine("  stopped");
                return 130;
            }
            catch (Exception e)
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

        // the servers end with the run, also when it is told to stop
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task SayMachineAsync(CancellationToken cancellationToken)
    {
        await using Bench bench = new(new(), Console.Out, cancellationToken);
        var (cores, load) = (Environment.ProcessorCount, ProcessFigures.MachineLoad());
        bench.Say($"{cores} cores, load average {load:n1} before the run; fsync of 4 KB takes {DiskSync.MedianMilliseconds(bench.NewFolder()):n2} ms");
        if (load > cores / 2.0) bench.Say($"The machine is busy with other things: these figures say little. Wait until it is idle.");
    }

    private static bool TryRead(string[] args, out BenchOptions options, out IReadOnlyList<Measure> measures)
    {
        options = new();
        List<Measure> chosen = [];
        measures = chosen;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick") options = options with { Quick = true, Rounds = 3, Load = TimeSpan.FromSeconds(1), WarmUp = TimeSpan.FromSeconds(3) };
            else if (args[i] == "--rounds" && ++i < args.Length && int.TryParse(args[i], CultureInfo.InvariantCulture, out var rounds) && rounds > 0) options = options with { Rounds = rounds };
            else if (Measure.All.FirstOrDefault(m => m.Name == args[i]) is { } measure) chosen.Add(measure);
            else return false;
        }
        if (chosen.Count == 0) chosen.AddRange(Measure.All);
        return true;
    }
}
