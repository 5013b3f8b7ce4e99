using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>What each tenant has in the gateway's memory at this moment: bounds and scaling are judged by it.</summary>
internal sealed class TenantLoads
{
    private readonly ConcurrentDictionary<Guid, TenantLoad> _tenants = new();

    /// <summary>All tenants that had traffic since the start.</summary>
    public IEnumerable<TenantLoad> All => _tenants.Values;

    /// <summary>A tenant's load, made at its first message.</summary>
    public TenantLoad Of(Guid tenant) => _tenants.TryGetValue(tenant, out var load) ? load : _tenants.GetOrAdd(tenant, static id => new(id));

    /// <summary>The tenant is removed.</summary>
    public void Forget(Guid tenant) => _tenants.TryRemove(tenant, out _);
}

/// <summary>One tenant's load. Raised and lowered from many threads, without a lock.</summary>
internal sealed class TenantLoad(Guid tenant)
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalCode>().Length];
    private int _inMailboxes;
    private int _waiting;

    public Guid Tenant => tenant;

    /// <summary>Durable messages in the mailboxes of its sessions: handled, held back, or waiting for either.</summary>
    public int InMailboxes => Math.Max(0, Volatile.Read(ref _inMailboxes));

    /// <summary>Of these, those that nobody has begun to handle.</summary>
    public int Waiting => Math.Max(0, Volatile.Read(ref _waiting));

    /// <summary>A message came into a mailbox.</summary>
    public void Posted()
    {
        Interlocked.Increment(ref _inMailboxes);
        Interlocked.Increment(ref _waiting);
    }

    /// <summary>The first message of a mailbox is looked at.</summary>
    public void Begun() => Interlocked.Decrement(ref _waiting);

    /// <summary>Messages left their mailbox.</summary>
    public void Left(int count, bool begun)
    {
        if (count == 0) return;
        Interlocked.Add(ref _inMailboxes, -count);
        if (!begun) Interlocked.Add(ref _waiting, -count);
    }

    /// <summary>A message was refused.</summary>
    public void Refused(RefusalCode code) => Interlocked.Increment(ref _refused[(int)code]);

    /// <summary>Messages refused for that reason since the start.</summary>
    public long RefusedFor(RefusalCode code) => Volatile.Read(ref _refused[(int)code]);
}
