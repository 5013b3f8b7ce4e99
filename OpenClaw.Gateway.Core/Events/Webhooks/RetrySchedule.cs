namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>When a failed delivery is tried again: soon at first, then ever more seldom, over three days.</summary>
internal static class RetrySchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(24), TimeSpan.FromHours(24),
    ];

    /// <summary>An endpoint may ask for a pause of at most so long.</summary>
    public static readonly TimeSpan LongestWish = TimeSpan.FromHours(24);

    /// <summary>Attempts in all.</summary>
    public static int Attempts => Pauses.Length + 1;

    /// <summary>The pause after that many failed attempts (from 1), up to a tenth longer by chance (0 to 1), never shorter than the endpoint asked for; null: it was the last.</summary>
    public static TimeSpan? After(int failed, double chance, TimeSpan? wish)
    {
        if (failed > Pauses.Length) return null;
        var pause = Pauses[failed - 1] * (1 + (0.1 * chance));
        if (wish is not { } asked || asked <= pause) return pause;
        return asked > LongestWish ? LongestWish : asked;
    }
}
