namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>
/// How long something takes of late: an average that follows a rise sooner than a fall, and that fades while nothing is heard, so that what was
/// slow is tried again. One word, changed without a lock.
/// </summary>
internal struct LatencyEstimate
{
    /// <summary>After that long without news it counts for a third; a tenth is reached after 69 s.</summary>
    private const double FadesInMs = 30_000;

    /// <summary>What is older than that says little: the next observation counts for more the longer it took to come.</summary>
    private const double OldAfterMs = 120_000;
    private const double Rise = 0.3;
    private const double Fall = 0.15;

    /// <summary>Above: when it was last changed, in hundredths of a second; below: the milliseconds, as a float. 0 = nothing was heard yet.</summary>
    private long _word;

    /// <summary>The milliseconds that it took of late, and how much of them still counts at that time; both 0 while nothing was heard.</summary>
    /// <param name="nowMs">A clock that only moves on, in milliseconds.</param>
    public readonly (double Average, double Faded) At(double nowMs)
    {
        var word = Volatile.Read(in _word);
        if (word == 0) return default;
        var average = Average(word);
        return (average, average * Math.Exp(-Since(word, nowMs) / FadesInMs));
    }

    /// <summary>It took that long.</summary>
    public void Observe(double tookMs, double nowMs)
    {
        while (true)
        {
            var known = Volatile.Read(in _word);
            var next = Word(known == 0 ? tookMs : Mixed(known, tookMs, nowMs), nowMs);
            if (Interlocked.CompareExchange(ref _word, next, known) == known) return;
        }
    }

    private static double Mixed(long word, double tookMs, double nowMs)
    {
        var average = Average(word);
        var share = Math.Max(tookMs > average ? Rise : Fall, 1 - Math.Exp(-Since(word, nowMs) / OldAfterMs));
        return average + ((tookMs - average) * share);
    }

    private static double Average(long word) => BitConverter.Int32BitsToSingle((int)word);

    private static double Since(long word, double nowMs) => 10.0 * unchecked((uint)(Hundredths(nowMs) - (uint)(word >> 32)));

    /// <summary>Never 0, so that the word is not.</summary>
    private static long Word(double ms, double nowMs) => ((long)Hundredths(nowMs) << 32) | (uint)BitConverter.SingleToInt32Bits(Math.Max((float)ms, float.Epsilon));

    private static uint Hundredths(double nowMs) => unchecked((uint)(long)(nowMs / 10));
}
