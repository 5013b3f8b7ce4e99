using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>
/// How an agent does on this node. <c>State</c> is <c>running</c>, <c>disabled</c>, <c>suspended</c> (its tenant is) or <c>failing</c>
/// (it cannot be asked, or its last request failed).
/// </summary>
public sealed record AgentStatus(string State, int Open, int MaxConcurrency, DateTimeOffset? LastAnswerAt, int FailuresLastHour)
{
    /// <summary>A stable name of the reason; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cause { get; init; }

    /// <summary>The reason for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>What to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fix { get; init; }
}

/// <summary>Reads agents' status from memory.</summary>
public sealed class AgentStatusQuery(ICatalog catalog, AgentKinds kinds, IAgentFigures figures)
{
    /// <summary>The status, or null when the tenant has no such agent.</summary>
    public AgentStatus? Get(Guid tenant, Guid agent)
    {
        if (catalog.FindAgent(agent) is not { } model || model.Tenant.Id != tenant) return null;
        var now = figures.FiguresOf(agent);
        var status = new AgentStatus("running", now.Open, model.MaxConcurrency, now.LastAnswerAt, now.FailuresLastHour);
        if (model.Tenant.Suspended) return status with { State = "suspended", Cause = "tenant_suspended", Detail = "The tenant is suspended.", Fix = "Ask the owner of the installation to resume the tenant." };
        if (!model.Enabled) return status with { State = "disabled", Cause = "disabled", Detail = "Switched off: it is never chosen.", Fix = "Switch it on." };
        if (kinds.Find(model.Kind) is not { } kind)
            return status with { State = "failing", Cause = "kind_missing", Detail = $"This gateway has no agent kind '{model.Kind}'.", Fix = "Run a version that has it, or delete the agent." };
        if (kind.Validate(model.Settings).ToList() is { Count: > 0 } faults)
            return status with { State = "failing", Cause = "settings_wrong", Detail = "Its settings are wrong: " + string.Join("; ", faults.Select(f => $"{f.Field}: {f.Message}")), Fix = "Correct the settings." };
        return now.LastFailureAt is { } failed && (now.LastAnswerAt is not { } answered || answered < failed) && now.FailuresLastHour > 0
            ? status with { State = "failing", Cause = "last_request_failed", Detail = "Its last request failed.", Fix = "Try a test call; Dead letters says what went wrong." }
            : status;
    }
}
