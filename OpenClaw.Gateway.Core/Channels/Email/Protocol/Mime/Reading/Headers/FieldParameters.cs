using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>
/// The value and the parameters of a field such as Content-Type (RFC 2045 5.1), with the continuations and charsets of
/// RFC 2231, and with encoded words in parameters, which no standard allows and many senders write.
/// </summary>
internal sealed class FieldParameters
{
    private const int MostSegments = 1000;

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private FieldParameters(string value)
    {
        Value = value;
    }

    /// <summary>What stands before the parameters, in small letters.</summary>
    public string Value { get; }

    public string? this[string name] => _values.GetValueOrDefault(name);

    public static FieldParameters Parse(string? field)
    {
        var text = field ?? "";
        var end = text.AsSpan().IndexOfAny(';', ' ', '(');
        FieldParameters parsed = new((end < 0 ? text : text[..end]).Trim().ToLowerInvariant());
        Dictionary<string, List<Segment>> segments = new(StringComparer.OrdinalIgnoreCase);
        var at = end < 0 ? text.Length : end;
        for (var count = 0; count < MostSegments && Next(text, ref at, out var name, out var value); count++)
        {
            if (name.Contains('*', StringComparison.Ordinal)) Collect(segments, name, value);
            else parsed._values.TryAdd(name, EncodedWords.Decode(value).Trim());
        }

        foreach (var (name, list) in segments) parsed._values[name] = Join(list);
        return parsed;
    }

    private static bool Next(string text, ref int at, out string name, out string value)
    {
        (name, value) = ("", "");
        while (true)
        {
            Skip(text, ref at);
            if (at >= text.Length) return false;
            var start = at;
            while (at < text.Length && text[at] is not ('=' or ';' or ' ' or '"')) at++;
            name = text[start..at];
            while (at < text.Length && text[at] == ' ') at++;
            if (at < text.Length && text[at] == '=' && name.Length > 0) break;
            if (at == start) at++; // what cannot begin a name
        }

        at++;
        while (at < text.Length && text[at] == ' ') at++;
        value = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Bare(text, ref at);
        return true;
    }

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or ';' or '\t') at++;
            else if (text[at] == '(')
            {
                var depth = 0;
                for (; at < text.Length; at++)
                {
                    if (text[at] == '(') depth++;
                    else if (text[at] == ')' && --depth == 0) break;
                }
            }
            else if (text[at] == ')') at++;
            else return;
        }
    }

    private static string Quoted(string text, ref int at)
    {
        StringBuilder content = new();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            content.Append(text[at]);
        }

        at++;
        return content.ToString();
    }

    /// <summary>A value without quotes, up to the next semicolon: spaces that senders forgot to quote belong to it, another parameter does not.</summary>
    private static string Bare(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (';' or '"'))
        {
            if (text[at] == '=' && EncodedWords.EndOfWord(text, at) is var end and > 0) at = end;
            else if (text[at] == ' ')
            {
                var next = at;
                while (next < text.Length && text[next] == ' ') next++;
                if (next == text.Length || text[next] == '(' || ParameterFollows(text, next)) break;
                at = next;
            }
            else at++;
        }

        return text[start..Math.Min(at, text.Length)].Trim();
    }

    private static bool ParameterFollows(string text, int at)
    {
        var start = at;
        while (at < text.Length && at - start < 40 && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '*')) at++;
        return at > start && at < text.Length && text[at] == '=';
    }

    private static void Collect(Dictionary<string, List<Segment>> segments, string name, string value)
    {
        var parts = name.Split('*');
        var number = 0;
        var encoded = parts[^1].Length == 0;
        if (parts[1].Length > 0 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number)) return;
        if (!segments.TryGetValue(parts[0], out var list)) segments[parts[0]] = list = [];
        if (!list.Exists(s => s.Number == number)) list.Add(new(number, encoded, value));
    }

    private static string Join(List<Segment> segments)
    {
        segments.Sort((a, b) => a.Number.CompareTo(b.Number));
        string? charset = null;
        StringBuilder text = new();
        List<byte> bytes = [];
        for (var i = 0; i < segments.Count; i++)
        {
            var value = segments[i].Value;
            if (i == 0 && segments[i].Encoded && value.Split('\'', 3) is [var named, _, var rest]) (charset, value) = (named, rest);
            if (segments[i].Encoded) Percent(value, bytes);
            else
            {
                Flush();
                text.Append(value);
            }
        }

        Flush();
        return EncodedWords.Decode(text.ToString()).Trim();

        void Flush()
        {
            if (bytes.Count == 0) return;
            text.Append(Charsets.Decode(bytes.ToArray(), charset));
            bytes.Clear();
        }
    }

    private static void Percent(string value, List<byte> bytes)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Add(b);
                i += 2;
            }
            else if (value[i] < 0x80) bytes.Add((byte)value[i]);
            else bytes.AddRange(Encoding.UTF8.GetBytes(value, i, char.IsHighSurrogate(value[i]) && i + 1 < value.Length ? 2 : 1));
        }
    }

    private sealed record Segment(int Number, bool Encoded, string Value);
}
