using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>A channel's traffic of one day (UTC), and when there was any last.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ChannelDay(long In, long Out, DateTimeOffset? LastInAt, DateTimeOffset? LastOutAt);

/// <summary>
/// Messages of today per channel: counted in the database once a day and tenant, from then on by the live counters, so that a page
/// that looks every second costs nothing.
/// </summary>
public sealed class ChannelTraffic(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Lazy<Task<Start>>> _starts = new();

    /// <summary>Each channel's day so far.</summary>
    internal async Task<IReadOnlyDictionary<Guid, ChannelDay>> TodayAsync(Guid tenant, LiveSnapshot live, CancellationToken cancellationToken)
    {
        var start = await StartAsync(tenant, live, cancellationToken);
        var now = live.Channels.ToDictionary(c => c.Channel);
        return catalog.Channels.Where(c => c.Tenant.Id == tenant).ToDictionary(c => c.Id, c => Sum(start.Days.GetValueOrDefault(c.Id), now.GetValueOrDefault(c.Id), start.Live.GetValueOrDefault(c.Id)));
    }

    private static ChannelDay Sum(ChannelDay counted, ChannelFigures? now, ChannelFigures? then) => now is null ? counted : new(
        counted.In + now.Accepted - (then?.Accepted ?? 0),
        counted.Out + now.Delivered - (then?.Delivered ?? 0),
        now.LastInAt ?? counted.LastInAt,
        now.LastOutAt ?? counted.LastOutAt);

    private async Task<Start> StartAsync(Guid tenant, LiveSnapshot live, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        while (true)
        {
            var counting = _starts.GetOrAdd(tenant, _ => new(() => CountAsync(tenant, today, live)));
            try
            {
                var start = await counting.Value.WaitAsync(cancellationToken);
                if (start.Day >= today) return start;
            }
            catch (Exception) when (counting.Value.IsFaulted)
            {
                _starts.TryRemove(new(tenant, counting)); // the next one asks the database again
                throw;
            }

            _starts.TryRemove(new(tenant, counting));
        }
    }

    private async Task<Start> CountAsync(Guid tenant, DateOnly today, LiveSnapshot live)
    {
        await using var db = databases.Create(tenant);
        var from = MessagePosition.At(new(today, TimeOnly.MinValue, TimeSpan.Zero));
        var until = MessagePosition.At(live.At);
        var counts = await db.Messages.AsNoTracking().Where(m => m.Position >= from && m.Position < until)
            .GroupBy(m => new { m.ChannelId, IsIn = m.From == MessageFrom.User })
            .Select(g => new { g.Key.ChannelId, g.Key.IsIn, All = g.Count(), Delivered = g.Count(m => m.DeliveredAt != null) })
            .ToListAsync();
        var days = new Dictionary<Guid, ChannelDay>();
        foreach (var channel in catalog.Channels.Where(c => c.Tenant.Id == tenant))
        {
            var last = await LastAsync(db, channel.Id);
            var mine = counts.Where(c => c.ChannelId == channel.Id).ToList();
            days[channel.Id] = new(mine.Where(c => c.IsIn).Sum(c => c.All), mine.Where(c => !c.IsIn).Sum(c => c.Delivered), last.In, last.Out);
        }

        return new(today, days, live.Channels.ToDictionary(c => c.Channel));
    }

    /// <summary>Of the session that was active last: an index leads to it.</summary>
    private static async Task<(DateTimeOffset? In, DateTimeOffset? Out)> LastAsync(GatewayDbContext db, Guid channel)
    {
        var session = await db.Sessions.AsNoTracking().Where(s => s.ChannelId == channel).OrderByDescending(s => s.LastActivityAt).Select(s => new { s.Id, s.LastSeq }).FirstOrDefaultAsync();
        if (session is null) return default;
        var positions = db.SessionEntries.AsNoTracking().Where(e => e.SessionId == session.Id && e.Seq > session.LastSeq - 20).Select(e => e.Position);
        var last = await db.Messages.AsNoTracking().Where(m => positions.Contains(m.Position)).OrderByDescending(m => m.Position).Select(m => new { m.From, m.At, m.DeliveredAt }).ToListAsync();
        return (last.Find(m => m.From == MessageFrom.User)?.At, last.Find(m => m.From != MessageFrom.User && m.DeliveredAt is not null)?.DeliveredAt);
    }

    /// <summary>What was counted, and the live counters of that moment.</summary>
    private sealed record Start(DateOnly Day, IReadOnlyDictionary<Guid, ChannelDay> Days, IReadOnlyDictionary<Guid, ChannelFigures> Live);
}
