using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Reads and writes a <see cref="Utf8Text"/> as a JSON string.</summary>
public sealed class Utf8TextConverter : JsonConverter<Utf8Text>
{
    /// <inheritdoc />
    public override Utf8Text Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return default;
        if (reader.TokenType != JsonTokenType.String) throw new JsonException("A text must be a JSON string.");
        return Read(ref reader);
    }

    /// <summary>Copies the string at the reader's position, unescaped. Throws <see cref="InvalidOperationException"/> on lone surrogates.</summary>
    public static Utf8Text Read(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped && !reader.HasValueSequence) return new(reader.ValueSpan.ToArray());
        var longest = reader.HasValueSequence ? (int)reader.ValueSequence.Length : reader.ValueSpan.Length;
        var buffer = new byte[longest];
        var length = reader.CopyString(buffer);
        return new(buffer.AsMemory(0, length));
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Utf8Text value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Bytes.Span);
    }
}
