using OpenClaw.Benchmarks.Driver;
using OpenClaw.Benchmarks.Probe;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>What a server did during one closed loop.</summary>
/// <param name="PerSecond">Answered messages.</param>
/// <param name="CpuMicroseconds">Of the server, per message.</param>
/// <param name="AllocatedBytes">Per message.</param>
/// <param name="OtherCpuMicroseconds">Of the database server behind it, per message; 0 where there is none.</param>
internal sealed record LoadFigures(double PerSecond, double CpuMicroseconds, double AllocatedBytes, double OtherCpuMicroseconds);

/// <summary>A server kept at saturation for a while: its sessions stay connected between the rounds.</summary>
internal sealed class Saturation(string name, ServerProcess server, LoadClient client, MemoryProbe? probe, PostgresServer? database = null)
{
    private static readonly TimeSpan Ramp = TimeSpan.FromMilliseconds(300);

    /// <summary>For the log.</summary>
    public string Name { get; } = name;

    /// <summary>What each round showed.</summary>
    public List<LoadFigures> Rounds { get; } = [];

    /// <summary>Connects the sessions of a load.</summary>
    public static async Task<Saturation> PrepareAsync(Bench bench, string name, ServerProcess server, LoadTarget target, MemoryProbe? probe, PostgresServer? database = null)
    {
        var client = await LoadClient.ConnectAsync(target, bench.Options.Sessions, bench.Cancellation);
        Saturation saturation = new(name, server, client, probe, database);
        await saturation.MeasureAsync(bench, bench.Options.WarmUp); // the runtimes compile what is hot, in the background of the first seconds
        return saturation;
    }

    /// <summary>Runs interleaved rounds over several servers and logs each.</summary>
    public static async Task RunAsync(Bench bench, params IReadOnlyList<Saturation> all)
    {
        for (var round = 1; round <= bench.Options.Rounds; round++)
        {
            foreach (var one in all)
            {
                var figures = await one.MeasureAsync(bench, bench.Options.Load);
                one.Rounds.Add(figures);
                bench.Say($"  round {round} {one.Name,-8} {figures.PerSecond,8:n0} msg/s  {figures.CpuMicroseconds,6:n1} us CPU/msg  {figures.AllocatedBytes,6:n0} B/msg");
            }
        }
    }

    /// <summary>The median over the rounds of this server's figure divided by the other's of the same round.</summary>
    public double Ratio(Saturation other, Func<LoadFigures, double> figure) =>
        Bench.Median(Rounds.Zip(other.Rounds, (mine, theirs) => figure(mine) / figure(theirs)));

    /// <summary>Cuts the connections.</summary>
    public void End() => client.Dispose();

    private async Task<LoadFigures> MeasureAsync(Bench bench, TimeSpan time)
    {
        var tally = client.Restart();
        ClosedLoop loop = new(client);
        loop.Start();
        await Task.Delay(Ramp, TimeProvider.System, bench.Cancellation);
        var before = Read(tally);
        await Task.Delay(time, TimeProvider.System, bench.Cancellation);
        var after = Read(tally);
        loop.Stop();
        var drained = await client.DrainAsync(TimeSpan.FromSeconds(10), bench.Cancellation);
        if (!drained || tally.Faults().Length > 0 || !tally.Errors.IsEmpty || tally.Closed > 0)
            throw new InvalidDataException($"{Name}: drained {drained}, {tally.Faults()}, closed {tally.Closed}, errors {string.Join(", ", tally.Errors)}");
        var messages = (double)(after.Replied - before.Replied);
        return new(messages / TimeProvider.System.GetElapsedTime(before.At, after.At).TotalSeconds, (after.Cpu - before.Cpu) / messages, (after.Allocated - before.Allocated) / messages, (after.OtherCpu - before.OtherCpu) / messages);
    }

    private (long At, long Replied, double Cpu, long Allocated, double OtherCpu) Read(LoadTally tally) =>
        (TimeProvider.System.GetTimestamp(), tally.Replied, ProcessFigures.CpuMicroseconds(server.Id), probe?.Read().Allocated ?? 0, database?.CpuMicroseconds() ?? 0);
}
