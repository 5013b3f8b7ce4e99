using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>
/// The agents that can be asked now. Each is built when it is first needed and again when its model was replaced;
/// requests under way end with the agent they began with.
/// </summary>
internal sealed class AgentRegistry(ICatalog catalog, IEnumerable<IAgentKind> kinds, AgentLoads loads, Circuits circuits, IEnumerable<IDrills> drills, TimeProvider time, ILogger<AgentRegistry> logger) : IAgentGates
{
    private readonly FrozenDictionary<string, IAgentKind> _kinds = kinds.ToFrozenDictionary(k => k.Kind, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, RegisteredAgent> _agents = new();
    private readonly IDrills? _drills = drills.LastOrDefault();
    private readonly Lock _building = new();

    /// <summary>
    /// The agent with that id, enabled or not (see <see cref="RegisteredAgent.Model"/>); null when the catalog has none.
    /// One whose kind or settings are unusable answers every request with <see cref="DeadLetterCauses.AgentUnavailable"/>.
    /// </summary>
    public RegisteredAgent? Get(Guid agentId)
    {
        var model = catalog.FindAgent(agentId);
        if (model is null)
        {
            if (_agents.TryRemove(agentId, out var gone)) gone.Retire();
            loads.Forget(agentId);
            circuits.Forget(agentId);
            return null;
        }

        return _agents.TryGetValue(agentId, out var known) && ReferenceEquals(known.Model, model) ? known : Rebuild(model);
    }

    /// <inheritdoc />
    public Obstacle? InTheWay(AgentModel agent) => Get(agent.Id)?.InTheWay();

    private RegisteredAgent Rebuild(AgentModel model)
    {
        lock (_building)
        {
            _agents.TryGetValue(model.Id, out var old);
            if (ReferenceEquals(old?.Model, model)) return old!;
            var inner = model.IsTest && _drills is not null ? DrilledAgent.Of(model.Id, Build(model), _drills, time) : Build(model);
            var outside = inner is not IUnboundedAgent;
            var circuit = outside ? circuits.For(SubjectKind.Agent, model.Id, model.Tenant.Id) : null;
            // what a person has changed may have been mended
            if (old is not null && (old.Model.Settings.GetRawText() != model.Settings.GetRawText() || !ReferenceEquals(old.Model.Secrets, model.Secrets))) circuit?.Reset();
            var agent = new RegisteredAgent(model, inner, outside ? TurnsOf(model, old) : null, circuit, loads.For(model.Id), logger);
            _agents[model.Id] = agent;
            old?.Retire();
            return agent;
        }
    }

    private IAgent Build(AgentModel model)
    {
        if (!_kinds.TryGetValue(model.Kind, out var kind)) return new UnusableAgent($"There is no kind of agent '{model.Kind}'.");
        var faults = kind.Validate(model.Settings).Select(f => $"{f.Field} {f.Message}").ToList();
        return faults.Count == 0 ? kind.Create(model) : new UnusableAgent("The agent's settings are wrong: " + string.Join("; ", faults));
    }

    /// <summary>Taken over: what is open under the old model still counts.</summary>
    private static AgentTurns TurnsOf(AgentModel model, RegisteredAgent? old)
    {
        if (old?.Turns is not { } turns) return new(model.MaxConcurrency);
        if (old.Model.MaxConcurrency != model.MaxConcurrency) turns.Resize(model.MaxConcurrency);
        return turns;
    }
}
