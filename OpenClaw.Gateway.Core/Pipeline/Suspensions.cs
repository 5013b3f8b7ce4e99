using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// Holds sessions of suspended tenants back: no agent is asked while the tenant is suspended, and each session goes on with the message
/// that it stopped at. What an agent was asked before is let finish.
/// </summary>
internal sealed class Suspensions : ITenantRemoval, IDisposable
{
    private readonly ICatalog _catalog;
    private readonly SessionTable _sessions;
    private readonly Dictionary<Guid, List<LiveSession>> _held = [];
    private readonly Lock _lock = new();

    public Suspensions(ICatalog catalog, SessionTable sessions)
    {
        (_catalog, _sessions) = (catalog, sessions);
        catalog.Changed += LetGo;
    }

    /// <summary>True when the session has to wait: then it is handed to the pool again once the tenant is resumed.</summary>
    public bool Hold(LiveSession session)
    {
        var tenant = session.Record.TenantId;
        if (!IsSuspended(tenant)) return false;
        lock (_lock)
        {
            // asked again: whoever resumes the tenant lets go of what is held at that moment
            if (!IsSuspended(tenant)) return false;
            if (!_held.TryGetValue(tenant, out var sessions)) _held[tenant] = sessions = [];
            sessions.Add(session);
        }

        _sessions.HeldBack(1);
        return true;
    }

    public ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_held.Remove(tenant, out var sessions)) return default;
            foreach (var session in sessions) _sessions.HeldBack(session.Drop());
        }

        return default;
    }

    public void Dispose() => _catalog.Changed -= LetGo;

    private bool IsSuspended(Guid tenant) => _catalog.FindTenant(tenant)?.Suspended == true;

    private void LetGo()
    {
        List<LiveSession> free = [];
        lock (_lock)
        {
            foreach (var tenant in _held.Keys.Where(t => !IsSuspended(t)).ToList())
            {
                free.AddRange(_held[tenant]);
                _held.Remove(tenant);
            }
        }

        foreach (var session in free)
        {
            if (session.IsDropped) continue;
            _sessions.HeldBack(-1);
            session.GoOn();
        }
    }
}
