using Microsoft.Data.Sqlite;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using SQLitePCL;

namespace OpenClaw.Storage.Sqlite;

/// <summary>
/// What a SQLite file needs now and then. Tables are checked one by one, as a check reads from one moment on and the write-ahead log cannot begin
/// anew while it does; cancelling interrupts the one that goes on.
/// </summary>
internal static class SqliteUpkeep
{
    /// <summary>Rows that the figures of an index are estimated from.</summary>
    private const int AnalysisLimit = 1_000;

    private const int MostFindings = 10;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Func<SqliteConnection> open, SqliteWriteGate gate, FileInfo wal, TimeProvider time, JobProgress progress, CancellationToken cancellationToken)
    {
        using var connection = open();
        await using var stop = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle));
        try
        {
            await RunAsync(connection, gate, wal, time, progress, cancellationToken);
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static async Task RunAsync(SqliteConnection connection, SqliteWriteGate gate, FileInfo wal, TimeProvider time, JobProgress progress, CancellationToken cancellationToken)
    {
        foreach (var table in Tables(connection))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!progress.IsDryRun) Check(connection, table, progress);
            progress.Count();
        }

        if (progress.IsDryRun) return;
        await OptimizeAsync(connection, gate, cancellationToken);
        wal.Refresh();
        if (!wal.Exists || wal.Length == 0 || time.GetUtcNow().UtcDateTime - wal.LastWriteTimeUtc < Quiet) return;
        using var turn = await gate.EnterAsync(cancellationToken);
        SqliteDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static List<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        using var reader = command.ExecuteReader();
        List<string> names = [];
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    private static void Check(SqliteConnection connection, string table, JobProgress progress)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandTimeout = 0;
            command.CommandText = $"PRAGMA quick_check('{table.Replace("'", "''", StringComparison.Ordinal)}')";
            using var reader = command.ExecuteReader();
            for (var finding = 0; reader.Read() && finding < MostFindings; finding++)
                if (reader.GetString(0) is not "ok" and var found) progress.Fault($"Table {table}: {found}. Restore the newest good back-up.");
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            progress.Fault($"Table {table}: {fault.Message} Restore the newest good back-up.");
        }
    }

    /// <summary>Writes little, and only what has changed since: with the writer's turn, so that nobody meets a locked file.</summary>
    private static async Task OptimizeAsync(SqliteConnection connection, SqliteWriteGate gate, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        SqliteDatabase.Execute(connection, $"PRAGMA analysis_limit={AnalysisLimit}; PRAGMA optimize=0x10002");
    }
}
