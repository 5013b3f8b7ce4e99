using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Storage.SqlServer.Journal;

/// <summary>Single values of a row.</summary>
internal static class JsonValues
{
    private const int IdDigits = 32;

    public static void Id(this Utf8JsonWriter json, Guid value)
    {
        // "N" writes the digits in the order of the bytes as they are stored (big-endian)
        Span<byte> digits = stackalloc byte[IdDigits];
        value.TryFormat(digits, out _, "N");
        json.WriteStringValue(digits);
    }

    public static void IdOrNull(this Utf8JsonWriter json, Guid? value)
    {
        if (value is { } id && id != Guid.Empty) json.Id(id);
        else json.WriteNullValue();
    }

    /// <summary>An id that may be the empty one.</summary>
    public static void IdOrNothing(this Utf8JsonWriter json, Guid? value)
    {
        if (value is { } id) json.Id(id);
        else json.WriteNullValue();
    }

    public static void Int(this Utf8JsonWriter json, long value) => json.WriteNumberValue(value);

    /// <summary>Null for 0: the times and numbers that mean "not yet".</summary>
    public static void IntOrNull(this Utf8JsonWriter json, long value)
    {
        if (value == 0) json.WriteNullValue();
        else json.WriteNumberValue(value);
    }

    public static void Time(this Utf8JsonWriter json, DateTimeOffset value) => json.WriteNumberValue(Micros.From(value));

    public static void TimeOrNull(this Utf8JsonWriter json, DateTimeOffset? value) => json.IntOrNull(value is { } time ? Micros.From(time) : 0);

    public static void Bit(this Utf8JsonWriter json, bool value) => json.WriteBooleanValue(value);

    public static void Text(this Utf8JsonWriter json, string? value)
    {
        if (value is null) json.WriteNullValue();
        else json.WriteStringValue(value);
    }

    public static void Text(this Utf8JsonWriter json, Utf8Text value) => json.WriteStringValue(value.Bytes.Span);

    /// <summary>JSON that is stored as a text.</summary>
    public static void Text(this Utf8JsonWriter json, byte[]? utf8)
    {
        if (utf8 is null) json.WriteNullValue();
        else json.WriteStringValue(utf8);
    }
}
