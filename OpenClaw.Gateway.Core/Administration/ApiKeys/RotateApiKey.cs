using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.ApiKeys;

/// <summary>Gives a key a fresh value; the former one works for some hours more, so that nothing stands still while it is exchanged.</summary>
public sealed class RotateApiKey(ITenantDbFactory databases, ApiKeyLookup lookup, TimeProvider time)
{
    /// <summary>
    /// The new value is in the answer and nowhere else. Whoever sees it can do what the key can, so it takes all of the key's scopes.
    /// A former value that still worked stops: there is one at most.
    /// </summary>
    public async Task<AdminResult<ApiKeyView>> RunAsync(Caller caller, Guid key, double overlapHours, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.ApiKeys.FirstOrDefaultAsync(k => k.Id == key, cancellationToken);
        if (row is null) return AdminResult.NotFound<ApiKeyView>();
        var before = ApiKeyView.Of(row);
        foreach (var scope in before.Scopes) caller.Demand(scope);
        var now = time.GetUtcNow();
        var errors = new FieldErrors();
        if (overlapHours is not (>= 0 and <= RotateSecret.MaxOverlapHours)) errors.Add("overlapHours", $"Must be a number from 0 to {RotateSecret.MaxOverlapHours}.");
        if (row.ExpiresAt <= now) errors.Add("expiresAt", "This key has expired. Give it a later expiry first, or make another key.");
        if (errors.Any) return AdminResult.Invalid<ApiKeyView>(errors);
        var value = ApiKeySecret.Make();
        (row.PreviousHash, row.PreviousUntil) = overlapHours > 0 ? ((byte[]?)row.Hash, (DateTimeOffset?)now.AddHours(overlapHours)) : (null, null);
        (row.Hash, row.Prefix) = (ApiKeySecret.Hash(value), ApiKeySecret.Prefix(value));
        AuditTrail.Note(db, caller, now, "api-key.rotated", new(row.Id, row.Name), before, ApiKeyView.Of(row));
        if (await Saving.TryAsync<ApiKeyView>(db, cancellationToken) is { } failure) return failure;
        lookup.Forget();
        return AdminResult.Done(ApiKeyView.Of(row) with { Value = value });
    }
}
