namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

/// <summary>
/// Finds where the content of a part ends. What it names safe can be taken from the window;
/// the line end before a delimiter belongs to the delimiter and is never named.
/// </summary>
internal sealed class PartScanner(MailSource source, Boundaries boundaries)
{
    private bool _atStart;
    private int _gap;

    /// <summary>Bytes at the start of the window that are content.</summary>
    public int Safe { get; private set; }

    /// <summary>The content ends after the safe bytes.</summary>
    public bool Ended { get; private set; }

    /// <summary>The delimiter that ends it; none at the end of the mail.</summary>
    public Delimiter? Delimiter { get; private set; }

    /// <summary>A part begins at the start of the window, at the start of a line.</summary>
    public void Begin()
    {
        (_atStart, Safe, Ended, Delimiter, _gap) = (true, 0, false, null, 0);
    }

    public ReadOnlySpan<byte> Content => source.Window[..Safe];

    public void Take(int count)
    {
        source.Advance(count);
        Safe -= count;
        if (count > 0) _atStart = false;
    }

    /// <summary>Reads until there is more content than now, or its end is known; false when the window is full.</summary>
    public async ValueTask<bool> MoreAsync(CancellationToken cancellationToken)
    {
        if (Ended) return false;
        var before = Safe;
        if (before == 0) Scan();
        while (Safe <= before && !Ended)
        {
            if (!await source.FillAsync(cancellationToken).ConfigureAwait(false) && !source.Ended) return false;
            Scan();
        }

        return true;
    }

    /// <summary>Goes past the rest of the content and the delimiter after it.</summary>
    public async ValueTask<Delimiter?> SkipAsync(CancellationToken cancellationToken)
    {
        while (!Ended)
        {
            Take(Safe);
            await MoreAsync(cancellationToken).ConfigureAwait(false);
        }

        Take(Safe);
        if (Delimiter is { } found) source.Advance(_gap + found.LineLength);
        return Delimiter;
    }

    private void Scan()
    {
        var window = source.Window;
        if (boundaries.Count == 0)
        {
            (Safe, Ended) = (window.Length, source.Ended);
            return;
        }

        var from = 0;
        while (from < window.Length && window[from..].IndexOf("--"u8) is var found and >= 0)
        {
            var at = from + found;
            if (at == 0 ? _atStart : window[at - 1] is (byte)'\n' or (byte)'\r')
            {
                var match = boundaries.Match(window[at..], source.Ended, out var delimiter);
                if (match == DelimiterMatch.No)
                {
                    from = AfterDashes(window, at);
                    continue;
                }

                Safe = BeforeLineEnd(window, at);
                if (match == DelimiterMatch.Yes) (Ended, Delimiter, _gap) = (true, delimiter, at - Safe);
                return;
            }

            from = AfterDashes(window, at);
        }

        Ended = source.Ended;
        Safe = Ended ? window.Length : Held(window);
    }

    private static int AfterDashes(ReadOnlySpan<byte> window, int at) => window[at..].IndexOfAnyExcept((byte)'-') is var other and >= 0 ? at + other : window.Length;

    /// <summary>Without what may be the beginning of a delimiter: a line end, and a dash after it.</summary>
    private int Held(ReadOnlySpan<byte> window)
    {
        var end = window.Length;
        if (end > 0 && window[end - 1] == '-' && (end == 1 ? _atStart : window[end - 2] is (byte)'\r' or (byte)'\n')) end--;
        return end == window.Length && end > 0 && window[end - 1] is not ((byte)'\r' or (byte)'\n') ? end : BeforeLineEnd(window, end);
    }

    private static int BeforeLineEnd(ReadOnlySpan<byte> window, int at)
    {
        if (at > 0 && window[at - 1] == '\n') at--;
        else if (at > 0 && window[at - 1] == '\r') return at - 1;
        else return at;
        return at > 0 && window[at - 1] == '\r' ? at - 1 : at;
    }
}
