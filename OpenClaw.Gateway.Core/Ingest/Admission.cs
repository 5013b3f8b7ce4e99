using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>
/// How full the gateway's queues are, and who may still put something in. While there are several tenants, none may hold more of
/// <c>Limits:IngressQueue</c> than it leaves free: one takes half at most, two a third each, and whoever comes then still finds room.
/// </summary>
internal sealed class Admission : IIntakePressure, IDisposable
{
    /// <summary>From this share of a bound on, polling listeners wait.</summary>
    private const double High = 0.75;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);
    private readonly int _most;
    private readonly ICatalog _catalog;
    private readonly ISessionIntake _intake;
    private readonly IJournalHealth _health;
    private readonly TenantLanes _lanes;
    private readonly AgentLoads _agents;
    private readonly TimeProvider _time;
    private volatile bool _isShared;

    public Admission(GatewayOptions options, ICatalog catalog, ISessionIntake intake, IJournalHealth health, TenantLanes lanes, AgentLoads agents, TimeProvider time)
    {
        (_most, _catalog, _intake, _health, _lanes, _agents, _time) = (options.Limits.IngressQueue, catalog, intake, health, lanes, agents, time);
        catalog.Changed += CountTenants;
        CountTenants();
    }

    /// <summary>Accepted and not dispatched, with those that wait to be stored: of all tenants.</summary>
    public int Used => _intake.Undispatched + _lanes.Queued;

    /// <summary><see cref="Used"/> as a share of <c>Limits:IngressQueue</c>.</summary>
    public double UsedRatio => (double)Used / _most;

    /// <summary>Why nothing more of that tenant can be taken now; null when it can.</summary>
    public AcceptOutcome? Refuse(TenantLane lane)
    {
        if (_health.Fault is not null) return AcceptOutcome.Refused(RefusalCode.Overloaded, "The gateway cannot store messages at the moment; send it again.", Soon);
        var used = Used;
        if (used >= _most) return AcceptOutcome.Refused(RefusalCode.Overloaded, "Too many messages wait to be handled; send it again.", Soon);
        if (_isShared && used > 0 && lane.OnTheWay >= _most - used)
            return AcceptOutcome.Refused(RefusalCode.Overloaded, "Too many messages of this tenant wait to be handled, and the others need room too (Limits:IngressQueue); send it again.", Soon);
        if (HeldBack(lane.Load, _most))
            return AcceptOutcome.Refused(RefusalCode.Overloaded, $"{_most} messages of this tenant are held back, and no more are kept in memory (Limits:IngressQueue); send it again.", Soon);
        return null;
    }

    /// <inheritdoc />
    public bool IsHigh(Guid tenant)
    {
        if (_health.Fault is not null) return true;
        var (lane, used) = (_lanes.Of(tenant), Used);
        return used >= _most * High || HeldBack(lane.Load, _most * High) || (_isShared && lane.OnTheWay > 0 && lane.OnTheWay >= (_most - used) * High);
    }

    /// <inheritdoc />
    public ValueTask WaitAsync(Guid tenant, CancellationToken cancellationToken) => IsHigh(tenant) ? new(WaitUntilLowAsync(tenant, cancellationToken)) : default;

    public void Dispose() => _catalog.Changed -= CountTenants;

    private async Task WaitUntilLowAsync(Guid tenant, CancellationToken cancellationToken)
    {
        do await Task.Delay(LookAgain, _time, cancellationToken);
        while (IsHigh(tenant));
    }

    /// <summary>Whether so many messages are in memory that no agent is asked about now.</summary>
    private bool HeldBack(TenantLoad load, double most)
    {
        // few ever are above it, and only then it is worth looking at what the agents have
        if (load.InMailboxes < most) return false;
        var open = _agents.Asked.Where(a => _catalog.FindAgent(a)?.Tenant.Id == load.Tenant).Sum(a => _agents.FiguresOf(a).Open);
        return load.InMailboxes - open >= most;
    }

    private void CountTenants() => _isShared = _catalog.Tenants.Count(t => !t.Suspended) > 1;
}
