namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>Which calls a drill hits. A function of seed and number alone, so that it does not matter on how many threads calls are made.</summary>
internal static class DrillChance
{
    /// <summary>0 (inclusive) to 1 (exclusive), for the n-th call and one of its draws (SplitMix64).</summary>
    public static double Of(long seed, long call, int draw)
    {
        var mixed = unchecked((ulong)seed + (((ulong)call * 2) + (ulong)draw + 1) * 0x9E3779B97F4A7C15UL);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL);
        mixed ^= mixed >> 31;
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }
}
