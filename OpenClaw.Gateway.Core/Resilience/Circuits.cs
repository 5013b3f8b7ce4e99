using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>The circuits of this node, made at the first call.</summary>
internal sealed partial class Circuits(ICatalog catalog, IEventBus events, TimeProvider time, ILogger<Circuits> log) : ICircuits
{
    private readonly ConcurrentDictionary<Guid, Circuit> _circuits = new();

    /// <summary>A circuit changed its state. Told on the thread that met it, inside Polly's turn: handlers must be quick and must not call through it.</summary>
    public event Action<Circuit>? Changed;

    /// <summary>What was in the way of calls to that channel or agent, beside its circuit, is gone. Handlers must be quick.</summary>
    public event Action<Guid>? Freed;

    /// <summary>Says so.</summary>
    public void Free(Guid subject) => Freed?.Invoke(subject);

    /// <summary>The circuit of that channel or agent.</summary>
    public Circuit For(SubjectKind kind, Guid subject, Guid tenant) =>
        _circuits.TryGetValue(subject, out var circuit) ? circuit : _circuits.GetOrAdd(subject, id => new(kind, id, tenant, time, Tell));

    /// <summary>Forgets one that is gone.</summary>
    public void Forget(Guid subject) => _circuits.TryRemove(subject, out _);

    /// <inheritdoc />
    public CircuitView Of(SubjectKind kind, Guid subject)
    {
        var control = (kind == SubjectKind.Agent ? catalog.FindAgent(subject)?.Control : catalog.FindChannel(subject)?.Control) ?? SubjectControl.None;
        if (_circuits.TryGetValue(subject, out var circuit)) return circuit.View(control);
        var forced = Circuit.Forced(control, time.GetUtcNow());
        return new(subject, kind, forced ?? CircuitState.Closed, null, null, null, forced is null ? null : Circuit.ForcedWhy(control), 0);
    }

    private void Tell(Circuit circuit)
    {
        if (circuit.State == CircuitState.Open) LogOpened(circuit.Kind, circuit.Subject, circuit.Tenant, circuit.ProbeAt, circuit.Why);
        else if (circuit.State == CircuitState.Closed) LogClosed(circuit.Kind, circuit.Subject, circuit.Tenant);
        Changed?.Invoke(circuit);
        var (type, channel) = circuit.Kind == SubjectKind.Agent ? (EventTypes.AgentStatus, default(Guid?)) : (EventTypes.ChannelStatus, circuit.Subject);
        events.Publish(circuit.Tenant, type, channel, null, new
        {
            agent = circuit.Kind == SubjectKind.Agent ? circuit.Subject : default(Guid?),
            channel,
            circuit = Words(circuit.State),
            probeAt = circuit.State == CircuitState.Open ? circuit.ProbeAt : default(DateTimeOffset?),
            why = circuit.State == CircuitState.Closed ? null : circuit.Why,
        });
    }

    /// <summary>As the API writes it.</summary>
    internal static string Words(CircuitState state) => state switch { CircuitState.Closed => "closed", CircuitState.Open => "open", _ => "half_open" };

    [LoggerMessage(2111, LogLevel.Warning, "The circuit of {Kind} {Subject} of tenant {Tenant} is open; the next probe goes out at {ProbeAt}. The last failure: {Why}")]
    private partial void LogOpened(SubjectKind kind, Guid subject, Guid tenant, DateTimeOffset probeAt, string? why);

    [LoggerMessage(2112, LogLevel.Information, "The circuit of {Kind} {Subject} of tenant {Tenant} is closed")]
    private partial void LogClosed(SubjectKind kind, Guid subject, Guid tenant);
}
