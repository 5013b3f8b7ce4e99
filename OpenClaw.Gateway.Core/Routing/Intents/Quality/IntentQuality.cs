namespace OpenClaw.Gateway.Core.Routing.Intents.Quality;

/// <summary>How well the examples tell the intents apart: each was judged by what was learned of the others (cross-validation in five parts).</summary>
/// <param name="Intents">Each intent, in order of names.</param>
/// <param name="Examples">Examples in all.</param>
/// <param name="Accuracy">The share that was taken for what it is, whatever the score; from 0 to 1.</param>
/// <param name="SuggestedThreshold">The threshold that nine in ten of the rightly recognised ones reach.</param>
/// <param name="Thresholds">What other thresholds would do.</param>
/// <param name="Confusions">What is taken for what, the most frequent first.</param>
public sealed record IntentQuality(
    IReadOnlyList<IntentFigures> Intents, int Examples, double Accuracy, double SuggestedThreshold, IReadOnlyList<ThresholdFigures> Thresholds, IReadOnlyList<IntentConfusion> Confusions);

/// <summary>One intent. <c>Precision</c>: of what is taken for it, how much is it; <c>Recall</c>: of what is it, how much is taken for it. Null where there was none.</summary>
public sealed record IntentFigures(string Intent, int Examples, double? Precision, double? Recall);

/// <summary>Sentences of one intent that were taken for another one.</summary>
public sealed record IntentConfusion(string Intent, string TakenFor, int Count, IReadOnlyList<ConfusedSentence> Sentences);

/// <summary>A sentence and the score that it got as something that it is not.</summary>
public sealed record ConfusedSentence(string Text, double Score);

/// <summary>
/// With this threshold: the share of sentences taken for what they are, and for something else; and the share of strangers (sentences of
/// intents that were left out of the learning) that are none of the intents, null with fewer than three intents.
/// </summary>
public sealed record ThresholdFigures(double Threshold, double Right, double Wrong, double? StrangersRefused);
