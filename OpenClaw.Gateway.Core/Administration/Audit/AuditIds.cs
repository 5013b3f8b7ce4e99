using System.Buffers.Binary;

namespace OpenClaw.Gateway.Core.Administration.Audit;

/// <summary>Entries' ids begin with their time (UUIDv7, RFC 9562), so that a stretch of time is a range of the primary key.</summary>
internal static class AuditIds
{
    /// <summary>The smallest id of that millisecond.</summary>
    public static Guid At(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, time.ToUnixTimeMilliseconds()) << 16);
        return new(bytes, bigEndian: true);
    }
}
