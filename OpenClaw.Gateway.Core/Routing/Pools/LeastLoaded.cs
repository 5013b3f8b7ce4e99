using System.Globalization;

namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>
/// The member from which an answer is to be expected first: how long it took of late, times the requests that it has open and this one, for the room
/// and the weight that it has. What was slow is forgotten little by little, so that it is tried again.
/// </summary>
internal sealed class LeastLoaded : IBalancer
{
    /// <summary>Below that, differences of latency are noise: the open requests alone decide.</summary>
    private const double FloorMs = 5;
    private int _turn;

    public int Choose(ReadOnlySpan<Candidate> candidates, bool commit = true)
    {
        var unknown = Typical(candidates);
        // who is equal takes turns
        var from = (int)((uint)(commit ? Interlocked.Increment(ref _turn) : Volatile.Read(ref _turn) + 1) % (uint)candidates.Length);
        var (best, least) = (from, double.MaxValue);
        for (var i = 0; i < candidates.Length; i++)
        {
            var at = from + i < candidates.Length ? from + i : from + i - candidates.Length;
            var cost = Cost(candidates[at], unknown);
            if (cost < least) (best, least) = (at, cost);
        }

        return best;
    }

    public string Why(in Candidate chosen) => chosen.Load.LatencyMs > 0
        ? string.Create(CultureInfo.InvariantCulture, $"least loaded: {chosen.Load.Open} open, {Words(chosen.Load.LatencyMs)}")
        : string.Create(CultureInfo.InvariantCulture, $"least loaded: {chosen.Load.Open} open, not asked before");

    internal static double Cost(in Candidate candidate, double unknownMs)
    {
        var load = candidate.Load;
        var latency = FloorMs + (load.LatencyMs == 0 ? unknownMs : load.FadedMs);
        var cost = latency * (load.Open + 1) / ((double)candidate.Capacity * candidate.Weight);
        // a request beyond its room waits for another one to end first
        return load.Open < candidate.Capacity ? cost : cost + (latency * (2 + load.Open - candidate.Capacity));
    }

    /// <summary>Who was never asked is taken for one like the quickest of the others.</summary>
    private static double Typical(ReadOnlySpan<Candidate> candidates)
    {
        var least = double.MaxValue;
        foreach (ref readonly var candidate in candidates)
            if (candidate.Load.LatencyMs > 0) least = Math.Min(least, candidate.Load.FadedMs);
        return least == double.MaxValue ? 0 : least;
    }

    private static string Words(double ms) =>
        ms < 10_000 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(ms)):0} ms") : string.Create(CultureInfo.InvariantCulture, $"{ms / 1_000:0.#} s");
}
