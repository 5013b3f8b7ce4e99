namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>How much speaks for one intent.</summary>
public sealed record IntentScore(string Intent, double Score);

/// <summary>What a text seems to want, with everything that people may ask about it.</summary>
/// <param name="Intent">The intent; null when it is none of them.</param>
/// <param name="Score">The best one's score, from 0 to 1.</param>
/// <param name="Threshold">What it is compared with.</param>
/// <param name="Scores">Each intent's score, the best first.</param>
/// <param name="Engine">One of <see cref="IntentEngines"/>.</param>
public sealed record IntentJudgement(string? Intent, double Score, double Threshold, IReadOnlyList<IntentScore> Scores, string Engine)
{
    /// <summary>What people should know: that the embeddings server could not be asked, and why; null = nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Nothing is known to recognise.</summary>
    public static IntentJudgement None { get; } = new(null, 0, 0, [], IntentEngines.InProcess);
}

/// <summary>Who recognises.</summary>
public static class IntentEngines
{
    /// <summary>The gateway's own classifier.</summary>
    public const string InProcess = "in-process";

    /// <summary>The tenant's server of embeddings.</summary>
    public const string Embeddings = "embeddings";
}
