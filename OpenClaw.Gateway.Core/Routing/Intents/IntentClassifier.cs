using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents.Learning;
using OpenClaw.Gateway.Core.Routing.Intents.Text;

namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>
/// What was learned of a tenant's examples. Learning takes some ten milliseconds for a few hundred examples; recognising takes microseconds
/// and allocates nothing. The same examples give the same scores.
/// </summary>
internal sealed class IntentClassifier
{
    /// <summary>With more examples the scores are calibrated by one fold instead of five.</summary>
    private const int ManyExamples = 4_000;

    /// <summary>Where there is one intent only, its score is the part of the text that its examples know.</summary>
    private const double ThresholdOfOne = 0.5;

    private readonly LinearModel? _model;
    private readonly float _temperature = 1;

    private IntentClassifier(IReadOnlyList<string> names, LinearModel? model, float temperature, double threshold) =>
        (Names, _model, _temperature, SuggestedThreshold) = (names, model, temperature, threshold);

    /// <summary>The intents that have examples.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What scores less had better be taken for none of them.</summary>
    public double SuggestedThreshold { get; }

    /// <summary>Learns a set.</summary>
    public static IntentClassifier Train(IntentSetModel set, CancellationToken cancellation = default)
    {
        var (samples, names) = Samples(set, cancellation);
        if (names.Count == 0) return new(names, null, 1, Probabilities.UsualThreshold);
        var all = Enumerable.Range(0, samples.Count).ToArray();
        var model = LinearTrainer.Train(samples, all, cancellation);
        if (names.Count == 1) return new(names, model, 1, ThresholdOfOne);
        var folds = new Folds(samples);
        var judged = new List<Judged>();
        for (var fold = 0; fold < (samples.Count > ManyExamples ? 1 : Folds.Count); fold++) judged.AddRange(folds.Judge(fold, cancellation));
        var temperature = Probabilities.Temperature(judged);
        return new(names, model, temperature, SuggestedFor(names.Count, judged, temperature));
    }

    /// <summary>The sentences of a set, and the names of the intents that have any.</summary>
    public static (SampleSet Samples, IReadOnlyList<string> Names) Samples(IntentSetModel set, CancellationToken cancellation = default)
    {
        var (names, texts, intents) = (new List<string>(), new List<string>(), new List<int>());
        foreach (var intent in set.Intents)
        {
            var examples = Usable(intent);
            if (examples.Count == 0 || texts.Count + examples.Count > IntentLimits.Examples) continue;
            texts.AddRange(examples);
            intents.AddRange(Enumerable.Repeat(names.Count, examples.Count));
            names.Add(intent.Name);
        }

        return (new(texts, [.. intents], names.Count, cancellation), names);
    }

    /// <summary>The examples that are learned.</summary>
    public static IReadOnlyList<string> Usable(IntentModel intent) => [.. intent.Examples.Where(e => !string.IsNullOrWhiteSpace(e)).Take(IntentLimits.ExamplesPerIntent)];

    /// <summary>The threshold for so many intents.</summary>
    public static double SuggestedFor(int intents, IReadOnlyList<Judged> judged, float temperature) =>
        intents <= 1 ? ThresholdOfOne : Probabilities.Threshold(judged, temperature, intents);

    /// <summary>What a text seems to want; what scores below the threshold is none of the intents.</summary>
    public IntentGuess Recognize(ReadOnlySpan<char> text, double threshold)
    {
        Span<float> scores = stackalloc float[Names.Count];
        var best = Score(text, scores);
        if (best < 0) return default;
        double score = scores[best];
        return new(score >= threshold ? Names[best] : null, score);
    }

    /// <summary>Writes the score of each of <see cref="Names"/> and returns the place of the best; -1 when nothing is known of the text.</summary>
    public int Score(ReadOnlySpan<char> text, Span<float> scores)
    {
        scores.Clear();
        if (_model is null) return -1;
        var bag = FeatureBag.Mine;
        if (!bag.Read(text)) return -1;
        Span<float> evidence = stackalloc float[_model.Stride];
        var known = _model.Weigh(bag.Hashes, bag.Times, evidence);
        if (known == 0) return -1;
        evidence = evidence[.._model.IntentCount];
        if (evidence.Length == 1) evidence[0] = known;
        else Probabilities.Of(evidence, _temperature);
        evidence.CopyTo(scores);
        return Probabilities.Highest(evidence);
    }
}
