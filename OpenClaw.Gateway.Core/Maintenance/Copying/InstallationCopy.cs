using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>
/// Copies all rows of an installation from one database into another, of whatever kind, and compares both sides at the end by counts and checksums. A copy
/// that ended in the middle goes on where it was: the rows of a batch and the note of how many there are, are one transaction.
/// </summary>
public sealed class InstallationCopy(IDatabase source, IDatabase target, Action<CopyStep> tell)
{
    private const int BatchRows = 500;
    private readonly DbContextOptions<GatewayDbContext> _from = OptionsOf(source);
    private readonly DbContextOptions<GatewayDbContext> _to = OptionsOf(target);
    private long _total, _done;

    /// <summary>Moves an installation that is not running. Both databases are taken for the time. Throws <see cref="CopyFaultException"/>.</summary>
    public async Task<IReadOnlyList<CopiedTable>> RunAsync(CancellationToken cancellationToken)
    {
        await using var from = Open(_from, source);
        await CopyRules.CheckSourceAsync(from, cancellationToken);
        using var claim = Take(source, "source");
        await using var _ = await CopyRules.PrepareTargetAsync(() => Open(_to, target), () => Take(target, "target"), await CopyRules.IdOfAsync(from, cancellationToken), cancellationToken);
        return await CopyAsync(from, cancellationToken);
    }

    /// <summary>Copies an installation that may be running, as of one moment, into an empty database.</summary>
    public async Task<IReadOnlyList<CopiedTable>> SnapshotAsync(CancellationToken cancellationToken)
    {
        await using var from = Open(_from, source);
        await CopyRules.CheckSourceAsync(from, cancellationToken);
        await using var moment = await from.Database.BeginTransactionAsync(IsolationLevel.Snapshot, cancellationToken);
        await using var _ = await CopyRules.PrepareTargetAsync(() => Open(_to, target), () => Take(target, "target"), await CopyRules.IdOfAsync(from, cancellationToken), cancellationToken);
        return await CopyAsync(from, cancellationToken);
    }

    private async Task<IReadOnlyList<CopiedTable>> CopyAsync(GatewayDbContext from, CancellationToken cancellationToken)
    {
        var tables = CopyTable.AllOf(from.Model);
        foreach (var table in tables) _total += await table.CountAsync(from, cancellationToken);
        foreach (var table in tables) await FillAsync(from, table, cancellationToken);
        _done = 0;
        List<CopiedTable> same = [];
        foreach (var table in tables) same.Add(await CompareAsync(from, table, cancellationToken));
        await using var to = Open(_to, target);
        await CopyMarks.RemoveAsync(to, cancellationToken);
        return same;
    }

    private async Task FillAsync(GatewayDbContext from, CopyTable table, CancellationToken cancellationToken)
    {
        long rows;
        await using (var to = Open(_to, target)) rows = await CopyMarks.RowsAsync(to, table.Name, cancellationToken);
        _done += rows;
        List<object> batch = new(BatchRows);
        await foreach (var row in table.ReadAsync(from, rows).WithCancellation(cancellationToken))
        {
            batch.Add(row);
            if (batch.Count == BatchRows) await WriteAsync();
        }

        if (batch.Count > 0) await WriteAsync();
        await using (var to = Open(_to, target)) await CountedKeys.GoOnAsync(to, table, target.Name, cancellationToken);
        tell(new(table.Name, rows, _done, _total, Checking: false, TableEnds: true));

        async Task WriteAsync()
        {
            await AddAsync(table, batch, rows + batch.Count, cancellationToken);
            (rows, _done) = (rows + batch.Count, _done + batch.Count);
            batch.Clear();
            tell(new(table.Name, rows, _done, _total, Checking: false, TableEnds: false));
        }
    }

    private async Task AddAsync(CopyTable table, List<object> batch, long rows, CancellationToken cancellationToken)
    {
        try
        {
            await using var to = Open(_to, target);
            to.AddRange(batch);
            await CopyMarks.SetAsync(to, table.Name, rows, cancellationToken);
            await CountedKeys.SaveAsync(to, table, target.Name, cancellationToken);
        }
        catch (Exception fault) when (fault is DbException or DbUpdateException && target.IsEntryAtFault(fault))
        {
            throw await WhichAsync(table, batch, cancellationToken) ?? new CopyFaultException($"{table.Name}: the target refuses a row ({Line(fault)}).", fault);
        }
    }

    /// <summary>The first row that the target refuses by itself.</summary>
    private async Task<CopyFaultException?> WhichAsync(CopyTable table, List<object> batch, CancellationToken cancellationToken)
    {
        foreach (var row in batch)
        {
            await using var to = Open(_to, target);
            await using var transaction = await to.Database.BeginTransactionAsync(cancellationToken);
            try
            {
                to.Add(row);
                await CountedKeys.SaveAsync(to, table, target.Name, cancellationToken);
            }
            catch (Exception fault) when (fault is DbException or DbUpdateException)
            {
                return new($"{table.Name}: the target refuses the row with {table.KeyOf(row)} ({Line(fault)}). Mend or delete it at the source, then call copy again.", fault);
            }
        }

        return null;
    }

    private async Task<CopiedTable> CompareAsync(GatewayDbContext from, CopyTable table, CancellationToken cancellationToken)
    {
        await using var to = Open(_to, target);
        var (here, there) = (table.Sum(), table.Sum());
        await foreach (var row in table.ReadAsync(to, 0).WithCancellation(cancellationToken)) there.Add(row);
        await foreach (var row in table.ReadAsync(from, 0).WithCancellation(cancellationToken))
        {
            here.Add(row);
            if (here.Rows % 5_000 == 0) tell(new(table.Name, here.Rows, _done + here.Rows, _total, Checking: true, TableEnds: false));
        }

        _done += here.Rows;
        tell(new(table.Name, here.Rows, _done, _total, Checking: true, TableEnds: true));
        if (here.Rows == there.Rows && here.Text == there.Text) return new(table.Name, here.Rows, here.Text);
        throw new CopyFaultException(
            $"{table.Name} is not the same on both sides (source: {here.Rows} rows, checksum {here.Text}; target: {there.Rows} rows, checksum {there.Text}). The source was changed after the copy began, or the target was. Empty the target and call copy again; do not start the gateway on it.");
    }

    private static IDisposable? Take(IDatabase database, string side)
    {
        try
        {
            return database.Claim();
        }
        catch (InvalidOperationException inUse)
        {
            throw new CopyFaultException($"The {side} is in use. {inUse.Message}", inUse);
        }
    }

    private static string Line(Exception fault) => fault.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static GatewayDbContext Open(DbContextOptions<GatewayDbContext> options, IDatabase database) => new(options, TenantScope.System, database.Gate);

    private static DbContextOptions<GatewayDbContext> OptionsOf(IDatabase database)
    {
        var builder = new DbContextOptionsBuilder<GatewayDbContext>();
        database.Configure(builder);
        return builder.Options;
    }
}
