using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>Takes secrets out of what others say: some servers repeat the key that they refuse.</summary>
internal sealed class Redaction(AgentModel model)
{
    private const int Shortest = 6;
    private readonly string[] _secrets = [.. model.Secrets.Values.Where(v => v.Length >= Shortest).OrderByDescending(v => v.Length)];

    public string Of(string text)
    {
        foreach (var secret in _secrets) text = text.Replace(secret, "•••", StringComparison.Ordinal);
        return text;
    }

    public AgentOutcome Of(AgentOutcome outcome)
    {
        if (outcome.Failure is not { } failure || Of(failure.Detail) is var clean && clean == failure.Detail) return outcome;
        return AgentOutcome.Failed(failure.Kind, failure.Cause, clean, failure.RetryAfter, failure.NeverSent).With(outcome.Report);
    }
}
