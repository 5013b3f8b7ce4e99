using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>What all saves have in common.</summary>
internal static class Saving
{
    private const int MaxRounds = 20;

    /// <summary>Names are unique per tenant and resource whatever their case: agents are found by name ignoring it.</summary>
    public static async Task CheckNameAsync(IQueryable<string> others, string name, string resource, FieldErrors errors, CancellationToken cancellationToken)
    {
        var taken = await others.ToListAsync(cancellationToken);
        if (NameRule.FaultOf(name) is null && taken.Select(NameRule.Fold).Contains(NameRule.Fold(name), StringComparer.Ordinal)) errors.Add("name", $"There is another {resource} of that name.");
    }

    /// <summary>Handoffs and programs name agents and pools alike: neither may take the other's name, nor the one that stands for the routing.</summary>
    public static async Task CheckCallNameAsync(IQueryable<string> others, string name, string resource, FieldErrors errors, CancellationToken cancellationToken)
    {
        if (string.Equals(name, "auto", StringComparison.OrdinalIgnoreCase)) errors.Add("name", "“auto” stands for the routing where programs ask by name. Choose another name.");
        else if ((await others.ToListAsync(cancellationToken)).Select(NameRule.Fold).Contains(NameRule.Fold(name), StringComparer.Ordinal))
            errors.Add("name", $"There is a {resource} of that name: handoffs and programs could not tell them apart.");
    }

    /// <summary>Null when saved; else what came between: another save of the same row, or another row of the same name.</summary>
    public static async Task<AdminResult<T>?> TryAsync<T>(GatewayDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return AdminResult.Stale<T>();
        }
        catch (DbUpdateException fault) when (IsDuplicate(fault))
        {
            var errors = new FieldErrors();
            errors.Add("name", "There is another one of that name.");
            return AdminResult.Invalid<T>(errors);
        }
    }

    /// <summary>
    /// A patch that demanded no version and met another save is merged again over what that one left: nobody asked to be told.
    /// </summary>
    public static async Task<AdminResult<T>> MergingAsync<T>(int? version, Func<Task<AdminResult<T>>> patch)
    {
        for (var round = 1; ; round++)
        {
            var result = await patch();
            if (result.Status != AdminStatus.Stale || version is not null || round == MaxRounds) return result;
        }
    }

    /// <summary>SQLSTATE 23505 (PostgreSQL), extended code 2067 (SQLite), 2601 and 2627 (SQL Server), told by their texts as Core names no provider.</summary>
    internal static bool IsDuplicate(DbUpdateException fault) =>
        fault.InnerException?.Message is { } text && (text.Contains("UNIQUE", StringComparison.OrdinalIgnoreCase) || text.Contains("duplicate key", StringComparison.OrdinalIgnoreCase));
}
