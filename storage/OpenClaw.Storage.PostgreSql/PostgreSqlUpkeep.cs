using Npgsql;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Storage.PostgreSql;

/// <summary>
/// What tables need now and then, beside what the server's autovacuum does anyway: room of deleted rows is given back for new ones, and what queries are
/// planned by is renewed. Reading every page meets damage; where the server has the extension amcheck, the indexes are checked too.
/// </summary>
internal static class PostgreSqlUpkeep
{
    private const string TablesOfOurs =
        """
        SELECT c.relname, c.oid::bigint FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY c.relname
        """;

    private const string IndexesOf =
        "SELECT c.relname, c.oid::bigint FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam WHERE i.indrelid = $1::oid AND a.amname = 'btree' AND i.indisvalid";

    public static async Task RunAsync(PostgreSqlConnections connections, JobProgress progress, CancellationToken cancellationToken)
    {
        await using var connection = await Task.Run(connections.OpenCare, cancellationToken);
        var canCheck = await ScalarAsync(connection, "SELECT 1 FROM pg_extension WHERE extname = 'amcheck'", cancellationToken) is not null;
        foreach (var (table, id) in await ListAsync(connection, TablesOfOurs, null, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!progress.IsDryRun)
            {
                await TryAsync(connection, $"VACUUM (ANALYZE) {Quoted(table)}", table, progress, cancellationToken);
                if (canCheck) await CheckAsync(connection, table, id, progress, cancellationToken);
            }

            progress.Count();
        }
    }

    /// <summary>Frees the room of all deleted rows. Null, or why some of it could not be.</summary>
    public static async Task<string?> FreeAsync(PostgreSqlConnections connections, CancellationToken cancellationToken)
    {
        await using var connection = await Task.Run(connections.OpenCare, cancellationToken);
        await ExecuteAsync(connection, "SET vacuum_cost_delay = 0", cancellationToken);
        var progress = new JobProgress();
        foreach (var (table, _) in await ListAsync(connection, TablesOfOurs, null, cancellationToken))
            await TryAsync(connection, $"VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) {Quoted(table)}", table, progress, cancellationToken);
        return progress.FaultCount == 0 ? null : string.Join(' ', progress.Faults);
    }

    private static async Task CheckAsync(NpgsqlConnection connection, string table, long id, JobProgress progress, CancellationToken cancellationToken)
    {
        foreach (var (index, oid) in await ListAsync(connection, IndexesOf, id, cancellationToken))
            await TryAsync(connection, $"SELECT bt_index_check({oid.ToString(System.Globalization.CultureInfo.InvariantCulture)}::oid::regclass)", $"{table}, index {index}", progress, cancellationToken);
    }

    /// <summary>Damage is told; what else the server refuses (a lock, a right) too, and the rest goes on.</summary>
    private static async Task TryAsync(NpgsqlConnection connection, string sql, string what, JobProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, sql, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted)
        {
            progress.Fault($"Table {what}: {e.MessageText}. Look at the server's disk and log; rebuild the index (REINDEX), or restore the newest good back-up.");
        }
        catch (PostgresException e) when (e.InvariantSeverity == "ERROR" && e.SqlState != PostgresErrorCodes.QueryCanceled)
        {
            progress.Fault($"Table {what}: {e.MessageText}.");
        }
    }

    private static async Task<List<(string Name, long Id)>> ListAsync(NpgsqlConnection connection, string sql, long? of, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (of is { } id) command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(string, long)> names = [];
        while (await reader.ReadAsync(cancellationToken)) names.Add((reader.GetString(0), reader.GetInt64(1)));
        return names;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
