using System.Buffers.Binary;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>Times as places among the keys of deliveries.</summary>
internal static class EventLog
{
    /// <summary>The smallest key of that millisecond.</summary>
    public static Guid FirstIdAt(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)Math.Max(0, time.ToUnixTimeMilliseconds()) << 16);
        return new(bytes, bigEndian: true);
    }
}
