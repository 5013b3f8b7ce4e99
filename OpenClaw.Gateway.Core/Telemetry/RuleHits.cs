using System.Collections.Concurrent;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>Holds the counters of all rules that ever decided or were published while the gateway runs.</summary>
internal sealed class RuleHits : IRuleHits
{
    private readonly ConcurrentDictionary<Guid, RuleCounter> _counters = new();

    /// <summary>All counters.</summary>
    public IEnumerable<RuleCounter> All => _counters.Values;

    /// <inheritdoc />
    public long Of(Guid rule) => _counters.TryGetValue(rule, out var counter) ? counter.Hits : 0;

    /// <inheritdoc />
    public DateTimeOffset? LastAt(Guid rule) => _counters.TryGetValue(rule, out var counter) ? counter.LastAt : null;

    /// <summary>A rule's counter, the same for all its versions.</summary>
    public RuleCounter Counter(Guid tenant, Guid rule) => _counters.GetOrAdd(rule, static (id, owner) => new(owner, id), tenant);
}
