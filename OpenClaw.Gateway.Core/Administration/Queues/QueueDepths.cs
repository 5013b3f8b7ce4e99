using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Queues;

/// <summary>What is pending of one sort at one channel and one agent.</summary>
internal sealed record PendingSum(Guid Tenant, Guid Channel, Guid? Agent, PendingWork Work, long Count, long Sessions, DateTimeOffset OldestAt, DateTimeOffset? NextAt);

/// <summary>
/// Counts what is pending, from the one partial index of the messages: its rows are few while all is well, and many just when many people look. So
/// one look serves everybody, and the longer it took the longer it serves.
/// </summary>
internal sealed class QueueDepths(ISystemDbFactory databases, TimeProvider time) : IDisposable
{
    private const int Times = 10;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Look? _last;

    /// <summary>What is pending in all tenants, at most some moments ago.</summary>
    public async Task<ILookup<Guid, PendingSum>> GetAsync(CancellationToken cancellationToken)
    {
        if (_last is { } fresh && time.GetElapsedTime(fresh.At) < fresh.GoodFor) return fresh.Sums;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } other && time.GetElapsedTime(other.At) < other.GoodFor) return other.Sums;
            var began = time.GetTimestamp();
            var sums = await CountAsync(cancellationToken);
            var goodFor = time.GetElapsedTime(began) * Times;
            _last = new(time.GetTimestamp(), goodFor > Least ? goodFor : Least, sums);
            return sums;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The next look is a fresh one: something was just changed by a person who wants to see it.</summary>
    public void Forget() => _last = null;

    public void Dispose() => _turn.Dispose();

    private async Task<ILookup<Guid, PendingSum>> CountAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.Messages.AsNoTracking().Where(m => m.Pending != null)
            .GroupBy(m => new { m.TenantId, m.ChannelId, m.AgentId, m.Pending })
            .Select(g => new
            {
                g.Key, Count = g.LongCount(), Sessions = g.Select(m => m.SessionId).Distinct().LongCount(), OldestAt = g.Min(m => m.At), NextAt = g.Min(m => m.DueAt),
            })
            .ToListAsync(cancellationToken);
        return rows.Select(r => new PendingSum(r.Key.TenantId, r.Key.ChannelId, r.Key.AgentId, r.Key.Pending!.Value, r.Count, r.Sessions, r.OldestAt, r.NextAt)).ToLookup(r => r.Tenant);
    }

    private sealed record Look(long At, TimeSpan GoodFor, ILookup<Guid, PendingSum> Sums);
}
