using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Webhook;

/// <summary>What a webhook agent is set to.</summary>
/// <param name="Url">Where requests are POSTed.</param>
/// <param name="Timeout">For a whole JSON answer; for the pause between two events of a stream.</param>
/// <param name="AnswerWithin">How long an answer that was promised by 202 may take; a stream may not take longer either.</param>
internal sealed record WebhookSettings(Uri Url, TimeSpan Timeout, TimeSpan AnswerWithin)
{
    /// <summary>Null when the URL is missing or wrong; the reader's faults say so.</summary>
    public static WebhookSettings? Read(SettingsReader reader)
    {
        var url = reader.HttpUrl("url");
        var timeout = TimeSpan.FromSeconds(reader.Int32("timeoutSeconds", 60, 1, 600));
        var answerWithin = TimeSpan.FromSeconds(reader.Int32("answerWithinSeconds", 600, 1, 86_400));
        return url is null ? null : new(url, timeout, answerWithin);
    }

    /// <summary>The longest that a stream may take, however lively it is.</summary>
    public TimeSpan StreamWithin => AnswerWithin > Timeout ? AnswerWithin : Timeout;
}
