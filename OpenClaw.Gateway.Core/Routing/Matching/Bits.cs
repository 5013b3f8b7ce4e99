using System.Numerics;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>Sets of small numbers, as bits.</summary>
internal static class Bits
{
    public static int Words(int count) => (count + 63) >> 6;

    public static bool Has(ReadOnlySpan<ulong> bits, int index) => (bits[index >> 6] & (1UL << (index & 63))) != 0;

    public static void Set(Span<ulong> bits, int index) => bits[index >> 6] |= 1UL << (index & 63);

    /// <summary>The first set bit from an index on and below a limit; the limit when there is none.</summary>
    public static int Next(ReadOnlySpan<ulong> bits, int from, int limit)
    {
        if (from >= limit) return limit;
        var word = from >> 6;
        var rest = bits[word] & (ulong.MaxValue << (from & 63));
        while (rest == 0)
        {
            if (++word >= bits.Length || word << 6 >= limit) return limit;
            rest = bits[word];
        }

        return Math.Min((word << 6) + BitOperations.TrailingZeroCount(rest), limit);
    }
}
