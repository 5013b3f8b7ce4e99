namespace OpenClaw.Gateway.Core.Storage;

/// <summary>
/// The key of a message: milliseconds since 2020-01-01 in the upper 41 bits, a counter in the lower 22. It rises with every
/// message of a node, whatever the clock does. The message's UUIDv7 carries the same millisecond, so a message is found by id
/// with a scan over one millisecond of the key, and no index with random keys slows the writes.
/// </summary>
internal sealed class MessagePosition(TimeProvider time)
{
    private const int CounterBits = 22;
    private static readonly long Epoch = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private long _last;

    /// <summary>Never gives a number at or below this one again; called at start with the newest stored one.</summary>
    public void StartAbove(long position) => _last = Math.Max(_last, position);

    /// <summary>A new position and the id that belongs to it.</summary>
    public (long Position, Guid Id) Next()
    {
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() - Epoch) << CounterBits;
        long last, next;
        do
        {
            last = Volatile.Read(ref _last);
            next = now > last ? now : last + 1;
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);
        return (next, Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds((next >> CounterBits) + Epoch)));
    }

    /// <summary>The first and the last position that a message of that id can have. False when it is no UUIDv7 of our time.</summary>
    public static bool TryRange(Guid id, out long first, out long last)
    {
        first = last = 0;
        if (id.Version != 7) return false;
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16) & 0xFFFF_FFFF_FFFF;
        if (milliseconds < Epoch || milliseconds - Epoch >= 1L << 41) return false;
        first = (milliseconds - Epoch) << CounterBits;
        last = first + (1L << CounterBits) - 1;
        return true;
    }

    /// <summary>The first position at or after that time: lists by time need no index of their own.</summary>
    public static long At(DateTimeOffset moment) => Math.Max(0, moment.ToUnixTimeMilliseconds() - Epoch) << CounterBits;
}
