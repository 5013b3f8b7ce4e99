using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace OpenClaw.Gateway.Core.Storage;

/// <summary>What a database holds before a start or a verb touches it.</summary>
public enum DatabaseContent
{
    /// <summary>There is no such database; the server, if there is one, answers.</summary>
    Missing,

    /// <summary>It has no tables.</summary>
    Empty,

    /// <summary>An installation of this version.</summary>
    Current,

    /// <summary>An installation of an earlier version, which migrations bring to this one.</summary>
    Older,

    /// <summary>An installation of a later version: it knows migrations that this one does not.</summary>
    Newer,

    /// <summary>Tables of another application.</summary>
    Foreign,
}

/// <summary>The answer of <see cref="AtAsync"/>.</summary>
/// <param name="Content">What is there.</param>
/// <param name="Pending">Migrations of this version that it lacks.</param>
/// <param name="Unknown">Migrations that it has and this version does not know.</param>
public sealed record DatabaseLook(DatabaseContent Content, IReadOnlyList<string> Pending, IReadOnlyList<string> Unknown)
{
    /// <summary>Looks without changing anything. Throws what the driver throws where the server does not answer or refuses.</summary>
    public static async Task<DatabaseLook> AtAsync(GatewayDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var known = db.Database.GetMigrations().ToList();
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken)) return new(DatabaseContent.Missing, known, []);
        var history = await HasHistoryAsync(db, cancellationToken);
        var applied = history ? (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList() : [];
        if (applied.Count == 0)
            return new(!history && await creator.HasTablesAsync(cancellationToken) ? DatabaseContent.Foreign : DatabaseContent.Empty, known, []);
        List<string> pending = [.. known.Except(applied, StringComparer.Ordinal)], unknown = [.. applied.Except(known, StringComparer.Ordinal)];
        // another application's history shares no step with ours
        if (unknown.Count == applied.Count) return new(DatabaseContent.Foreign, pending, unknown);
        if (unknown.Count > 0) return new(DatabaseContent.Newer, pending, unknown);
        return new(pending.Count > 0 ? DatabaseContent.Older : DatabaseContent.Current, pending, unknown);
    }

    /// <summary>Asked of the catalog where there is one: PostgreSQL's provider takes a history that is missing for one that is empty.</summary>
    private static async Task<bool> HasHistoryAsync(GatewayDbContext db, CancellationToken cancellationToken)
    {
        if (db.Database.ProviderName?.EndsWith("Sqlite", StringComparison.Ordinal) == true) return await db.GetService<IHistoryRepository>().ExistsAsync(cancellationToken);
        return await db.Database.SqlQueryRaw<int>($"""SELECT CAST(COUNT(*) AS int) AS "Value" FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = '{HistoryRepository.DefaultTableName}'""").SingleAsync(cancellationToken) > 0;
    }
}
