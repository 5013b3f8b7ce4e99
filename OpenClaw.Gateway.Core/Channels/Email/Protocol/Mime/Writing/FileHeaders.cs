using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>The headers of a file: its type, how it is shown, and its name (RFC 2183, 2231).</summary>
internal static partial class FileHeaders
{
    private const int LongestName = 150;
    private const int LongestEnding = 12;
    private const string Neutral = "application/octet-stream";

    /// <summary>With the empty line after them.</summary>
    public static string Of(MailFile file, bool isInline)
    {
        var output = new StringBuilder()
            .Append("Content-Type: ").Append(TypeOf(file.ContentType)).Append("\r\n")
            .Append("Content-Transfer-Encoding: base64\r\n");
        if (isInline && MessageIds.Written(file.ContentId) is { } id) output.Append("Content-ID: ").Append(id).Append("\r\n");
        return output.Append("Content-Disposition: ").Append(isInline ? "inline" : "attachment").Append(FileName(SafeName(file.Name))).Append("\r\n\r\n").ToString();
    }

    /// <summary>
    /// A name that is one: no folder, nothing invisible or turning the direction of reading, nothing that another system could not keep. Where it is too
    /// long its ending stays.
    /// </summary>
    public static string SafeName(string name)
    {
        var clean = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format && rune.Value != 0x200D) continue; // joined emoji need U+200D
            var isForbidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || rune.IsAscii && "<>:\"/\\|?*".Contains((char)rune.Value, StringComparison.Ordinal);
            clean.Append(isForbidden ? new Rune('_') : rune);
        }

        var safe = clean.ToString().Trim(' ', '.');
        if (safe.Length > LongestName)
        {
            var ending = Path.GetExtension(safe) is { Length: <= LongestEnding } short_ ? short_ : "";
            var room = LongestName - ending.Length;
            if (char.IsHighSurrogate(safe[room - 1])) room--;
            safe = safe[..room].TrimEnd(' ', '.') + ending;
        }

        return safe.Length == 0 ? "file" : safe;
    }

    /// <summary>A type without parameters but the charset. Types that hold parts or whole mails may not be encoded (RFC 2045 6.4), so they go as bytes.</summary>
    private static string TypeOf(string given)
    {
        if (Type().Match(given) is not { Success: true } match) return Neutral;
        var type = match.Groups["type"].Value.ToLowerInvariant();
        if (type.StartsWith("multipart/", StringComparison.Ordinal) || type.StartsWith("message/", StringComparison.Ordinal)) return Neutral;
        return match.Groups["charset"] is { Success: true } charset && type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset={charset.Value.ToLowerInvariant()}" : type;
    }

    private static string FileName(string name)
    {
        if (name.Length <= 50 && !name.AsSpan().ContainsAnyExceptInRange(' ', '~') && !name.Contains("=?", StringComparison.Ordinal)) return $";\r\n filename=\"{name}\""; // SafeName leaves no quotes
        const int room = 60;
        List<string> sections = [""];
        foreach (var rune in name.EnumerateRunes())
        {
            var encoded = Percent(rune);
            if (sections[^1].Length + encoded.Length > room) sections.Add("");
            sections[^1] += encoded;
        }

        if (sections.Count == 1) return $";\r\n filename*=utf-8''{sections[0]}";
        return string.Concat(sections.Select((s, i) => string.Create(CultureInfo.InvariantCulture, $";\r\n filename*{i}*={(i == 0 ? "utf-8''" : "")}{s}")));
    }

    private static string Percent(Rune rune)
    {
        if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || "!#$&+-.^_`{}~".Contains((char)rune.Value, StringComparison.Ordinal))) return rune.ToString();
        Span<byte> bytes = stackalloc byte[4];
        var output = new StringBuilder();
        foreach (var value in bytes[..rune.EncodeToUtf8(bytes)]) output.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        return output.ToString();
    }

    [GeneratedRegex(@"\A(?<type>[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,60}/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,100})(?:[ \t]*;[ \t]*charset=""?(?<charset>[a-zA-Z0-9._-]{1,40})""?[ \t]*)?(?:;[^\r\n]*)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Type();
}
