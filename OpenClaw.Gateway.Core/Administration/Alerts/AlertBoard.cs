using System.Collections.Frozen;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>How many alerts are open, in memory: for the shell around every page.</summary>
public sealed class AlertBoard
{
    private volatile FrozenDictionary<Guid, int> _open = FrozenDictionary<Guid, int>.Empty;

    /// <summary>Raised when a number changed; handlers must be quick.</summary>
    public event Action? Changed;

    /// <summary>Open alerts of a tenant.</summary>
    public int Open(Guid tenant) => _open.GetValueOrDefault(tenant);

    internal void Put(IEnumerable<Guid> tenants)
    {
        var now = tenants.CountBy(t => t).ToFrozenDictionary();
        var before = _open;
        if (now.Count == before.Count && now.All(n => before.TryGetValue(n.Key, out var count) && count == n.Value)) return;
        _open = now;
        Changed?.Invoke();
    }
}
