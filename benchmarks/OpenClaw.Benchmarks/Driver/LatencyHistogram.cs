using System.Numerics;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>
/// Latencies in nanoseconds, counted in buckets whose width grows with the value (64 per power of two: 1.6 % wide).
/// Recording takes no lock and allocates nothing.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private readonly long[] _counts = new long[(64 - SubBits + 1) << SubBits];

    public void Record(long nanoseconds) => Interlocked.Increment(ref _counts[Bucket(Math.Max(0, nanoseconds))]);

    /// <summary>The value that the given share (0 to 1) does not exceed, in milliseconds; 0 when nothing was recorded.</summary>
    public double Milliseconds(double share)
    {
        var total = _counts.Sum();
        var rank = (long)Math.Ceiling(total * share);
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank && seen > 0) return Upper(bucket) / 1e6;
        }
        return 0;
    }

    private static int Bucket(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long Upper(int bucket)
    {
        if (bucket < 2 << SubBits) return bucket;
        var shift = (bucket >> SubBits) - 1;
        return ((bucket - ((long)shift << SubBits) + 1) << shift) - 1;
    }
}
