using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>One entry: what was said, and under it in a quiet line how far it got.</summary>
public sealed partial class MessageBubble
{
    /// <summary>The entry.</summary>
    [Parameter, EditorRequired]
    public required TranscriptEntry Entry { get; set; }

    /// <summary>It is the one that the address names.</summary>
    [Parameter]
    public bool Found { get; set; }

    /// <summary>The address that names it.</summary>
    [Parameter]
    public string? Link { get; set; }

    /// <summary>The address that names the entry with that number.</summary>
    [Parameter, EditorRequired]
    public required Func<long, string> LinkTo { get; set; }

    /// <summary>Who opened the session: the author where the entry names none.</summary>
    [Parameter]
    public UserView? User { get; set; }

    /// <summary>The session goes by mail: what was sent has not arrived yet.</summary>
    [Parameter]
    public bool IsMail { get; set; }

    /// <summary>Its timeline is shown.</summary>
    [Parameter]
    public bool IsOpen { get; set; }

    /// <summary>Its trace, when loaded.</summary>
    [Parameter]
    public MessageTrace? Trace { get; set; }

    /// <summary>There is none (any more).</summary>
    [Parameter]
    public bool HasNoTrace { get; set; }

    /// <summary>The timeline shall open or close.</summary>
    [Parameter]
    public EventCallback Toggle { get; set; }

    /// <summary>The tenant's slug: what could not go on leads to its dead letter.</summary>
    [CascadingParameter(Name = TenantMember.Slug)]
    private string? Slug { get; set; }

    private string? Letter => Slug is not null && Trace is { Letters: [.., var letter] } ? $"t/{Slug}/dead-letters/{letter.Id}" : null;

    private string Label => $"{Entry.Name ?? "User"}, message {Entry.Message.Seq}";

    private string Failure => Trace?.Stages.LastOrDefault(s => s.Error is not null)?.Error is { } error ? Humanize.Cause(error) : "This message could not go on.";

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private string Tried => Entry.Message.Attempts == 1 ? "The first try" : $"Try {Entry.Message.Attempts}";

    /// <summary>When that lies ahead: what is due and still waits, waits for something else.</summary>
    private DateTimeOffset? NextTryAt => Entry.Message.NextTryAt > Time.GetUtcNow() ? Entry.Message.NextTryAt : null;

    private DeliveryView? Sent => Entry.Message.From == "user" ? null : Entry.Message.Sent;

    private string? From => (Entry.Message.Author ?? User) is { } author ? string.IsNullOrEmpty(author.Name) ? author.Id : $"{author.Name} <{author.Id}>" : null;

    /// <summary>Somebody's system gave it back; what arrived afterwards counts as arrived.</summary>
    private bool IsBounced => Entry.Message.Reports is { } reports && reports.GroupBy(r => r.Recipient, StringComparer.OrdinalIgnoreCase)
        .Any(g => g.LastOrDefault(r => r.Verdict is "hard" or "soft" or "delivered") is { Verdict: not "delivered" });

    private string StageLook => IsBounced ? "failed" : Sent?.State ?? Entry.Message.State;

    private string StageIcon => StageLook switch
    {
        "answered" or "delivered" => "check",
        "dead" or "failed" => "alert",
        "dropped" => "close",
        _ => "clock",
    };

    private string StageText => Sent switch
    {
        { State: "delivered" } when IsBounced => "Sent, and came back",
        { State: "delivered" } when IsMail => "Sent",
        { State: "delivered" } => "Delivered",
        { State: "failed" } failed => $"Not delivered. {failed.Error}",
        { } when Entry.Message.IsInLane => "Waits to be sent",
        { } => "Waits for the client",
        null => QuestionText,
    };

    private string QuestionText => Entry.Message.State switch
    {
        _ when NextTryAt is not null => $"{Tried} failed, tries again",
        _ when Entry.Message.NextTryAt is not null => $"{Tried} failed, waits until it can be tried again",
        "accepted" => "Stored, waits for its turn",
        "dispatched" => $"{Entry.Agent ?? "The agent"} works on it",
        "waiting" => $"{Entry.Agent ?? "The agent"} answers later",
        "answered" when Entry.Waited is { } time => $"Answered in {Humanize.Duration(time)}",
        "answered" when Entry.AnsweredAt is not null => "Answered",
        "answered" => "Answered, no reply",
        "dropped" => "Dropped by a rule",
        "dead" => "Could not go on",
        var other => other,
    };
}
