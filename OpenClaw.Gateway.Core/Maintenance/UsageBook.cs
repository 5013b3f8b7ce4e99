using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Brings what the meter counts to the table, together with the moment up to which it is counted: what a crash cut off is counted again
/// at the next start from the messages and uploads that came after. What may be missing then is what was under way at that moment, and
/// files and tokens of agents of the last seconds.
/// </summary>
internal sealed class UsageBook(ISystemDbFactory databases, UsageMeter meter, TimeProvider time) : IDisposable
{
    private const string CountedUntil = "usage.counted-until";
    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Fills the meter. Before anything is accepted.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await RecountAsync(cancellationToken);
        await using var db = databases.Create();
        var today = DayOf(meter.Today);
        var stored = await db.UsageDays.GroupBy(u => u.TenantId).Select(g => new { Tenant = g.Key, Bytes = g.Sum(u => u.AttachmentBytes) }).ToListAsync(cancellationToken);
        var days = await db.UsageDays.AsNoTracking().Where(u => u.Day == today).ToDictionaryAsync(u => u.TenantId, cancellationToken);
        foreach (var tenant in stored)
        {
            var day = days.GetValueOrDefault(tenant.Tenant);
            meter.Seed(tenant.Tenant, new(day?.Messages ?? 0, day?.Replies ?? 0, day?.AttachmentBytes ?? 0, tenant.Bytes, day?.InputTokens ?? 0, day?.OutputTokens ?? 0));
        }
    }

    /// <summary>Writes what was counted since; the number of rows.</summary>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var changes = meter.Unwritten();
            var until = time.GetUtcNow();
            if (changes.Count == 0) return 0;
            await using var db = databases.Create();
            var tenants = await db.Tenants.Select(t => t.Id).ToHashSetAsync(cancellationToken);
            foreach (var removed in changes.Where(c => !tenants.Contains(c.Tenant))) meter.Forget(removed.Tenant);
            foreach (var change in changes.Where(c => tenants.Contains(c.Tenant)))
            {
                var row = await RowAsync(db, change.Tenant, DayOf(change.Day), cancellationToken);
                Add(row, change.Messages, change.Replies, change.AttachmentBytes);
                (row.InputTokens, row.OutputTokens) = (row.InputTokens + change.InputTokens, row.OutputTokens + change.OutputTokens);
            }

            await NoteAsync(db, until, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            meter.Written(changes);
            return changes.Count;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Counts what came after the last write. After a clean stop that is nothing: one look at the newest rows.</summary>
    private async Task RecountAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var now = time.GetUtcNow();
        var noted = await db.InstallationValues.AsNoTracking().FirstOrDefaultAsync(v => v.Name == CountedUntil, cancellationToken);
        var since = noted is null ? DateTimeOffset.UnixEpoch : DateTimeOffset.Parse(noted.Value, CultureInfo.InvariantCulture);
        if (since > now) since = now;
        // what came within the noted millisecond was counted before it was noted
        var first = noted is null ? 0 : MessagePosition.At(since.AddMilliseconds(1));
        if (noted is null)
        {
            // an installation that has never counted: what there is belongs to the days it came on
            if (await db.Messages.OrderBy(m => m.Position).Select(m => (DateTimeOffset?)m.At).FirstOrDefaultAsync(cancellationToken) is not { } oldest) return;
            since = oldest;
        }

        for (var from = since; from <= now; from = Midnight(from).AddDays(1)) await RecountDayAsync(db, from, first, cancellationToken);
        if (noted is not null && !db.ChangeTracker.HasChanges()) return;
        await NoteAsync(db, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task RecountDayAsync(GatewayDbContext db, DateTimeOffset from, long first, CancellationToken cancellationToken)
    {
        var midnight = Midnight(from).AddDays(1);
        var (low, high) = (Math.Max(first, MessagePosition.At(from)), MessagePosition.At(midnight));
        var day = DayOf(from.UtcTicks / TimeSpan.TicksPerDay);
        var entries = await db.Messages.Where(m => m.Position >= low && m.Position < high).GroupBy(m => new { m.TenantId, IsUser = m.From == MessageFrom.User })
            .Select(g => new { g.Key.TenantId, g.Key.IsUser, Count = g.LongCount() }).ToListAsync(cancellationToken);
        foreach (var count in entries) Add(await RowAsync(db, count.TenantId, day, cancellationToken), count.IsUser ? count.Count : 0, count.IsUser ? 0 : count.Count, 0);
        var files = await db.Uploads.Where(u => u.CreatedAt > from && u.CreatedAt < midnight).GroupBy(u => u.TenantId)
            .Select(g => new { Tenant = g.Key, Bytes = g.Sum(u => u.Size) }).ToListAsync(cancellationToken);
        foreach (var sum in files) Add(await RowAsync(db, sum.Tenant, day, cancellationToken), 0, 0, sum.Bytes);
    }

    private static void Add(UsageDay row, long messages, long replies, long bytes) =>
        (row.Messages, row.Replies, row.AttachmentBytes) = (row.Messages + messages, row.Replies + replies, row.AttachmentBytes + bytes);

    private static async Task<UsageDay> RowAsync(GatewayDbContext db, Guid tenant, int day, CancellationToken cancellationToken)
    {
        if (await db.UsageDays.FindAsync([tenant, day], cancellationToken) is { } row) return row;
        row = new() { TenantId = tenant, Day = day };
        db.UsageDays.Add(row);
        return row;
    }

    private static async Task NoteAsync(GatewayDbContext db, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var value = until.ToString("O", CultureInfo.InvariantCulture);
        if (await db.InstallationValues.FindAsync([CountedUntil], cancellationToken) is { } row) row.Value = value;
        else db.InstallationValues.Add(new() { Name = CountedUntil, Value = value });
    }

    private static DateTimeOffset Midnight(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>As the table has it: 20261123.</summary>
    private static int DayOf(long number)
    {
        var date = new DateTime(number * TimeSpan.TicksPerDay, DateTimeKind.Utc);
        return (date.Year * 10_000) + (date.Month * 100) + date.Day;
    }
}
