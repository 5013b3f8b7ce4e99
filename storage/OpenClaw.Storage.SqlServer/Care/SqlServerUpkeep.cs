using Microsoft.Data.SqlClient;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Storage.SqlServer.Care;

/// <summary>
/// Table by table: checked (by a snapshot of its own, so that writers go on), and its figures renewed, which plans are made by. Cancelling ends it between
/// two tables, or stops the statement that runs.
/// </summary>
internal static class SqlServerUpkeep
{
    public const string Tables =
        """
        SELECT QUOTENAME(SCHEMA_NAME(t.schema_id)) + N'.' + QUOTENAME(t.name) FROM sys.tables AS t
        WHERE t.is_ms_shipped = 0 ORDER BY t.name;
        """;

    /// <summary>The name comes quoted from the server; DBCC takes it as a text.</summary>
    public static string Check(string table) => $"DBCC CHECKTABLE (N'{table.Replace("'", "''", StringComparison.Ordinal)}') WITH NO_INFOMSGS, TABLERESULTS;";

    public static string Renew(string table) => $"UPDATE STATISTICS {table};";

    private const int MostFindings = 10;
    private const int Finding = 11;

    public static async Task RunAsync(Func<CancellationToken, Task<SqlConnection>> open, JobProgress progress, CancellationToken cancellationToken)
    {
        await using var connection = await open(cancellationToken);
        try
        {
            foreach (var table in await TablesAsync(connection, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!progress.IsDryRun)
                {
                    await CheckAsync(connection, table, progress, cancellationToken);
                    await using var renew = Command(connection, Renew(table));
                    await renew.ExecuteNonQueryAsync(cancellationToken);
                }

                progress.Count();
            }
        }
        catch (SqlException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static async Task<List<string>> TablesAsync(SqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, Tables);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> names = [];
        while (await reader.ReadAsync(cancellationToken)) names.Add(reader.GetString(0));
        return names;
    }

    private static async Task CheckAsync(SqlConnection connection, string table, JobProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Command(connection, Check(table));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            // Error, Level, State, MessageText, …: one row for each finding
            for (var finding = 0; finding < MostFindings && await reader.ReadAsync(cancellationToken);)
            {
                if (Convert.ToInt32(reader["Level"], System.Globalization.CultureInfo.InvariantCulture) < Finding) continue;
                progress.Fault($"Table {table}: {reader["MessageText"]} Restore the newest good back-up.");
                finding++;
            }
        }
        catch (SqlException fault) when (connection.State == System.Data.ConnectionState.Open && !cancellationToken.IsCancellationRequested)
        {
            // no permission, no room for the snapshot, or damage so bad that the check itself ends
            progress.Fault($"Table {table} could not be checked: {fault.Message}");
        }
    }

    private static SqlCommand Command(SqlConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command;
    }
}
