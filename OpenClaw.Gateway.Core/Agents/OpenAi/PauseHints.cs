using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// The pause that a server asks for, in all the ways in which servers of language models say it: <c>retry-after-ms</c>, <c>Retry-After</c> (seconds, also with a
/// fraction, or a date), <c>x-ratelimit-reset-*</c> (<c>1s</c>, <c>6m0s</c>, seconds, or a moment), and words in the body (<c>try again in 1.5s</c>).
/// </summary>
internal static partial class PauseHints
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly string[] Limits = ["-requests", "-tokens", ""];

    /// <summary>Between nothing and a day; null where nothing is asked for that can be understood.</summary>
    public static TimeSpan? Of(PipelineResponseHeaders headers, ServerError error, DateTimeOffset now)
    {
        var pause = Number(headers, "retry-after-ms") is { } ms ? TimeSpan.FromMilliseconds(ms) : RetryAfter(headers, now) ?? Reset(headers, now) ?? Words(error.Words);
        if (pause is not { } wish) return null;
        return wish < TimeSpan.Zero ? TimeSpan.Zero : wish > Longest ? Longest : wish;
    }

    private static TimeSpan? RetryAfter(PipelineResponseHeaders headers, DateTimeOffset now)
    {
        if (Number(headers, "Retry-After") is { } seconds) return Seconds(seconds);
        if (!headers.TryGetValue("Retry-After", out var text) || text is null) return null;
        if (Span(text) is { } span) return span;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - now : null;
    }

    /// <summary>The longest of those whose limit is used up; where that is not told, of all.</summary>
    private static TimeSpan? Reset(PipelineResponseHeaders headers, DateTimeOffset now)
    {
        TimeSpan? longest = null;
        foreach (var limit in Limits)
        {
            if (Number(headers, "x-ratelimit-remaining" + limit) > 0) continue;
            if (!headers.TryGetValue("x-ratelimit-reset" + limit, out var text) || text is null) continue;
            if (Moment(text, now) is { } reset && (longest is null || reset > longest)) longest = reset;
        }

        return longest;
    }

    private static TimeSpan? Moment(string text, DateTimeOffset now)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return Span(text);
        return number switch
        {
            > 1e11 and < 1e15 => DateTimeOffset.FromUnixTimeMilliseconds((long)number) - now,
            > 1e8 and <= 1e11 => DateTimeOffset.FromUnixTimeSeconds((long)number) - now,
            >= 0 and <= 1e8 => Seconds(number),
            _ => null,
        };
    }

    private static TimeSpan? Words(string words)
    {
        var match = TryAgain().Match(words);
        return match.Success ? Span(match.Groups["span"].Value) : null;
    }

    /// <summary><c>6m0s</c>, <c>1.5s</c>, <c>250ms</c>, <c>1h2m</c>.</summary>
    private static TimeSpan? Span(string text)
    {
        var match = Duration().Match(text.Trim());
        if (!match.Success || match.Length == 0) return null;
        return Seconds((Part("d") * 86_400) + (Part("h") * 3_600) + (Part("m") * 60) + Part("s") + (Part("ms") / 1_000));

        double Part(string group) => match.Groups[group].Success && double.TryParse(match.Groups[group].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    private static double? Number(PipelineResponseHeaders headers, string name) =>
        headers.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    [GeneratedRegex(@"^((?<d>\d+)d)?((?<h>\d+)h)?((?<m>\d+)m(?!s))?((?<s>[\d.]+)s)?((?<ms>[\d.]+)ms)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Duration();

    [GeneratedRegex("(try again in|retryDelay\"?:? ?\"?|retry after|retry in) ?(?<span>([0-9.]+(ms|d|h|m|s))+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex TryAgain();
}
