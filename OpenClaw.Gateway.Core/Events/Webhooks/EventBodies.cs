using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>Events as endpoints get them: the same object as the stream of events gives (contract: /events).</summary>
internal static class EventBodies
{
    private static readonly object Nothing = new();

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new UtcTime() } };

    /// <summary>The body, the same on every attempt.</summary>
    public static string Write(Guid id, long at, in Happening what) =>
        JsonSerializer.Serialize(new Body(id, Micros.ToTime(at), what.Type, what.Tenant, what.Channel, what.Session, what.Payload, what.Metadata ?? Nothing), Json);

    /// <summary>A UUIDv7 of that microsecond: those of one node sort by time.</summary>
    public static Guid IdAt(long micros)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(Micros.ToTime(micros)).TryWriteBytes(bytes, bigEndian: true, out _);
        // RFC 9562, 6.2, method 3: the twelve bits behind the milliseconds go on with the time
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (micros % 1000 * 4096 / 1000)));
        return new(bytes, bigEndian: true);
    }

    private sealed record Body(Guid Id, DateTimeOffset Timestamp, string Type, Guid Tenant, Guid? Channel, Guid? SessionId, object Payload, object Metadata);

    private sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
    }
}
