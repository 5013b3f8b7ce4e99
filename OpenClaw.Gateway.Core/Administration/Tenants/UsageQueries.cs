using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>What a tenant used on one day (UTC). <c>AttachmentBytes</c> is what was stored less what was removed on that day; the tokens are those that models told of.</summary>
public sealed record UsageView(Guid Tenant, DateOnly Day, long Messages, long Replies, long AttachmentBytes, long InputTokens = 0, long OutputTokens = 0);

/// <summary>Reads usage; today's comes from the running counters.</summary>
public sealed class UsageQueries
{
    private readonly ISystemDbFactory _databases;
    private readonly UsageMeter _meter;
    private readonly TimeProvider _time;

    internal UsageQueries(ISystemDbFactory databases, UsageMeter meter, TimeProvider time) => (_databases, _meter, _time) = (databases, meter, time);

    /// <summary>
    /// Days with usage, newest first, within two days (both included; null = without bound). With the right over the installation of all
    /// tenants or of <paramref name="tenant"/>; else of the caller's only.
    /// </summary>
    public async Task<Page<UsageView>> ListAsync(Caller caller, PageRequest page, Guid? tenant, DateOnly? since, DateOnly? until, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(caller.May(ApiScopeNames.Own) ? ApiScopeNames.Own : ApiScopeNames.Read);
        // as with every filter: what is another tenant's is as if it were not there
        if (!caller.May(ApiScopeNames.Own) && tenant is { } other && other != caller.Tenant) return new([], null);
        var wanted = caller.May(ApiScopeNames.Own) ? tenant : caller.Tenant;
        await using var db = _databases.Create();
        var today = UsageDays.Of(_time.GetUtcNow());
        var (first, last) = (since is { } s ? UsageDays.Of(s) : 0, until is { } u ? UsageDays.Of(u) : int.MaxValue);
        var query = db.UsageDays.AsNoTracking().Where(d => d.Day >= first && d.Day <= last && d.Day != today);
        if (wanted is { } one) query = query.Where(d => d.TenantId == one);
        List<UsageDay> rows = [];
        if (Cursor.Parse(page.After) is { } after)
        {
            var (day, id) = ((int)after.Place, after.Id);
            if (day == today) rows.AddRange(await TodayAsync(db, today, first, last, wanted, id, cancellationToken));
            else query = query.Where(d => d.Day < day || (d.Day == day && d.TenantId < id));
        }
        else
        {
            rows.AddRange(await TodayAsync(db, today, first, last, wanted, null, cancellationToken));
        }

        rows.AddRange(await query.OrderByDescending(d => d.Day).ThenByDescending(d => d.TenantId).Take(page.Size + 1).ToListAsync(cancellationToken));
        var more = rows.Count > page.Size;
        if (more) rows.RemoveRange(page.Size, rows.Count - page.Size);
        return new([.. rows.Select(Of)], more ? new Cursor(rows[^1].Day, rows[^1].TenantId).ToString() : null);
    }

    private async Task<IEnumerable<UsageDay>> TodayAsync(GatewayDbContext db, int today, int first, int last, Guid? wanted, Guid? below, CancellationToken cancellationToken)
    {
        if (today < first || today > last) return [];
        var tenants = await db.Tenants.Where(t => wanted == null || t.Id == wanted).Select(t => t.Id).ToListAsync(cancellationToken);
        return tenants.Where(t => below is null || Above(below.Value, t)).OrderByDescending(t => t, BigEndian).Select(t => (Id: t, Now: _meter.Now(t)))
            .Where(t => t.Now is not { Messages: 0, Replies: 0, AttachmentBytes: 0, InputTokens: 0, OutputTokens: 0 })
            .Select(t => new UsageDay { TenantId = t.Id, Day = today, Messages = t.Now.Messages, Replies = t.Now.Replies, AttachmentBytes = t.Now.AttachmentBytes, InputTokens = t.Now.InputTokens, OutputTokens = t.Now.OutputTokens });
    }

    /// <summary>As the database orders ids.</summary>
    private static readonly Comparer<Guid> BigEndian = Comparer<Guid>.Create((a, b) => string.CompareOrdinal(a.ToString("N"), b.ToString("N")));

    private static bool Above(Guid a, Guid b) => BigEndian.Compare(a, b) > 0;

    private static UsageView Of(UsageDay row) => new(row.TenantId, UsageDays.ToDate(row.Day), row.Messages, row.Replies, row.AttachmentBytes, row.InputTokens, row.OutputTokens);
}
