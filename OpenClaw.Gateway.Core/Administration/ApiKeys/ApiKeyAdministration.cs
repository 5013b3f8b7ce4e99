using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.ApiKeys;

/// <summary>An API key as people see it. <c>Value</c> is there once only, in the answer that made it.</summary>
public sealed record ApiKeyView(
    Guid Id, string Name, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>Until when the key before the last rotation also works; null = it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>Who made it, as the audit names them; null where the audit does not go back so far.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedBy { get; init; }

    /// <summary>The whole key, in the answer that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }

    internal static ApiKeyView Of(ApiKey row) =>
        new(row.Id, row.Name, row.Prefix, row.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries), row.CreatedAt, row.LastUsedAt, row.ExpiresAt) { PreviousUntil = row.PreviousUntil };
}

/// <summary>Reads API keys.</summary>
public sealed class ApiKeyQueries(ITenantDbFactory databases, TimeProvider time)
{
    /// <summary>Keys, newest first.</summary>
    public async Task<Page<ApiKeyView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var query = db.ApiKeys.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(k => k.Id < last);
        var rows = await query.OrderByDescending(k => k.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var makers = await MakersAsync(db, rows, cancellationToken);
        return new([.. rows.Select(r => Of(r, makers))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One key, or null when the tenant has none of that id.</summary>
    public async Task<ApiKeyView?> GetAsync(Guid tenant, Guid key, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.ApiKeys.AsNoTracking().FirstOrDefaultAsync(k => k.Id == key, cancellationToken);
        return row is null ? null : Of(row, await MakersAsync(db, [row], cancellationToken));
    }

    internal static async Task<Dictionary<Guid, string>> MakersAsync(GatewayDbContext db, IReadOnlyList<ApiKey> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return [];
        var keys = rows.Select(r => r.Id).ToList();
        var (from, until) = (AuditIds.At(rows.Min(r => r.CreatedAt).AddMinutes(-1)), AuditIds.At(rows.Max(r => r.CreatedAt).AddMinutes(1)));
        var made = await db.Audit.AsNoTracking().Where(e => e.Id >= from && e.Id < until && e.Action == "api-key.created" && keys.Contains(e.TargetId))
            .Select(e => new { e.TargetId, e.ActorName }).ToListAsync(cancellationToken);
        return made.DistinctBy(m => m.TargetId).ToDictionary(m => m.TargetId, m => m.ActorName);
    }

    /// <summary>A former key whose time is over is not told of any more.</summary>
    private ApiKeyView Of(ApiKey row, Dictionary<Guid, string> makers)
    {
        var view = ApiKeyView.Of(row);
        return view with { CreatedBy = makers.GetValueOrDefault(row.Id), PreviousUntil = view.PreviousUntil > time.GetUtcNow() ? view.PreviousUntil : null };
    }
}

/// <summary>Makes and changes API keys. Nobody gives a key more than they have themselves.</summary>
public sealed class SaveApiKey(ITenantDbFactory databases, ApiKeyLookup lookup, TimeProvider time)
{
    private const int MaxName = 80;

    /// <summary>Makes a key <c>{name,scopes,expiresAt}</c>.</summary>
    public async Task<AdminResult<ApiKeyView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var value = ApiKeySecret.Make();
        var now = time.GetUtcNow();
        var row = new ApiKey { Id = RowId.New(now), Name = "", Scopes = "", Hash = ApiKeySecret.Hash(value), Prefix = ApiKeySecret.Prefix(value), CreatedAt = now };
        db.ApiKeys.Add(row);
        var result = await SaveAsync(caller, db, row, [], input, cancellationToken);
        return result.Value is { } view ? AdminResult.Done(view with { Value = value }) : result;
    }

    /// <summary>Changes name, scopes or expiry by an RFC 7396 merge patch.</summary>
    public async Task<AdminResult<ApiKeyView>> PatchAsync(Caller caller, Guid key, JsonElement patch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.ApiKeys.FirstOrDefaultAsync(k => k.Id == key, cancellationToken);
        if (row is null) return AdminResult.NotFound<ApiKeyView>();
        var present = new JsonObject { ["name"] = row.Name, ["scopes"] = JsonSerializer.SerializeToNode(row.Scopes.Split(' ')), ["expiresAt"] = row.ExpiresAt };
        return await SaveAsync(caller, db, row, present, patch, cancellationToken);
    }

    private async Task<AdminResult<ApiKeyView>> SaveAsync(
        Caller caller, GatewayDbContext db, ApiKey row, JsonObject present, JsonElement input, CancellationToken cancellationToken)
    {
        var before = row.Name.Length == 0 ? null : ApiKeyView.Of(row);
        var document = Document.Merge(present, input, "name", "scopes", "expiresAt");
        var errors = document.Errors;
        row.Name = document.Name();
        var former = row.ExpiresAt;
        row.ExpiresAt = document.Time("expiresAt");
        if (row.ExpiresAt != former && before is not null) ApiKeyRule.DemandOwner(caller, row);
        if (row.ExpiresAt <= time.GetUtcNow() && row.ExpiresAt != former) errors.Add("expiresAt", "Must be a time to come, or null for a key that does not expire.");
        var scopes = document.Texts("scopes", ApiScopeNames.All.Count, MaxName);
        if (scopes.Count == 0) errors.Add("scopes", $"At least one is needed of: {string.Join(", ", ApiScopeNames.All)}.");
        foreach (var unknown in scopes.Except(ApiScopeNames.All)) errors.Add("scopes", $"There is no scope '{unknown}'. There are: {string.Join(", ", ApiScopeNames.All)}.");
        var added = scopes.Intersect(ApiScopeNames.All).Except(row.Scopes.Split(' '));
        foreach (var denied in added.Except(caller.Scopes)) errors.Add("scopes", $"You have no scope '{denied}' to give.");
        await Saving.CheckNameAsync(db.ApiKeys.Where(k => k.Id != row.Id).Select(k => k.Name), row.Name, "key", errors, cancellationToken);
        if (errors.Any) return AdminResult.Invalid<ApiKeyView>(errors);
        if (before is not null && !scopes.ToHashSet().SetEquals(before.Scopes)) ApiKeyRule.DemandOwner(caller, row);
        row.Scopes = string.Join(' ', ApiScopeNames.All.Where(scopes.Contains));
        AuditTrail.Note(db, caller, time.GetUtcNow(), before is null ? "api-key.created" : "api-key.changed", new(row.Id, row.Name), before, ApiKeyView.Of(row));
        if (await Saving.TryAsync<ApiKeyView>(db, cancellationToken) is { } failure) return failure;
        lookup.Forget();
        return AdminResult.Done(ApiKeyView.Of(row) with { CreatedBy = (await ApiKeyQueries.MakersAsync(db, [row], CancellationToken.None)).GetValueOrDefault(row.Id) });
    }
}

/// <summary>Takes an API key away; it stops working at once on this node, within seconds on others.</summary>
public sealed class DeleteApiKey(ITenantDbFactory databases, ApiKeyLookup lookup, TimeProvider time)
{
    /// <summary>Done or not found.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.ApiKeys.FirstOrDefaultAsync(k => k.Id == key, cancellationToken);
        if (row is null) return AdminResult.NotFound<Guid>();
        ApiKeyRule.DemandOwner(caller, row);
        AuditTrail.Note(db, caller, time.GetUtcNow(), "api-key.deleted", new(row.Id, row.Name), before: ApiKeyView.Of(row));
        db.ApiKeys.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        lookup.Forget();
        return AdminResult.Done(key);
    }
}

/// <summary>Who may end a key.</summary>
internal static class ApiKeyRule
{
    /// <summary>A key of the installation's owner is ended by nobody else: not by a tenant's admin, in whose tenant it happens to be.</summary>
    public static void DemandOwner(Caller caller, ApiKey key)
    {
        if (key.Scopes.Split(' ').Contains(ApiScopeNames.Own)) caller.Demand(ApiScopeNames.Own);
    }
}
