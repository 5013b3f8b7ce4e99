using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>How a step of signing in ended.</summary>
internal enum EntryState
{
    /// <summary>The person is in.</summary>
    Done,

    /// <summary>The code of the authenticator app is asked for.</summary>
    SecondFactor,

    /// <summary>No. What exactly was wrong is not told.</summary>
    Refused,

    /// <summary>The account rests after too many wrong codes. Told only after the right password.</summary>
    Locked,

    /// <summary>Every tenant of the person is suspended.</summary>
    ShutOut,
}

/// <summary>The outcome of a step of signing in.</summary>
internal sealed record Entry(EntryState State, IReadOnlyList<Suspension> Suspensions)
{
    public static readonly Entry Done = new(EntryState.Done, []);
    public static readonly Entry SecondFactor = new(EntryState.SecondFactor, []);
    public static readonly Entry Refused = new(EntryState.Refused, []);
    public static readonly Entry Locked = new(EntryState.Locked, []);
}
