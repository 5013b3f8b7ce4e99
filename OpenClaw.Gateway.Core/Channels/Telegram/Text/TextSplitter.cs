using System.Globalization;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Text;

/// <summary>
/// Splits a text into messages: at ends of paragraphs, lines, sentences, words, in that order of liking, never inside what people see as one character.
/// A block of code that does not fit is code in both messages. Nothing is lost but white space at the seams.
/// </summary>
internal static class TextSplitter
{
    private enum Seam
    {
        Character,
        Word,
        Sentence,
        Line,
        Paragraph,
    }

    public static IReadOnlyList<TelegramText> Split(TelegramText whole, int most = TelegramText.Most)
    {
        ArgumentNullException.ThrowIfNull(whole);
        if (whole.Text.Length <= most && whole.Entities.Count <= TelegramText.MostEntities) return [whole];
        List<TelegramText> parts = [];
        for (var at = 0; at < whole.Text.Length;)
        {
            var end = EndOf(whole, at, most);
            var part = EntityRules.Slice(whole, at, end);
            if (part.Text.Length > 0) parts.Add(part);
            at = end;
        }

        return parts.Count == 0 ? [TelegramText.Empty] : parts;
    }

    private static int EndOf(TelegramText whole, int from, int most)
    {
        var furthest = Math.Min(from + most, whole.Text.Length);
        // the entity after the last that fits goes into the next message
        var inside = whole.Entities.Where(e => e.Offset < furthest && e.End > from);
        if (inside.Skip(TelegramText.MostEntities).FirstOrDefault() is { } next && next.Offset > from) furthest = Math.Min(furthest, next.Offset);
        if (furthest == whole.Text.Length) return furthest;
        var size = furthest - from;
        var code = whole.Entities.FirstOrDefault(e => e.Type == EntityTypes.Pre && e.Offset < furthest && e.End > furthest);
        if (code is not null && code.Offset > from && (code.Length <= most || code.Offset - from > size / 2)) return code.Offset; // the block begins the next message

        Span<int> latest = stackalloc int[5];
        latest.Clear();
        var text = whole.Text.AsSpan(from, Math.Min(size + 1, whole.Text.Length - from));
        for (var at = 0; at < size;)
        {
            at += Math.Max(1, StringInfo.GetNextTextElementLength(text[at..]));
            if (at > size) break;
            latest[(int)SeamAt(text, at)] = at;
        }

        for (var seam = Seam.Paragraph; seam > Seam.Character; seam--)
            if (latest[(int)seam] >= size / 2) return from + latest[(int)seam];
        var last = latest.ToArray().Max();
        if (last > 0) return from + last;
        return from + (size > 1 && char.IsHighSurrogate(text[size - 1]) ? size - 1 : size); // one endless character
    }

    /// <summary>What ends at that place.</summary>
    private static Seam SeamAt(ReadOnlySpan<char> text, int at)
    {
        var before = text[at - 1];
        if (before == '\n') return at > 1 && text[at - 2] == '\n' ? Seam.Paragraph : Seam.Line;
        if (!char.IsWhiteSpace(before)) return Seam.Character;
        return at > 1 && text[at - 2] is '.' or '!' or '?' or '。' or '！' or '？' ? Seam.Sentence : Seam.Word;
    }
}
