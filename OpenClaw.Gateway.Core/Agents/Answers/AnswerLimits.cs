using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>What one answer may cost the gateway. Above: <see cref="DeadLetterCauses.AgentAnswerTooLarge"/>.</summary>
internal static class AnswerLimits
{
    /// <summary>Bytes of an answer's body, a stream's as well.</summary>
    public const int Bytes = 4 * 1024 * 1024;

    /// <summary>Bytes of one line of a stream.</summary>
    public const int LineBytes = 1024 * 1024;

    /// <summary>Messages of an answer.</summary>
    public const int Messages = 1_000;

    /// <summary>Attachments of an answer.</summary>
    public const int Attachments = 100;
}
