namespace OpenClaw.Gateway.Core.Channels.Text;

/// <summary>
/// Cuts Markdown into pieces of at most so many UTF-16 units: at the end of a paragraph, a line or a word where there is one in the last half, never inside a
/// surrogate pair or a grapheme. A fenced block that is cut is closed, and opened again with the same words in the next piece. Nothing is dropped but the white
/// space at a cut.
/// </summary>
internal static class MarkdownSplitter
{
    private const int LongestFence = 64;

    /// <summary>The pieces, at least one. <paramref name="most"/> is 200 or more.</summary>
    public static IReadOnlyList<string> Split(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 200);
        if (text.Length <= most) return [text];
        List<string> pieces = [];
        var (rest, opening) = (text, (Fence?)null);
        while (true)
        {
            var head = opening is null ? "" : opening.Line + "\n";
            if (head.Length + rest.Length <= most)
            {
                pieces.Add(head + rest);
                return pieces;
            }

            var room = most - head.Length;
            var cut = Cut(rest, room);
            var fence = Fence.OpenAt(opening, rest.AsSpan(0, cut));
            if (fence is not null && cut + fence.Closing.Length + 1 > room)
            {
                cut = Cut(rest, room - fence.Closing.Length - 1);
                fence = Fence.OpenAt(opening, rest.AsSpan(0, cut));
            }

            var piece = rest[..cut].TrimEnd();
            if (fence is not null) piece = rest[..cut].TrimEnd('\n', '\r') + "\n" + fence.Closing;
            if (head.Length + piece.Length > 0) pieces.Add(head + piece);
            rest = fence is null ? rest[cut..].TrimStart() : rest[cut..].TrimStart('\n', '\r');
            opening = fence;
            if (rest.Length == 0) return pieces;
        }
    }

    /// <summary>Where to cut: at most <paramref name="room"/>, at least 1.</summary>
    private static int Cut(string text, int room)
    {
        if (text.Length <= room) return text.Length;
        var window = text.AsSpan(0, room);
        var least = room / 2;
        var paragraph = window.LastIndexOf("\n\n");
        if (paragraph >= least) return paragraph + 1;
        var line = window.LastIndexOf('\n');
        if (line >= least) return line + 1;
        var word = window.LastIndexOf(' ');
        if (word >= least) return word + 1;
        return Whole(text, room);
    }

    /// <summary>The end of the last grapheme that fits; of one that is longer than all the room, no half of a surrogate pair.</summary>
    private static int Whole(string text, int room)
    {
        var from = Math.Max(0, room - 64);
        if (from > 0 && char.IsLowSurrogate(text[from])) from--;
        var end = from;
        while (System.Globalization.StringInfo.GetNextTextElementLength(text.AsSpan(end)) is var length and > 0 && end + length <= room) end += length;
        if (end > from) return end;
        return room > 1 && char.IsLowSurrogate(text[room]) ? room - 1 : room;
    }

    /// <summary>A fenced block that is open: its opening line, and what closes it.</summary>
    private sealed record Fence(string Line, string Closing)
    {
        /// <summary>What is open at the end of a text that began with <paramref name="open"/> open.</summary>
        public static Fence? OpenAt(Fence? open, ReadOnlySpan<char> text)
        {
            foreach (var range in text.Split('\n'))
            {
                var line = text[range].TrimEnd('\r');
                var trimmed = line.TrimStart(' ');
                if (line.Length - trimmed.Length > 3) continue;
                var mark = trimmed.Length > 0 ? trimmed[0] : ' ';
                if (mark is not ('`' or '~')) continue;
                var length = trimmed.IndexOfAnyExcept(mark) is var end and >= 0 ? end : trimmed.Length;
                if (length < 3) continue;
                if (open is null)
                {
                    if (mark == '`' && trimmed[length..].Contains('`')) continue;
                    var closing = new string(mark, Math.Min(length, LongestFence));
                    open = new(trimmed.Length <= LongestFence ? trimmed.ToString() : closing, closing);
                }
                else if (mark == open.Closing[0] && length >= open.Closing.Length && trimmed[length..].Trim().IsEmpty)
                {
                    open = null;
                }
            }

            return open;
        }
    }
}
