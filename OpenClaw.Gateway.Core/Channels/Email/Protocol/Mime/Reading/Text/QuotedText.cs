using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

internal enum TextKind
{
    /// <summary>Written for this mail.</summary>
    New,

    /// <summary>Of earlier mails, with the line that introduces it.</summary>
    Quoted,

    /// <summary>What stands under every mail of its sender.</summary>
    Signature,
}

/// <summary>Whole lines of one kind.</summary>
internal sealed record TextSegment(TextKind Kind, string Text);

/// <summary>
/// The text of a mail, told apart: what is new, what is history, what is signature. Nothing is lost: the segments together are the text.
/// When nothing seems new (a mail that is only forwarded, or quoted in a way nobody knows), all of it counts as new.
/// </summary>
internal sealed record QuotedText(IReadOnlyList<TextSegment> Segments)
{
    /// <summary>
    /// What a conversation shows: the new text, and between its parts the quoted lines that they answer. History after the last new line, and the signature, are left out.
    /// </summary>
    public string Fresh { get; } = Show(Segments);

    /// <summary>What was left out, in its order; empty when nothing was.</summary>
    public string Folded { get; } = Rest(Segments);

    /// <summary>The signature; null when none was found.</summary>
    public string? Signature => Segments.FirstOrDefault(s => s.Kind == TextKind.Signature)?.Text;

    /// <summary>New text stands between or after quoted lines.</summary>
    public bool IsInterleaved => LastNew(Segments) > FirstQuoted(Segments) && FirstQuoted(Segments) >= 0;

    /// <summary><paramref name="forwarded"/>: the subject says that another mail is sent on; a header in the text is no history then.</summary>
    public static QuotedText Split(string text, bool forwarded = false)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var kinds = LineKinds.Of(lines, forwarded);
        List<TextSegment> segments = [];
        for (var at = 0; at < lines.Length;)
        {
            var end = at + 1;
            while (end < lines.Length && kinds[end] == kinds[at]) end++;
            segments.Add(new(kinds[at], string.Join('\n', lines[at..end])));
            at = end;
        }

        return new(segments.Exists(s => s.Kind == TextKind.New && !string.IsNullOrWhiteSpace(s.Text)) ? segments : [new(TextKind.New, text)]);
    }

    private static string Show(IReadOnlyList<TextSegment> segments)
    {
        StringBuilder fresh = new();
        var last = LastNew(segments);
        for (var i = 0; i <= last; i++)
        {
            if (segments[i].Kind == TextKind.Signature) continue;
            if (fresh.Length > 0) fresh.Append('\n');
            fresh.Append(segments[i].Text);
        }

        return fresh.ToString().Trim('\n', ' ', '\t');
    }

    private static string Rest(IReadOnlyList<TextSegment> segments)
    {
        var last = LastNew(segments);
        return string.Join('\n', segments.Where((s, i) => i > last || s.Kind == TextKind.Signature).Select(s => s.Text)).Trim('\n');
    }

    private static int LastNew(IReadOnlyList<TextSegment> segments)
    {
        var last = segments.Count - 1;
        while (last >= 0 && (segments[last].Kind != TextKind.New || string.IsNullOrWhiteSpace(segments[last].Text))) last--;
        return last;
    }

    private static int FirstQuoted(IReadOnlyList<TextSegment> segments)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i].Kind == TextKind.Quoted) return i;
        }

        return -1;
    }
}
