using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>A filter that a person keeps. <c>Query</c> is that of the page's address, without the question mark.</summary>
public sealed record SavedFilterView(Guid Id, string Name, string Query);

/// <summary>
/// The filters that a person keeps for a page of a tenant. Nobody else sees them, and they change nothing of the tenant's: reading
/// suffices, and the audit does not note them, no more than what somebody has looked at.
/// </summary>
public sealed class SavedFilters(ITenantDbFactory databases, TimeProvider time)
{
    /// <summary>More are not kept per person and page.</summary>
    public const int Max = 50;

    private const int MaxQuery = 4_000;

    /// <summary>The caller's, by name.</summary>
    public async Task<IReadOnlyList<SavedFilterView>> ListAsync(Caller caller, string page, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        await using var db = databases.Create(caller.Tenant);
        var rows = await Own(db, caller, page).AsNoTracking().ToListAsync(cancellationToken);
        return [.. rows.OrderBy(f => f.Name, StringComparer.CurrentCultureIgnoreCase).Select(ToView)];
    }

    /// <summary>Keeps a filter under a name that the caller does not use yet.</summary>
    public async Task<AdminResult<SavedFilterView>> SaveAsync(Caller caller, string page, string name, string query, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        ArgumentNullException.ThrowIfNull(query);
        await using var db = databases.Create(caller.Tenant);
        var own = Own(db, caller, page);
        var errors = await FaultsAsync(own, name, cancellationToken);
        if (query.Length > MaxQuery) errors.Add("query", "This filter is too long to be kept.");
        if (await own.CountAsync(cancellationToken) >= Max) errors.Add("name", $"You keep {Max} filters already. Delete one that you do not need.");
        if (errors.Any) return AdminResult.Invalid<SavedFilterView>(errors);
        var now = time.GetUtcNow();
        var row = new SavedFilter { Id = RowId.New(now), TenantId = caller.Tenant, PersonId = caller.Id, Page = page, Name = name.Trim(), Query = query, CreatedAt = now };
        db.SavedFilters.Add(row);
        return await Saving.TryAsync<SavedFilterView>(db, cancellationToken) ?? AdminResult.Done(ToView(row));
    }

    /// <summary>Gives one of the caller's another name.</summary>
    public async Task<AdminResult<SavedFilterView>> RenameAsync(Caller caller, Guid filter, string name, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        await using var db = databases.Create(caller.Tenant);
        if (await FindAsync(db, caller, filter, cancellationToken) is not { } row) return AdminResult.NotFound<SavedFilterView>();
        var errors = await FaultsAsync(Own(db, caller, row.Page).Where(f => f.Id != filter), name, cancellationToken);
        if (errors.Any) return AdminResult.Invalid<SavedFilterView>(errors);
        row.Name = name.Trim();
        return await Saving.TryAsync<SavedFilterView>(db, cancellationToken) ?? AdminResult.Done(ToView(row));
    }

    /// <summary>Deletes one of the caller's; null when there is none of that id. What it was is given back.</summary>
    public async Task<SavedFilterView?> DeleteAsync(Caller caller, Guid filter, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        await using var db = databases.Create(caller.Tenant);
        if (await FindAsync(db, caller, filter, cancellationToken) is not { } row) return null;
        db.SavedFilters.Remove(row);
        await db.SaveChangesAsync(cancellationToken);
        return ToView(row);
    }

    /// <summary>A key is nobody who looks at pages.</summary>
    private static void Demand(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        if (caller.Kind != ActorKind.Person) throw new InvalidOperationException("Filters are kept for people.");
    }

    private static IQueryable<SavedFilter> Own(GatewayDbContext db, Caller caller, string page) => db.SavedFilters.Where(f => f.PersonId == caller.Id && f.Page == page);

    private static Task<SavedFilter?> FindAsync(GatewayDbContext db, Caller caller, Guid filter, CancellationToken cancellationToken) =>
        db.SavedFilters.FirstOrDefaultAsync(f => f.Id == filter && f.PersonId == caller.Id, cancellationToken);

    private static async Task<FieldErrors> FaultsAsync(IQueryable<SavedFilter> others, string name, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (NameRule.FaultOf(name.Trim()) is { } fault) errors.Add("name", fault);
        await Saving.CheckNameAsync(others.Select(f => f.Name), name.Trim(), "filter", errors, cancellationToken);
        return errors;
    }

    private static SavedFilterView ToView(SavedFilter row) => new(row.Id, row.Name, row.Query);
}
