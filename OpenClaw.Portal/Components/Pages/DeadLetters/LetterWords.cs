using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>Stages, risks and states of dead letters in words.</summary>
internal static class LetterWords
{
    public static IReadOnlyList<Choice> Stages { get; } =
        [.. new[] { Gateway.Core.Abstractions.Stages.Received, Gateway.Core.Abstractions.Stages.Routed, Gateway.Core.Abstractions.Stages.Dispatched, Gateway.Core.Abstractions.Stages.Answered, Gateway.Core.Abstractions.Stages.Delivered }.Select(s => new Choice(s, Stage(s)))];

    public static IReadOnlyList<Choice> Causes { get; } = [.. DeadLetterCauses.All.Select(c => new Choice(c, Humanize.Words(c)))];

    public static IReadOnlyList<Choice> States { get; } =
        [new(DeadLetterStates.Open, "Open"), new(DeadLetterStates.Replaying, "Being replayed"), new(DeadLetterStates.Replayed, "Replayed"), new(DeadLetterStates.Discarded, "Discarded"), new(DeadLetterStates.Quarantined, "In quarantine")];

    /// <summary>Where it stopped.</summary>
    public static string Stage(string stage) => stage switch
    {
        Gateway.Core.Abstractions.Stages.Received => "Being received",
        Gateway.Core.Abstractions.Stages.Routed => "Finding an agent",
        Gateway.Core.Abstractions.Stages.Dispatched => "Asking the agent",
        Gateway.Core.Abstractions.Stages.Answered => "Waiting for the answer",
        Gateway.Core.Abstractions.Stages.Delivered => "Sending the reply",
        _ => Humanize.Words(stage),
    };

    /// <summary>What a replay risks.</summary>
    public static string Risk(string risk) => risk switch
    {
        DeadLetterRisks.NeverSent => "Nothing was sent: a replay cannot double it.",
        DeadLetterRisks.Sent => "The other side has got it, and may have acted on it: a replay may double that, unless it knows the message by its id.",
        _ => "It may have been sent: a replay may double it, unless the other side knows it by its id.",
    };

    /// <summary>The beginning of what a letter's message said.</summary>
    public static string Said(DeadLetterView letter) =>
        letter.Payload.ValueKind == JsonValueKind.Object && letter.Payload.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } said
            ? Cut(said) : "(no text)";

    /// <summary>The beginning of a text.</summary>
    public static string Cut(string text, int most = 80)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= most ? line : line[..(char.IsHighSurrogate(line[most - 1]) ? most - 1 : most)] + "…";
    }
}
