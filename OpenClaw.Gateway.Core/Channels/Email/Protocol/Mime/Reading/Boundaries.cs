using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

/// <summary>A line that ends the part before it.</summary>
/// <param name="Level">How many boundaries stand outside of its own.</param>
/// <param name="Closes">It is the last one of its multipart.</param>
/// <param name="LineLength">Bytes of the line with its end.</param>
internal readonly record struct Delimiter(int Level, bool Closes, int LineLength);

internal enum DelimiterMatch
{
    No,
    Yes,
    NeedMore,
}

/// <summary>The boundaries of the multiparts that are open, outermost first (RFC 2046 5.1.1).</summary>
internal sealed class Boundaries
{
    private const int MostTrailingSpace = 256;

    private readonly List<byte[]> _open = [];
    private int _longest;

    public int Count => _open.Count;

    public void Push(string boundary)
    {
        _open.Add(Encoding.UTF8.GetBytes("--" + boundary.TrimEnd()));
        _longest = Math.Max(_longest, _open[^1].Length);
    }

    public void Truncate(int count) => _open.RemoveRange(count, _open.Count - count);

    /// <summary>What the line at the start of these bytes is. <paramref name="complete"/>: nothing follows them.</summary>
    public DelimiterMatch Match(ReadOnlySpan<byte> bytes, bool complete, out Delimiter delimiter)
    {
        delimiter = default;
        var most = _longest + 2 + MostTrailingSpace;
        var line = bytes[..Math.Min(bytes.Length, most + 2)];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            if (line.Length > most) return DelimiterMatch.No;
            if (!complete) return MayBecome(line) ? DelimiterMatch.NeedMore : DelimiterMatch.No;
            end = line.Length;
        }

        var text = line[..end].TrimEnd(" \t"u8);
        for (var level = _open.Count - 1; level >= 0; level--)
        {
            var boundary = _open[level];
            if (!text.StartsWith(boundary)) continue;
            var closes = text.Length == boundary.Length + 2 && text.EndsWith("--"u8);
            if (!closes && text.Length != boundary.Length) continue;
            if (!complete && end == bytes.Length - 1 && bytes[end] == '\r') return DelimiterMatch.NeedMore;
            delimiter = new(level, closes, end + LineEnd(bytes[end..]));
            return DelimiterMatch.Yes;
        }

        return DelimiterMatch.No;
    }

    /// <summary>Bytes of the line end that stands there: CRLF, a bare LF, a bare CR, or none.</summary>
    public static int LineEnd(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'\r', (byte)'\n', ..] => 2,
        [(byte)'\r' or (byte)'\n', ..] => 1,
        _ => 0,
    };

    /// <summary>Whether an unfinished line can still become a delimiter.</summary>
    private bool MayBecome(ReadOnlySpan<byte> line)
    {
        foreach (var boundary in _open)
        {
            if (line.Length <= boundary.Length ? boundary.AsSpan().StartsWith(line) : line.StartsWith(boundary)) return true;
        }

        return false;
    }
}
