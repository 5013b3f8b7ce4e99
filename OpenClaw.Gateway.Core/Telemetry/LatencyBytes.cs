namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>
/// A <see cref="LatencyHistogram"/> as few bytes: which buckets are filled and how much, each number as short as it can be. Some 20 to 60 bytes for ten
/// seconds of traffic. Several add up to exactly what one would have counted, whatever nodes and times they are of.
/// </summary>
internal static class LatencyBytes
{
    /// <summary>Eight buckets per power of two, in microseconds. Another division would be another number.</summary>
    private const byte Scheme = 1;

    /// <summary>Null where nothing was counted.</summary>
    public static byte[]? Write(ReadOnlySpan<long> counts)
    {
        List<byte>? bytes = null;
        var last = -1;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            if (counts[bucket] <= 0) continue;
            bytes ??= [Scheme];
            Add(bytes, bucket - last - 1);
            Add(bytes, counts[bucket]);
            last = bucket;
        }

        return bytes?.ToArray();
    }

    /// <summary>Adds what was written to these counts; what cannot be read adds nothing.</summary>
    public static void AddTo(Span<long> counts, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != Scheme) return;
        var (at, bucket) = (1, -1L);
        while (at < bytes.Length)
        {
            if (!Read(bytes, ref at, out var gap) || !Read(bytes, ref at, out var count)) return;
            bucket += gap + 1;
            if (bucket < 0 || bucket >= counts.Length) return;
            counts[(int)bucket] += count;
        }
    }

    private static void Add(List<byte> bytes, long value)
    {
        for (; value > 0x7f; value >>= 7) bytes.Add((byte)((value & 0x7f) | 0x80));
        bytes.Add((byte)value);
    }

    private static bool Read(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        for (var shift = 0; at < bytes.Length && shift < 63; shift += 7)
        {
            var next = bytes[at++];
            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80) return true;
        }

        return false;
    }
}
