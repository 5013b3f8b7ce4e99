namespace OpenClaw.Gateway.Core.Agents.A2a;

/// <summary>What an A2A agent is set to.</summary>
/// <param name="CardUrl">Where its card is.</param>
/// <param name="Timeout">For a call, and for the pause between two events of a stream.</param>
/// <param name="AnswerWithin">For a whole task.</param>
internal sealed record A2aSettings(Uri CardUrl, TimeSpan Timeout, TimeSpan AnswerWithin)
{
    /// <summary>Where a card is when only a host is named (A2A specification, 8.2).</summary>
    private const string WellKnown = ".well-known/agent-card.json";

    /// <summary>Null when the URL is missing or wrong; the reader's faults say so.</summary>
    public static A2aSettings? Read(SettingsReader reader)
    {
        var url = reader.HttpUrl("cardUrl");
        var timeout = TimeSpan.FromSeconds(reader.Int32("timeoutSeconds", 60, 1, 600));
        var within = TimeSpan.FromSeconds(reader.Int32("answerWithinSeconds", 600, 1, 86_400));
        return url is null ? null : new(url.AbsolutePath == "/" && url.Query.Length == 0 ? new Uri(url, WellKnown) : url, timeout, within > timeout ? within : timeout);
    }
}
