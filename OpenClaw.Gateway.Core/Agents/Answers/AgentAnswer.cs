using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>A complete answer as the agent wrote it; attachments are still addresses.</summary>
internal sealed record AgentAnswer(IReadOnlyList<AnswerMessage> Messages, JsonElement? Context, JsonElement? Preferences, Handoff? Handoff, bool End);

/// <summary>One message of it.</summary>
internal sealed record AnswerMessage(Utf8Text Text, IReadOnlyList<MessageButton>? Buttons, MessageCard? Card, IReadOnlyList<Uri> Attachments)
{
    /// <summary>Nothing that a person would see.</summary>
    public bool IsEmpty => Text.IsEmpty && Buttons is null && Card is null && Attachments.Count == 0;
}
