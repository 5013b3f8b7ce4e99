using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>What a routing decision looks at, beside the channel.</summary>
/// <param name="Text">The message's text.</param>
/// <param name="User">The author's platform id.</param>
/// <param name="HasAttachment">It has at least one attachment.</param>
/// <param name="Last">The agent that the session had last; empty = none yet.</param>
/// <param name="Assigned">An operator or a handoff chose that agent: no other may answer.</param>
/// <param name="IsGroup">It was written where several people read along.</param>
/// <param name="Subject">A mail's subject: rules on text look at it too, as a line before the text. Commands stand in the text alone.</param>
internal readonly record struct RouteFacts(Utf8Text Text, string? User, bool HasAttachment, Guid Last, bool Assigned, bool IsGroup = false, string? Subject = null)
{
    /// <summary>What the text seems to want; recognised only where <see cref="Router.NeedsIntent"/> says so.</summary>
    public IntentGuess Intent { get; init; }

    /// <summary>How long nobody had written in the session; null = it is new, or that is not known.</summary>
    public TimeSpan? Quiet { get; init; }
}
