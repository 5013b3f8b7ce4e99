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

    /// <summary>What the checks of its health say; null = it is not checked, or not yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentHealth? Health { get; init; }

    /// <summary>Requests that wait for their turn.</summary>
    public int Waiting { get; init; }

    /// <summary>How long it took to answer of late, in milliseconds; null = not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LatencyMs { get; init; }

    /// <summary>How long it took of late until its first token, in milliseconds; null = not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? FirstTokenMs { get; init; }

    /// <summary>What to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fix { get; init; }

    /// <summary>Its processes that are connected to this node, of the kind <c>socket</c>; null for other kinds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AgentProcess>? Processes { get; init; }
}

/// <summary>A connected process of an agent: where it came from and with which API key, since when, how many requests it takes at once and has, and what it says it can do.</summary>
public sealed record AgentProcess(Guid Id, string? Address, string Key, DateTimeOffset Since, int Capacity, int Open, IReadOnlyList<string> Intents);

/// <summary>Reads agents' status from memory.</summary>
public sealed class AgentStatusQuery(ICatalog catalog, AgentKinds kinds, IAgentFigures figures, IEnumerable<IAgentConnections> connections)
{
    /// <summary>The status, or null when the tenant has no such agent.</summary>
    public AgentStatus? Get(Guid tenant, Guid agent)
    {
        if (catalog.FindAgent(agent) is not { } model || model.Tenant.Id != tenant) return null;
        var now = figures.FiguresOf(agent);
        var status = new AgentStatus("running", now.Open, model.MaxConcurrency, now.LastAnswerAt, now.FailuresLastHour) 
        {
            Processes = Processes(model), Health = now.Health, Waiting = now.Coming, LatencyMs = now.LatencyMs, FirstTokenMs = now.FirstTokenMs,
        };
        if (model.Tenant.Suspended) return status with { State = "suspended", Cause = "tenant_suspended", Detail = "The tenant is suspended.", Fix = "Ask the owner of the installation to resume the tenant." };
        if (!model.Enabled) return status with { State = "disabled", Cause = "disabled", Detail = "Switched off: it is never chosen.", Fix = "Switch it on." };
        if (kinds.Find(model.Kind) is not { } kind)
            return status with { State = "failing", Cause = "kind_missing", Detail = $"This gateway has no agent kind '{model.Kind}'.", Fix = "Run a version that has it, or delete the agent." };
        if (kind.Validate(model.Settings).ToList() is { Count: > 0 } faults)
            return status with { State = "failing", Cause = "settings_wrong", Detail = "Its settings are wrong: " + string.Join("; ", faults.Select(f => $"{f.Field}: {f.Message}")), Fix = "Correct the settings." };
        if (status.Processes is { } processes && !processes.Any(p => p.Capacity > 0))
        {
            return processes.Count == 0
                ? status with { State = "failing", Cause = "not_connected", Detail = "No process of it is connected: its messages wait.", Fix = "Start one. It connects to the gateway with an API key that has the scope converse." }
                : status with { State = "failing", Cause = "not_ready", Detail = "Its connected processes take no requests (capacity 0): its messages wait.", Fix = "Have one of them say that it is ready, or start another." };
        }

        if (now.Health is { Ok: false } health)
            return status with { State = "failing", Cause = "unhealthy", Detail = $"The check of its health failed: {health.Detail}", Fix = "See that the agent runs and can be reached. Pools and rules ask others meanwhile, where there are others." };
        return now.LastFailureAt is { } failed && (now.LastAnswerAt is not { } answered || answered < failed) && now.FailuresLastHour > 0
            ? status with { State = "failing", Cause = "last_request_failed", Detail = "Its last request failed.", Fix = "Try a test call; Dead letters says what went wrong." }
            : status;
    }

    private List<AgentProcess>? Processes(AgentModel model) => model.Kind != "socket"
        ? null
        : [.. connections.SelectMany(c => c.Of(model.Id)).Select(c => new AgentProcess(c.Id, c.Peer.Address, c.Peer.KeyName, c.Since, c.Capacity, c.Open, c.Intents))];
}
