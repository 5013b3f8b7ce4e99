namespace OpenClaw.FakePlatforms.Faults;

internal enum FaultKind
{
    /// <summary>The request is handled, but only after a while.</summary>
    Delay,

    /// <summary>The platform's own error answer, with status and text; the request is not handled.</summary>
    Error,

    /// <summary>A page of the proxy before the platform instead of an answer; the request is not handled.</summary>
    HtmlPage,

    /// <summary>The connection is reset before the request is handled.</summary>
    Reset,

    /// <summary>Never answered; the request is not handled.</summary>
    Hang,

    /// <summary>Handled; what comes back is no JSON.</summary>
    InvalidJson,

    /// <summary>Handled; half of the answer arrives, then the connection breaks.</summary>
    HalfAnswer,

    /// <summary>Handled; the connection is reset instead of an answer, so that the caller is in doubt.</summary>
    LostAnswer,
}

/// <summary>What goes wrong with a request.</summary>
/// <param name="Kind">How.</param>
/// <param name="Status">Of <see cref="FaultKind.Error"/> and <see cref="FaultKind.HtmlPage"/>.</param>
/// <param name="Text">The platform's words; null: its usual ones for the status.</param>
/// <param name="RetryAfter">Seconds that a 429 names; null: it names none.</param>
/// <param name="Wait">Of <see cref="FaultKind.Delay"/>.</param>
internal sealed record Fault(FaultKind Kind, int Status = 0, string? Text = null, double? RetryAfter = null, TimeSpan Wait = default)
{
    public static Fault Reset { get; } = new(FaultKind.Reset);

    public static Fault Hang { get; } = new(FaultKind.Hang);

    public static Fault InvalidJson { get; } = new(FaultKind.InvalidJson);

    public static Fault HalfAnswer { get; } = new(FaultKind.HalfAnswer);

    public static Fault LostAnswer { get; } = new(FaultKind.LostAnswer);

    /// <param name="retryAfter">Seconds; null: a 429 without a time.</param>
    public static Fault TooManyRequests(double? retryAfter) => new(FaultKind.Error, 429, RetryAfter: retryAfter);

    public static Fault Error(int status, string? text = null) => new(FaultKind.Error, status, text);

    /// <summary>The page of nginx; also for a 429 of a proxy.</summary>
    public static Fault HtmlPage(int status = 502) => new(FaultKind.HtmlPage, status);

    public static Fault Delay(TimeSpan wait) => new(FaultKind.Delay, Wait: wait);
}
