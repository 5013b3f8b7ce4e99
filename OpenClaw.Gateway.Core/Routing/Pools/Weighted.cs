using System.Globalization;

namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>
/// By weight, evenly mixed and exact: of as many choices as all weights together, each member gets as many as its own weight (smooth weighted round
/// robin).
/// </summary>
/// <param name="members">How many members the pool has.</param>
internal sealed class Weighted(int members) : IBalancer
{
    private readonly Lock _lock = new();
    private readonly long[] _credit = new long[members];

    public int Choose(ReadOnlySpan<Candidate> candidates, bool commit = true)
    {
        lock (_lock)
        {
            var (best, most, total) = (0, long.MinValue, 0L);
            for (var i = 0; i < candidates.Length; i++)
            {
                var weight = candidates[i].Weight;
                var credit = _credit[candidates[i].Member] + weight;
                total += weight;
                if (credit > most) (best, most) = (i, credit);
            }

            if (!commit) return best;
            foreach (ref readonly var candidate in candidates) _credit[candidate.Member] += candidate.Weight;
            _credit[candidates[best].Member] -= total;
            return best;
        }
    }

    public string Why(in Candidate chosen) => string.Create(CultureInfo.InvariantCulture, $"by weight {chosen.Weight}");
}
