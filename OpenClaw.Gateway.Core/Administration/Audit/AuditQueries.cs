using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Audit;

/// <summary>
/// Reads who did what. A caller in a tenant sees that tenant's entries and needs <c>configure</c>; one in the installation (no tenant)
/// sees all, also those of no tenant, and needs <c>own</c>.
/// </summary>
public sealed class AuditQueries(ITenantDbFactory tenants, ISystemDbFactory all)
{
    private const int Portion = 500;

    /// <summary>Entries, newest first.</summary>
    public async Task<Page<AuditView>> ListAsync(Caller caller, AuditFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = Open(caller);
        var rows = await Newest(db, filter, Cursor.Parse(page.After)?.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(AuditView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One entry, or null when the caller's tenant has none of that id.</summary>
    public async Task<AuditView?> GetAsync(Caller caller, Guid entry, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        return await db.Audit.AsNoTracking().FirstOrDefaultAsync(e => e.Id == entry, cancellationToken) is { } row ? AuditView.Of(row) : null;
    }

    /// <summary>All entries that fit, newest first, read portion by portion: an export of years needs no more memory than one of a day.</summary>
    public async IAsyncEnumerable<AuditView> ExportAsync(Caller caller, AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Guid? last = null;
        while (true)
        {
            await using var db = Open(caller);
            var rows = await Newest(db, filter, last).Take(Portion).ToListAsync(cancellationToken);
            foreach (var row in rows) yield return AuditView.Of(row);
            if (rows.Count < Portion) yield break;
            last = rows[^1].Id;
        }
    }

    private GatewayDbContext Open(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(caller.Tenant == Guid.Empty ? ApiScopeNames.Own : ApiScopeNames.Configure);
        return caller.Tenant == Guid.Empty ? all.Create() : tenants.Create(caller.Tenant);
    }

    private static IQueryable<AuditEntry> Newest(GatewayDbContext db, AuditFilter filter, Guid? before)
    {
        var entries = Within(db.Audit.AsNoTracking(), filter);
        if (before is { } last) entries = entries.Where(e => e.Id < last);
        if (filter.Tenant is { } tenant) entries = entries.Where(e => e.TenantId == tenant);
        if (filter.Target is { } target) entries = entries.Where(e => e.TargetId == target);
        if (filter.Action is { Length: > 0 } action)
        {
            var group = LikePattern.Start(action + ".");
            entries = entries.Where(e => e.Action == action || EF.Functions.Like(e.Action, group, LikePattern.Escape));
        }
        return Containing(By(entries, filter.Who), filter.Text).OrderByDescending(e => e.Id);
    }

    private static IQueryable<AuditEntry> Within(IQueryable<AuditEntry> entries, AuditFilter filter)
    {
        if (filter.Since is { } since)
        {
            var first = AuditIds.At(since);
            entries = entries.Where(e => e.Id >= first && e.At >= since);
        }
        if (filter.Until is { } until)
        {
            var end = AuditIds.At(until.AddMilliseconds(1));
            entries = entries.Where(e => e.Id < end && e.At < until);
        }
        return entries;
    }

    private static IQueryable<AuditEntry> By(IQueryable<AuditEntry> entries, string? who)
    {
        if (LikePattern.Part(who) is not { } name) return entries;
        if (Guid.TryParse(who, out var id)) return entries.Where(e => e.ActorId == id);
        return entries.Where(e => EF.Functions.Like(e.ActorName, name, LikePattern.Escape));
    }

    private static IQueryable<AuditEntry> Containing(IQueryable<AuditEntry> entries, string? text)
    {
        if (LikePattern.Part(text) is not { } part) return entries;
        if (Guid.TryParse(text, out var id)) return entries.Where(e => e.Id == id || e.TargetId == id || e.ActorId == id);
        return entries.Where(e =>
            EF.Functions.Like(e.ActorName, part, LikePattern.Escape) || EF.Functions.Like(e.Action, part, LikePattern.Escape) || EF.Functions.Like(e.TargetName!, part, LikePattern.Escape)
            || EF.Functions.Like(e.Address!, part, LikePattern.Escape) || EF.Functions.Like(e.Before!, part, LikePattern.Escape) || EF.Functions.Like(e.After!, part, LikePattern.Escape));
    }
}
