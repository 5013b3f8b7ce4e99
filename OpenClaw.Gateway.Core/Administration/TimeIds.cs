using System.Buffers.Binary;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>Ids that are in order of time (UUIDv7), asked by time.</summary>
internal static class TimeIds
{
    /// <summary>No id of that moment or after it is smaller.</summary>
    public static Guid Floor(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        bytes[6] = 0x70;
        return new(bytes, bigEndian: true);
    }
}
