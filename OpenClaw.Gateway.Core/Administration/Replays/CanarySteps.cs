namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>The steps of a canary: so many must go well before more are tried.</summary>
public static class CanarySteps
{
    private static readonly int[] Sizes = [1, 5, 20, 100];

    /// <summary>The number of the part after the steps: all the rest.</summary>
    public static int Rest => Sizes.Length;

    /// <summary>How many a step has; null in the rest.</summary>
    public static int? Size(int step) => step < Sizes.Length ? Sizes[step] : null;

    /// <summary>How many there are up to a step's end.</summary>
    public static int Through(int step) => Sizes.Take(step + 1).Sum();

    /// <summary>More failed again than may.</summary>
    public static bool IsTooMany(int failed, int ended, double share) => ended > 0 && failed > share * ended;
}
