using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>A call that Discord refused or that did not get there. Its message is for people and has neither the token nor what was sent.</summary>
internal sealed class DiscordException(FailureKind kind, string message) : Exception(message)
{
    /// <summary>What may be done about it.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>The HTTP status; 0 = there was none.</summary>
    public int Status { get; init; }

    /// <summary>Discord's own code; 0 = there was none.</summary>
    public int Code { get; init; }

    /// <summary>When it may be tried again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What to do about it, for people; null when that is not known.</summary>
    public string? Fix { get; init; }

    /// <summary>Discord cannot have it.</summary>
    public bool NeverSent { get; init; }

    /// <summary>The thing in the path is not there any more.</summary>
    public bool IsGone => Code is DiscordErrors.UnknownChannel or DiscordErrors.UnknownMessage || (Status == 404 && Code is 0);

    /// <summary>The token of an interaction has run out or is not known.</summary>
    public bool IsLateInteraction => Code is DiscordErrors.UnknownWebhook or DiscordErrors.UnknownInteraction or DiscordErrors.InvalidWebhookToken || (Status is 404 or 401 && Code is 0);
}
