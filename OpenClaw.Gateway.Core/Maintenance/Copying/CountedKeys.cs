using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>Keys that the database counts by itself: they keep their numbers, and it goes on after them.</summary>
internal static class CountedKeys
{
    /// <summary>Saves what was added, numbers included.</summary>
    public static async Task SaveAsync(GatewayDbContext db, CopyTable table, string provider, CancellationToken cancellationToken)
    {
        if (table.Counted is null || provider != "SqlServer")
        {
            await db.SaveChangesAsync(cancellationToken);
            return;
        }

        var (on, off) = ($"SET IDENTITY_INSERT [{table.Name}] ON", $"SET IDENTITY_INSERT [{table.Name}] OFF");
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;
        await db.Database.ExecuteSqlRawAsync(on, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync(off, cancellationToken);
        if (transaction is not null) await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>After the last row.</summary>
    public static async Task GoOnAsync(GatewayDbContext db, CopyTable table, string provider, CancellationToken cancellationToken)
    {
        if (table.Counted is not { } key || provider != "PostgreSql") return;
        var sql = $"""SELECT setval(pg_get_serial_sequence('"{table.Name}"', '{key.Name}'), MAX("{key.Name}")) FROM "{table.Name}" HAVING MAX("{key.Name}") IS NOT NULL""";
        await db.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }
}
