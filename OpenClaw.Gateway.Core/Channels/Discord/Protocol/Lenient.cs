using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol;

/// <summary>Reads Discord's JSON without trusting it: what is missing, null or of another type is absent, and text that is no Unicode is mended.</summary>
internal static class Lenient
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>An element that holds nothing.</summary>
    public static JsonElement Nothing => default;

    /// <summary>Parses; <see cref="Nothing"/> when it is no JSON.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        // what is no UTF-8 would parse, and throw when it is read
        if (!Utf8.IsValid(utf8.Span)) utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8.Span));
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }

    /// <summary>A member of an object; <see cref="Nothing"/> when there is none.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : Nothing;

    /// <summary>The items of an array member; none when it is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>A text member; null when it is absent or of another type. Numbers count as their text, as some emulators send ids as numbers.</summary>
    public static string? Text(this JsonElement element, string name) => Text(element.Get(name));

    /// <summary>A text; null when it is of another type.</summary>
    public static string? Text(this JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number) return value.GetRawText();
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return Mended(value.GetRawText());
        }
    }

    /// <summary>A text that says something; null otherwise.</summary>
    public static string? Words(this JsonElement element, string name) => element.Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>A snowflake; 0 when it is absent or none.</summary>
    public static ulong Id(this JsonElement element, string name = "id") => ulong.TryParse(element.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>A whole number; <paramref name="otherwise"/> when it is absent or none.</summary>
    public static long Number(this JsonElement element, string name, long otherwise = 0) => element.Get(name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && Math.Abs(number) < 1e15 => (long)number,
        { ValueKind: JsonValueKind.String } value when long.TryParse(Text(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => otherwise,
    };

    /// <summary>A number; null when it is absent or none.</summary>
    public static double? Real(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    /// <summary>True only when it is there and true.</summary>
    public static bool Flag(this JsonElement element, string name) => element.Get(name).ValueKind == JsonValueKind.True;

    /// <summary>A JSON string with escapes of half a character: each becomes U+FFFD.</summary>
    private static string Mended(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u' && i + 4 < raw.Length && ushort.TryParse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text.Append((char)unit);
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
            }
        }

        return WellFormed(text.ToString());
    }

    /// <summary>Halves of characters become U+FFFD.</summary>
    public static string WellFormed(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            rest = rest[length..];
        }

        return text;
    }
}
