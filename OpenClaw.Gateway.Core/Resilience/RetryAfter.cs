namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>The pause that an HTTP server asks for.</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>From the header <c>Retry-After</c>, seconds or a date: between nothing and a day; null where it is absent.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.Headers.RetryAfter is not { } after) return null;
        var pause = after.Delta ?? after.Date - now;
        if (pause is null) return null;
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > Longest ? Longest : pause;
    }
}
