using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>What may be copied, and where to.</summary>
internal static class CopyRules
{
    /// <summary>A whole installation of this very version.</summary>
    public static async Task CheckSourceAsync(GatewayDbContext from, CancellationToken cancellationToken)
    {
        var look = await DatabaseLook.AtAsync(from, cancellationToken);
        var fault = look.Content switch
        {
            DatabaseContent.Current => null,
            DatabaseContent.Older => $"The source is of an earlier version and lacks {look.Pending.Count} migrations. Start the gateway on it once with this version, stop it, then call copy again.",
            DatabaseContent.Newer => "The source is of a later version than this executable. Copy it with the version that it belongs to.",
            DatabaseContent.Foreign => "The source holds another application's tables.",
            _ => "The source holds no installation.",
        };
        if (fault is null && await CopyMarks.SourceAsync(from, cancellationToken) is not null) fault = "The source is itself an unfinished copy. Finish that one first.";
        if (fault is not null) throw new CopyFaultException(fault);
    }

    /// <summary>Which installation it is: its first tenant's id, the same in each copy of it.</summary>
    public static async Task<string> IdOfAsync(GatewayDbContext from, CancellationToken cancellationToken) =>
        await from.Tenants.OrderBy(t => t.Id).Select(t => (Guid?)t.Id).FirstOrDefaultAsync(cancellationToken) is { } id
            ? id.ToString()
            : throw new CopyFaultException("The source holds no tenant yet: there is nothing to copy.");

    /// <summary>Made where it is missing, taken, brought to this version, and noted as the copy of that installation. Refuses what is not empty and not that copy.</summary>
    public static async Task<Taken> PrepareTargetAsync(Func<GatewayDbContext> open, Func<IDisposable?> take, string id, CancellationToken cancellationToken)
    {
        await using var to = open();
        var look = await DatabaseLook.AtAsync(to, cancellationToken);
        if (look.Content == DatabaseContent.Foreign) throw new CopyFaultException("The target holds another application's tables; nothing was changed. Choose an empty database.");
        if (look.Content == DatabaseContent.Newer) throw new CopyFaultException("The target was made by a later version than this executable; nothing was changed. Choose an empty database, or use that version.");
        if (look.Content == DatabaseContent.Missing) await to.GetService<IRelationalDatabaseCreator>().CreateAsync(cancellationToken);
        var taken = new Taken(take());
        try
        {
            if (look.Content == DatabaseContent.Older && await IsUsedAsync(to, cancellationToken))
                throw new CopyFaultException("The target holds an installation of an earlier version; nothing was changed. Choose an empty database.");
            if (look.Content != DatabaseContent.Current) await to.Database.MigrateAsync(cancellationToken);
            await BeginAsync(to, id, cancellationToken);
            return taken;
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }
    }

    private static async Task BeginAsync(GatewayDbContext to, string id, CancellationToken cancellationToken)
    {
        if (await CopyMarks.SourceAsync(to, cancellationToken) is { } begun)
        {
            if (begun == id) return;
            throw new CopyFaultException("The target holds the unfinished copy of another installation; nothing was changed. Choose an empty database.");
        }

        foreach (var table in CopyTable.AllOf(to.Model))
            if (await table.CountAsync(to, cancellationToken) is > 0 and var rows)
                throw new CopyFaultException($"The target is not empty ({table.Name}: {rows} rows); nothing was changed. Choose an empty database.");
        to.InstallationValues.Add(new() { Name = CopyMarks.Source, Value = id });
        await to.SaveChangesAsync(cancellationToken);
    }

    /// <summary>One whose migrations were interrupted has no tenant, perhaps not even the table.</summary>
    private static async Task<bool> IsUsedAsync(GatewayDbContext to, CancellationToken cancellationToken)
    {
        try
        {
            return await to.Tenants.Select(t => t.Id).AnyAsync(cancellationToken);
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }

    /// <summary>A database that this process has for itself until it is disposed.</summary>
    internal sealed class Taken(IDisposable? claim) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            claim?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
