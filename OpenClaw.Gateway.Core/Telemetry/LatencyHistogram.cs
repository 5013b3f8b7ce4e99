using System.Numerics;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>Log-linear buckets for durations in microseconds: eight per power of two, so a bucket is at most 12 % wide.</summary>
internal static class LatencyHistogram
{
    private const int SubBits = 3;

    /// <summary>Up to 2^37 µs, some 38 hours; longer ones stand in the last bucket.</summary>
    public const int Buckets = (35 << SubBits) + (1 << SubBits);

    public static int BucketOf(long micros)
    {
        if (micros < 1 << SubBits) return (int)Math.Max(0, micros);
        var exponent = BitOperations.Log2((ulong)micros);
        var sub = (int)(micros >> (exponent - SubBits)) & ((1 << SubBits) - 1);
        return Math.Min(Buckets - 1, ((exponent - SubBits + 1) << SubBits) + sub);
    }

    /// <summary>The middle of a bucket, in milliseconds.</summary>
    public static double MiddleOf(int bucket)
    {
        if (bucket < 1 << SubBits) return bucket / 1000.0;
        var shift = (bucket >> SubBits) - 1;
        var low = (long)((1 << SubBits) + (bucket & ((1 << SubBits) - 1))) << shift;
        return (low + ((1L << shift) / 2.0)) / 1000.0;
    }

    /// <summary>Where a bucket ends, in microseconds.</summary>
    public static long EndOf(int bucket)
    {
        if (bucket < 1 << SubBits) return bucket + 1;
        var shift = (bucket >> SubBits) - 1;
        return (long)((1 << SubBits) + (bucket & ((1 << SubBits) - 1)) + 1) << shift;
    }

    public static LatencyFigures Figures(ReadOnlySpan<long> counts)
    {
        var total = 0L;
        foreach (var count in counts) total += count;
        return total == 0 ? default : new(total, At(counts, total, 0.50), At(counts, total, 0.95), At(counts, total, 0.99));
    }

    private static double At(ReadOnlySpan<long> counts, long total, double share)
    {
        var rank = (long)Math.Ceiling(total * share);
        var seen = 0L;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            seen += counts[bucket];
            if (seen >= rank) return MiddleOf(bucket);
        }

        return 0;
    }
}
