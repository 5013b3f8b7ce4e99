using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Services;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>The stages of one message, with what was decided and how long each took.</summary>
public sealed partial class Timeline
{
    private IReadOnlyList<TimelineStep>? _steps;
    private IReadOnlyList<TraceSpan>? _spans;

    /// <summary>The trace; null while it loads.</summary>
    [Parameter, EditorRequired]
    public required MessageTrace? Trace { get; set; }

    /// <summary>The tenant's slug: rules lead to their page.</summary>
    [CascadingParameter(Name = TenantMember.Slug)]
    private string? Slug { get; set; }

    /// <summary>It is read from the archive, where entries are stored in another form.</summary>
    [CascadingParameter(Name = "archived")]
    private bool IsArchived { get; set; }

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private TraceLinks Links { get; set; } = default!;

    private string Sum
    {
        get
        {
            var stages = Trace!.Stages;
            var whole = stages.Count > 1 ? $"{Humanize.Duration(stages[^1].At - stages[0].At)} in all" : "Stored";
            var replies = Trace.From != "user" ? "" : Trace.Replies.Count switch { 0 => ", no reply", 1 => ", one reply", var count => $", {count} replies" };
            return $"{whole}{replies}, message {Trace.Seq} of the session, id {Trace.Id}";
        }
    }

    /// <summary>The message that began the trace: an answer belongs to its question's.</summary>
    private Guid TraceMessage => Trace!.InReplyTo ?? Trace.Id;

    private IReadOnlyList<TraceSpan> Spans => _spans ??= TraceSpan.Of(Trace!, Names.Agent);

    private IReadOnlyList<TimelineStep> Steps => _steps ??= TimelineStep.Of(Trace!, Word, Note, Names.Agent);

    /// <inheritdoc />
    protected override void OnParametersSet() => (_steps, _spans) = (null, null);

    private string Word(string stage) => stage switch
    {
        Stages.Received => "Received and stored",
        Stages.Answered when Trace!.From != "user" => "Written",
        Stages.Routed => "Routed",
        Stages.Dispatched => "Given to the agent",
        Stages.Answered => "Answered",
        Stages.Delivered => "Delivered",
        _ => Humanize.Words(stage),
    };

    private string? Note(StageView stage)
    {
        if (stage.Error is not null) return Humanize.Cause(stage.Error);
        if (stage.Stage == Stages.Routed) return Why;
        return stage.Stage == Stages.Dispatched ? Names.Agent(stage.Agent) : null;
    }

    /// <summary>A rule's reason names the rule.</summary>
    private string? Why => Trace?.Route is { ValueKind: JsonValueKind.Object } route ? Text(route, "why") : null;

    /// <summary>The rule that decided, and the version in which it did.</summary>
    private (Guid Id, string Name, int Version)? Rule =>
        Trace?.Route is { ValueKind: JsonValueKind.Object } route && route.TryGetProperty("rule", out var rule) && rule.ValueKind == JsonValueKind.Object
        && rule.TryGetProperty("id", out var id) && id.TryGetGuid(out var found) && Text(rule, "name") is { } name
        && route.TryGetProperty("version", out var version) && version.TryGetInt32(out var number) && Slug is not null ? (found, name, number) : null;

    /// <summary>How the agent was chosen, and which.</summary>
    private string? Chosen
    {
        get
        {
            if (Trace?.Route is not { ValueKind: JsonValueKind.Object } route || Text(route, "strategy") is not { } strategy) return null;
            var agent = Names.Agent(Trace.Stages.FirstOrDefault(s => s.Stage == Stages.Routed)?.Agent);
            return strategy switch
            {
                RouteStrategies.Affinity => agent is null ? "Stays with its agent" : $"Stays with its agent {agent}",
                RouteStrategies.Static when Rule is null => agent is null ? "By the channel’s or the default agent" : $"By the channel’s or the default agent: {agent}",
                RouteStrategies.Static => agent is null ? "By a rule" : $"By a rule, to {agent}",
                RouteStrategies.Content => agent is null ? "By a rule on what the message says" : $"By a rule on what the message says, to {agent}",
                _ => agent is null ? Humanize.Words(strategy) : $"{Humanize.Words(strategy)}, to {agent}",
            };
        }
    }

    private static string? Text(JsonElement route, string name) =>
        route.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
