using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents.Learning;

namespace OpenClaw.Gateway.Core.Routing.Intents.Quality;

/// <summary>Judges a set of intents by its own examples. For large sets it takes some seconds and can be stopped.</summary>
internal static class CrossValidation
{
    private const int MostSentences = 5, MostConfusions = 50, FewestForStrangers = 3;
    private static readonly double[] Steps = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <param name="set">The intents.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IntentQuality Run(IntentSetModel set, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var (samples, names) = IntentClassifier.Samples(set, cancellation);
        var folds = new Folds(samples);
        var (judged, strangers) = (new List<Judged>(), new List<Judged>());
        for (var fold = 0; fold < Folds.Count; fold++)
        {
            judged.AddRange(folds.Judge(fold, cancellation));
            progress?.Report(((2 * fold) + 1) / (2d * Folds.Count));
            if (names.Count >= FewestForStrangers) strangers.AddRange(folds.JudgeStrangers(fold, cancellation));
            progress?.Report((fold + 1) / (double)Folds.Count);
        }

        var temperature = Probabilities.Temperature(judged);
        var verdicts = judged.Select(j => Verdict(j, temperature)).ToList();
        var refused = strangers.Select(j => j.Best(temperature).Score).ToList();
        var threshold = IntentClassifier.SuggestedFor(names.Count, judged, temperature);
        return new(
            Figures(set, names, verdicts), samples.Count, Share(verdicts, v => v.Intent == v.TakenFor), threshold,
            [.. Steps.Append(threshold).Distinct().Order().Select(step => At(step, verdicts, refused))], Confusions(set, names, verdicts));
    }

    private static Judgement Verdict(Judged judged, float temperature)
    {
        var (best, score) = judged.Best(temperature);
        return new(judged.Sample, judged.Intent, best, score);
    }

    private static ThresholdFigures At(double threshold, List<Judgement> verdicts, List<float> strangers) => new(
        threshold,
        Share(verdicts, v => v.Score >= threshold && v.Intent == v.TakenFor),
        Share(verdicts, v => v.Score >= threshold && v.Intent != v.TakenFor),
        strangers.Count == 0 ? null : Math.Round(strangers.Count(s => s < threshold) / (double)strangers.Count, 4));

    private static IReadOnlyList<IntentFigures> Figures(IntentSetModel set, IReadOnlyList<string> names, List<Judgement> verdicts)
    {
        var figures = new List<IntentFigures>();
        foreach (var intent in set.Intents)
        {
            var number = Number(names, intent.Name);
            var (own, taken) = (verdicts.Count(v => v.Intent == number), verdicts.Count(v => v.TakenFor == number));
            double right = verdicts.Count(v => v.Intent == number && v.TakenFor == number);
            figures.Add(new(intent.Name, intent.Examples.Count, taken == 0 ? null : Math.Round(right / taken, 4), own == 0 ? null : Math.Round(right / own, 4)));
        }

        return figures;
    }

    private static IReadOnlyList<IntentConfusion> Confusions(IntentSetModel set, IReadOnlyList<string> names, List<Judgement> verdicts)
    {
        var texts = set.Intents.Where(i => Number(names, i.Name) >= 0).SelectMany(i => IntentClassifier.Usable(i)).ToList();
        return [.. verdicts.Where(v => v.Intent != v.TakenFor).GroupBy(v => (v.Intent, v.TakenFor))
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Intent).ThenBy(g => g.Key.TakenFor).Take(MostConfusions)
            .Select(g => new IntentConfusion(names[g.Key.Intent], names[g.Key.TakenFor], g.Count(),
                [.. g.OrderByDescending(v => v.Score).Take(MostSentences).Select(v => new ConfusedSentence(texts[v.Sample], Math.Round(v.Score, 4)))]))];
    }

    private static int Number(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == name) return i;
        return -1;
    }

    private static double Share(List<Judgement> verdicts, Func<Judgement, bool> holds) => verdicts.Count == 0 ? 0 : Math.Round(verdicts.Count(holds) / (double)verdicts.Count, 4);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Judgement(int Sample, int Intent, int TakenFor, float Score);
}
