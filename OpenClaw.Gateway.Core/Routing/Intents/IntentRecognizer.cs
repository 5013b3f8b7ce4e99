using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents.Embeddings;

namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>
/// Recognises what messages want: by the tenant's server of embeddings where one is set and answers, else by what the gateway learned of the
/// examples itself.
/// </summary>
internal sealed partial class IntentRecognizer(ICatalog catalog, IntentClassifiers classifiers, EmbeddingsRecognizer embeddings, ILogger<IntentRecognizer> log) : IIntentRecognizer
{
    public ValueTask<IntentGuess> RecognizeAsync(Guid tenant, Utf8Text text, CancellationToken cancellationToken)
    {
        var set = catalog.FindIntents(tenant);
        if (set.Intents.Count == 0) return default;
        if (set.Embeddings is null && classifiers.Of(set) is { IsCompletedSuccessfully: true } learned) return new(Recognize(set, learned.Result, text));
        return RecognizeLaterAsync(set, text, cancellationToken);
    }

    /// <summary>The same with all scores, for people. Where nothing can be learned of the set, nothing is recognised.</summary>
    public async Task<IntentJudgement> JudgeAsync(IntentSetModel set, string text, CancellationToken cancellationToken)
    {
        if (set.Intents.Count == 0) return IntentJudgement.None;
        string? note = null;
        if (set.Embeddings is { } server)
        {
            var answer = await embeddings.JudgeAsync(set, server, text, cancellationToken);
            if (answer.Judgement is { } judged) return judged;
            note = $"The embeddings server was not used: {answer.Trouble} The gateway's own classifier answered.";
        }

        return Judge(set, await classifiers.Of(set), text) with { Note = note };
    }

    private async ValueTask<IntentGuess> RecognizeLaterAsync(IntentSetModel set, Utf8Text text, CancellationToken cancellationToken)
    {
        try
        {
            if (set.Embeddings is null) return Recognize(set, await classifiers.Of(set).WaitAsync(cancellationToken), text);
            var judged = await JudgeAsync(set, text.ToString(), cancellationToken);
            return new(judged.Intent, judged.Score) { Note = judged.Note };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFailed(fault, set.TenantId);
            return new(null, 0) { Note = "The intents could not be learned: the gateway's log says why." };
        }
    }

    /// <summary>The beginning is decoded on the stack: no message allocates anything.</summary>
    private static IntentGuess Recognize(IntentSetModel set, IntentClassifier learned, Utf8Text text)
    {
        Span<char> chars = stackalloc char[IntentLimits.TextLength];
        Utf8.ToUtf16(text.Bytes.Span, chars, out _, out var length);
        return learned.Recognize(chars[..length], set.Threshold ?? learned.SuggestedThreshold);
    }

    private static IntentJudgement Judge(IntentSetModel set, IntentClassifier learned, string text)
    {
        var scores = new float[learned.Names.Count];
        var best = learned.Score(text, scores);
        return Judgements.Of(set, learned.Names, scores, best, set.Threshold ?? learned.SuggestedThreshold, IntentEngines.InProcess);
    }

    [LoggerMessage(1411, LogLevel.Error, "The intents of tenant {Tenant} could not be learned; messages are routed as if nothing was recognised")]
    private partial void LogFailed(Exception fault, Guid tenant);
}

/// <summary>Puts scores into words for people.</summary>
internal static class Judgements
{
    public static IntentJudgement Of(IntentSetModel set, IReadOnlyList<string> names, ReadOnlySpan<float> scores, int best, double threshold, string engine)
    {
        var list = new List<IntentScore>(set.Intents.Count);
        for (var i = 0; i < names.Count; i++) list.Add(new(names[i], Math.Round(scores[i], 4)));
        foreach (var intent in set.Intents)
            if (!names.Contains(intent.Name)) list.Add(new(intent.Name, 0)); // has no examples
        var score = best < 0 ? 0 : (double)scores[best];
        return new(score >= threshold && best >= 0 ? names[best] : null, Math.Round(score, 4), threshold, [.. list.OrderByDescending(s => s.Score).ThenBy(s => s.Intent, StringComparer.Ordinal)], engine);
    }
}
