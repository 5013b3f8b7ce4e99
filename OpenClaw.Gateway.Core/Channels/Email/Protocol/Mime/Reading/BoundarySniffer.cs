using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

/// <summary>Finds out which boundary a multipart has: the one it names, or, when that one is nowhere to be seen, a line that looks like one.</summary>
internal static class BoundarySniffer
{
    /// <summary>
    /// The named boundary when it stands in the window, or when so much precedes it that this cannot be told; another that stands in its place; null when there is none.
    /// </summary>
    public static async ValueTask<string?> LookAsync(MailSource source, Boundaries outer, string? named, int most, CancellationToken cancellationToken)
    {
        var from = 0;
        while (true)
        {
            if (Find(source.Window, outer, named, source.Ended, ref from) is { } found) return found ? named : Other(source.Window, outer, most);
            if (await source.FillAsync(cancellationToken).ConfigureAwait(false)) continue;
            if (!source.Ended) return named;
        }
    }

    /// <summary>True: the named one is there. False: the window holds all, and it is not. Null: not known yet.</summary>
    private static bool? Find(ReadOnlySpan<byte> window, Boundaries outer, string? named, bool complete, ref int from)
    {
        var wanted = Encoding.UTF8.GetBytes("--" + named);
        while (from < window.Length && window[from..].IndexOf("--"u8) is var next and >= 0)
        {
            var at = from + next;
            if (at == 0 || window[at - 1] is (byte)'\r' or (byte)'\n')
            {
                var rest = window[at..];
                var match = outer.Match(rest, complete, out _);
                if (!complete && rest.Length < wanted.Length + 4 || match == DelimiterMatch.NeedMore)
                {
                    from = at;
                    return null;
                }

                if (named is { Length: > 0 } && rest.StartsWith(wanted) && IsEnd(rest[wanted.Length..])) return true;
                if (match == DelimiterMatch.Yes) return false;
            }

            from = window[at..].IndexOfAnyExcept((byte)'-') is var other and >= 0 ? at + other : window.Length;
        }

        from = Math.Max(0, window.Length - 1);
        if (from > 0 && window[from] == '-') from--; // half of what is looked for
        return complete ? false : null;
    }

    private static bool IsEnd(ReadOnlySpan<byte> rest) => rest.IsEmpty || rest[0] is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t' || rest.StartsWith("--"u8);

    /// <summary>A line of dashes and more that a Content field follows.</summary>
    private static string? Other(ReadOnlySpan<byte> window, Boundaries outer, int most)
    {
        for (var at = 0; at >= 0 && at < window.Length; at = NextLine(window, at))
        {
            var line = window[at..];
            if (outer.Match(line, complete: true, out _) == DelimiterMatch.Yes) return null;
            var end = line.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 4 || end > most || !line.StartsWith("--"u8)) continue;
            var after = line[(end + Boundaries.LineEnd(line[end..]))..];
            if (after.Length >= 8 && System.Text.Ascii.EqualsIgnoreCase(after[..8], "Content-"u8)) return Encoding.UTF8.GetString(line[2..end]).TrimEnd();
        }

        return null;
    }

    private static int NextLine(ReadOnlySpan<byte> window, int at)
    {
        var end = window[at..].IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? -1 : at + end + Boundaries.LineEnd(window[(at + end)..]);
    }
}
