using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Why a dead letter cannot be replayed as things are: what happened, and what to do.</summary>
internal static class LetterObstacles
{
    public const string NoMessage = "The message is not there any more: its conversation was deleted. Discard this dead letter.";
    public const string NoChannel = "The message's channel was deleted, so nobody could be answered. Discard this dead letter.";
    public const string Meanwhile = "It was replayed or discarded meanwhile, or its message changed. Load it again.";

    /// <summary>What stands in the way; null when nothing does.</summary>
    public static string? Of(DeadLetter letter, Message? message, Session? session, Guid? agent, ICatalog catalog)
    {
        if (Of(letter.State) is { } state) return state;
        if (catalog.FindChannel(letter.ChannelId) is null) return NoChannel;
        if (agent is { } chosen && Of(letter.TenantId, chosen, catalog) is { } gone) return gone;
        if (session is null || (message is null && session.State != SessionState.Archived)) return NoMessage;
        if (letter.Stage == Stages.Delivered) return null; // what it needs is the channel's lane to find
        if (session.TakenAt is not null)
            return $"{(string.IsNullOrEmpty(session.TakenByName) ? "An operator" : session.TakenByName)} answers in this conversation. Hand it back to the agent first, or answer there and discard this dead letter.";
        return message is null or { State: MessageState.Dead } ? null
            : $"The message is not dead any more: it is {Names.Of(message.State)}. Discard this dead letter.";
    }

    /// <summary>An agent that a person chose.</summary>
    public static string? Of(Guid tenant, Guid agent, ICatalog catalog) => catalog.FindAgent(agent) switch
    {
        { } model when model.Tenant.Id == tenant => model.Enabled ? null : $"The agent '{model.Name}' is switched off. Switch it on, or choose another one.",
        _ => "The agent that was chosen is not there any more. Choose another one.",
    };

    private static string? Of(string state) => state switch
    {
        DeadLetterStates.Replaying => "It is being replayed already.",
        DeadLetterStates.Replayed => "It was replayed already. If that failed, there is another dead letter for it.",
        DeadLetterStates.Discarded => "It was discarded. Restore it first.",
        _ => null,
    };
}
