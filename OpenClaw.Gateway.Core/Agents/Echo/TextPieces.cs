using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Echo;

/// <summary>Cuts a text into pieces as a language model would give them: word by word, at most some fifty.</summary>
internal static class TextPieces
{
    private const int Most = 50;
    private const int LongestWord = 24;

    /// <summary>Slices of the text, in order and without gaps, cut after spaces or between characters.</summary>
    public static IReadOnlyList<Utf8Text> Of(Utf8Text text)
    {
        List<Utf8Text> pieces = [];
        var least = 1 + ((text.Length - 1) / Most);
        for (var start = 0; start < text.Length;)
        {
            var end = EndOf(text.Bytes.Span, start, least);
            pieces.Add(new(text.Bytes[start..end]));
            start = end;
        }

        return pieces;
    }

    private static int EndOf(ReadOnlySpan<byte> text, int start, int least)
    {
        var end = start + least;
        if (end >= text.Length) return text.Length;
        var space = text.Slice(end - 1, Math.Min(LongestWord, text.Length - end + 1)).IndexOf((byte)' ');
        if (space >= 0) return end + space;
        if (text.Length - end < LongestWord) return text.Length;
        while (end < text.Length && (text[end] & 0xC0) == 0x80) end++;
        return end;
    }
}
