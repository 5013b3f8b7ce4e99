namespace OpenClaw.Gateway.Core.Routing.Intents.Learning;

/// <summary>
/// Parts samples into five folds, each with its share of every intent, and has each judged by a model that has not seen it. The same samples
/// are parted the same way.
/// </summary>
internal sealed class Folds
{
    /// <summary>Folds.</summary>
    public const int Count = 5;

    private readonly SampleSet _samples;
    private readonly int[] _foldOf;

    public Folds(SampleSet samples)
    {
        _samples = samples;
        _foldOf = new int[samples.Count];
        var next = new int[samples.IntentCount];
        for (var i = 0; i < _foldOf.Length; i++)
        {
            var intent = samples.Intents[i];
            _foldOf[i] = (intent + next[intent]++) % Count;
        }
    }

    /// <summary>The samples of one fold, judged by what was learned of the others.</summary>
    public List<Judged> Judge(int fold, CancellationToken cancellation = default)
    {
        var others = Enumerable.Range(0, _samples.Count).Where(i => _foldOf[i] != fold).ToArray();
        var own = Enumerable.Range(0, _samples.Count).Where(i => _foldOf[i] == fold).ToArray();
        if (others.Length == 0 || own.Length == 0) return [];
        return Judge(LinearTrainer.Train(_samples, others, cancellation), own);
    }

    /// <summary>
    /// The samples of every fifth intent, judged by what was learned of the other intents: how sentences that are none of the
    /// intents would fare. The evidence for the intents that were left out is minus infinity.
    /// </summary>
    public List<Judged> JudgeStrangers(int fold, CancellationToken cancellation = default)
    {
        var others = Enumerable.Range(0, _samples.Count).Where(i => _samples.Intents[i] % Count != fold).ToArray();
        var own = Enumerable.Range(0, _samples.Count).Where(i => _samples.Intents[i] % Count == fold).ToArray();
        if (others.Length == 0 || own.Length == 0) return [];
        var judged = Judge(LinearTrainer.Train(_samples, others, cancellation), own);
        foreach (var (_, evidence, _) in judged)
            for (var k = fold; k < evidence.Length; k += Count) evidence[k] = float.NegativeInfinity;
        return judged;
    }

    private List<Judged> Judge(LinearModel model, int[] own)
    {
        var judged = new List<Judged>(own.Length);
        foreach (var sample in own)
        {
            var evidence = new float[model.Stride];
            model.Weigh(_samples.Hashes(sample), _samples.Times(sample), evidence);
            judged.Add(new(sample, evidence[..model.IntentCount], _samples.Intents[sample]));
        }

        return judged;
    }
}

/// <summary>A sample that a model has not learned from, and what the model makes of it.</summary>
internal readonly record struct Judged(int Sample, float[] Evidence, int Intent)
{
    /// <summary>What it is taken for, and the score.</summary>
    public (int Intent, float Score) Best(float temperature)
    {
        var scores = (float[])Evidence.Clone();
        Probabilities.Of(scores, temperature);
        var best = Probabilities.Highest(scores);
        return (best, scores[best]);
    }
}
