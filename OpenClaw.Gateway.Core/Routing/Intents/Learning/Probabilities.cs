namespace OpenClaw.Gateway.Core.Routing.Intents.Learning;

/// <summary>From evidence to scores that mean what they say.</summary>
internal static class Probabilities
{
    /// <summary>The threshold where there are too few examples to suggest one.</summary>
    public const double UsualThreshold = 0.4;

    private const double LeastThreshold = 0.1, MostThreshold = 0.9, Kept = 0.9, OverChance = 1.25;
    private const int FewRight = 10;

    /// <summary>Softmax in place; a higher temperature is less sure.</summary>
    public static void Of(Span<float> evidence, float temperature)
    {
        var most = float.NegativeInfinity;
        foreach (var value in evidence) most = Math.Max(most, value);
        float sum = 0;
        for (var i = 0; i < evidence.Length; i++) sum += evidence[i] = MathF.Exp((evidence[i] - most) / temperature);
        for (var i = 0; i < evidence.Length; i++) evidence[i] /= sum;
    }

    /// <summary>The place of the highest value; the first of equals.</summary>
    public static int Highest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] > values[best]) best = i;
        return best;
    }

    /// <summary>
    /// The temperature under which what sentences really are is most probable, for sentences that the model did not learn from (golden section
    /// over its logarithm): of those that then score 0.8, about eight in ten are right.
    /// </summary>
    public static float Temperature(IReadOnlyList<Judged> judged, float least = 0.05f)
    {
        if (judged.Count == 0) return 1;
        const float part = 0.618034f;
        var (low, high) = (MathF.Log(least), MathF.Log(5f));
        for (var i = 0; i < 24; i++)
        {
            var (left, right) = (high - (part * (high - low)), low + (part * (high - low)));
            if (Surprise(judged, MathF.Exp(left)) <= Surprise(judged, MathF.Exp(right))) high = right;
            else low = left;
        }

        return MathF.Exp((low + high) / 2);
    }

    /// <summary>The threshold that nine in ten of the sentences reach that are recognised rightly without having been learned.</summary>
    public static double Threshold(IReadOnlyList<Judged> judged, float temperature, int intents)
    {
        // a text of which nothing is known scores as much for each intent: that must not be enough
        var least = Math.Max(LeastThreshold, Math.Round(OverChance / intents, 2));
        var right = new List<float>();
        foreach (var one in judged)
        {
            var (best, score) = one.Best(temperature);
            if (best == one.Intent) right.Add(score);
        }

        if (right.Count < FewRight) return Math.Max(UsualThreshold, least);
        right.Sort();
        return Math.Clamp(Math.Floor(right[(int)(right.Count * (1 - Kept))] * 100) / 100, least, MostThreshold);
    }

    private static double Surprise(IReadOnlyList<Judged> judged, float temperature)
    {
        double sum = 0;
        foreach (var (_, evidence, intent) in judged)
        {
            var most = evidence.Max();
            double all = 0;
            foreach (var value in evidence) all += Math.Exp((value - most) / temperature);
            sum += Math.Log(all) - ((evidence[intent] - most) / temperature);
        }

        return sum;
    }
}
