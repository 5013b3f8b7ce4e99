using System.Text;

namespace OpenClaw.Storage.PostgreSql;

/// <summary>
/// PostgreSQL stores every character but U+0000, and nothing that is not well-formed. What strangers send may have either; it becomes U+FFFD, as halves of
/// surrogate pairs do in every database. One place for all that goes there: EF's parameters, the journal's rows, the index of the archive.
/// </summary>
internal static class PostgreSqlText
{
    private const char Replacement = '\uFFFD';

    /// <summary>The text as it can be stored: nearly always the same object.</summary>
    public static string Storable(string text)
    {
        var span = text.AsSpan();
        return span.Contains('\0') || span.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0 ? Mended(text) : text;
    }

    /// <summary>The same for UTF-8.</summary>
    public static string Storable(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return utf8.Contains((byte)0) ? text.Replace('\0', Replacement) : text;
    }

    private static string Mended(string text)
    {
        StringBuilder? mended = null;
        for (var at = 0; at < text.Length; at++)
        {
            var sign = text[at];
            if (sign != '\0' && !char.IsSurrogate(sign)) continue;
            if (at + 1 < text.Length && char.IsSurrogatePair(sign, text[at + 1])) at++;
            else (mended ??= new(text))[at] = Replacement;
        }

        return mended?.ToString() ?? text;
    }
}
