using System.Buffers.Binary;

namespace OpenClaw.Gateway.Core.Storage;

/// <summary>
/// UUIDv7 keys of rows that are listed in the order of their keys. Those made in one millisecond sort in the order in which this node made them, which
/// random bits alone do not give: RFC 9562, 6.2, method 1, with a counter of 32 bits (the twelve of <c>rand_a</c> and twenty more) and 42 random bits behind it.
/// </summary>
internal static class RowId
{
    private const int LowBits = 20;
    private static int _count;

    /// <summary>A new key of that time.</summary>
    public static Guid New(DateTimeOffset now)
    {
        var count = (uint)Interlocked.Increment(ref _count);
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (count >> LowBits)));
        // The variant in the upper two bits, twenty bits of the counter, then what was random
        var rest = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & ((1UL << (62 - LowBits)) - 1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (0b10UL << 62) | ((ulong)(count & ((1U << LowBits) - 1)) << (62 - LowBits)) | rest);
        return new(bytes, bigEndian: true);
    }
}
