namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>Says of each line of a mail whether it is new, quoted, or signature.</summary>
internal static class LineKinds
{
    private const int MostSignature = 15;

    /// <summary><paramref name="forwarded"/>: the mail sends another one on, which is no history then.</summary>
    public static TextKind[] Of(string[] lines, bool forwarded)
    {
        var kinds = new TextKind[lines.Length];
        for (var at = 0; at < lines.Length; at++)
        {
            if (kinds[at] != TextKind.New) continue;
            if (QuoteIntro.IsForward(lines[at])) break;
            if (IsQuoted(lines[at])) kinds[at] = TextKind.Quoted;
            else if (QuoteIntro.Lines(lines, at) is var intro and > 0)
            {
                Array.Fill(kinds, TextKind.Quoted, at, intro);
                if (!QuoteFollows(lines, at + intro)) Array.Fill(kinds, TextKind.Quoted, at, lines.Length - at); // not marked: all the rest
            }
            else if (!forwarded && QuoteIntro.IsHistory(lines, at)) Array.Fill(kinds, TextKind.Quoted, at, lines.Length - at);
        }

        JoinBlanks(lines, kinds);
        Signatures(lines, kinds);
        return kinds;
    }

    /// <summary>A mark of quoting, and not an arrow or a prompt.</summary>
    public static bool IsQuoted(string line) => line.StartsWith('>') && !line.StartsWith(">From ", StringComparison.Ordinal) && !line.StartsWith(">>>>>>>>", StringComparison.Ordinal) || line.StartsWith(" >", StringComparison.Ordinal);

    public static bool QuoteFollows(string[] lines, int at)
    {
        while (at < lines.Length && string.IsNullOrWhiteSpace(lines[at])) at++;
        return at < lines.Length && IsQuoted(lines[at]);
    }

    /// <summary>Empty lines within a quotation belong to it.</summary>
    private static void JoinBlanks(string[] lines, TextKind[] kinds)
    {
        for (var at = 1; at < lines.Length; at++)
        {
            if (kinds[at - 1] != TextKind.Quoted || kinds[at] != TextKind.New || !string.IsNullOrWhiteSpace(lines[at])) continue;
            var end = at;
            while (end < lines.Length && string.IsNullOrWhiteSpace(lines[end])) end++;
            if (end == lines.Length || kinds[end] == TextKind.Quoted) Array.Fill(kinds, TextKind.Quoted, at, end - at);
            at = end;
        }
    }

    /// <summary>What follows "-- " up to a quotation or the end, and the lines that programs on phones put under a mail.</summary>
    private static void Signatures(string[] lines, TextKind[] kinds)
    {
        for (var start = 0; start < lines.Length;)
        {
            var end = start + 1;
            while (end < lines.Length && kinds[end] == kinds[start]) end++;
            if (kinds[start] == TextKind.New && SignatureIn(lines, start, end) is var at and >= 0) Array.Fill(kinds, TextKind.Signature, at, end - at);
            start = end;
        }
    }

    private static int SignatureIn(string[] lines, int start, int end)
    {
        var mobile = end - 1;
        while (mobile > start && (string.IsNullOrWhiteSpace(lines[mobile]) || Mobile.IsRule(lines[mobile]))) mobile--;
        for (var at = start; at < end; at++)
        {
            if (lines[at] is "-- " or "--\u00A0" || lines[at] == "--" && end - at <= MostSignature) return at;
        }

        return Mobile.IsSignature(lines[mobile]) ? mobile : -1;
    }
}
