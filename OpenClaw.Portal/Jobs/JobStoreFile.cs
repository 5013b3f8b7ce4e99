using Microsoft.Data.Sqlite;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Jobs;

/// <summary>
/// <c>jobs.db</c> in the data directory: the scheduler's own file, so that no message waits for its locks. It holds nothing that is not made
/// anew from the gateway's database, so one that cannot be read is put aside.
/// </summary>
internal static class JobStoreFile
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    public static string PathOf(GatewayOptions options) => Path.Combine(options.DataDirectory, "jobs.db");

    public static string ConnectionString(string path) => new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5, Pooling = false }.ConnectionString;

    /// <summary>Looks whether it can be written; throws <see cref="SqliteException"/> where not. The name of the file that was put aside, or null.</summary>
    public static string? Prepare(string path, TimeProvider time)
    {
        try
        {
            Open(path);
            return null;
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is NotADatabase or Corrupt)
        {
            var aside = $"{path}.unreadable-{time.GetUtcNow():yyyyMMddHHmmss}";
            File.Move(path, aside, overwrite: true);
            foreach (var rest in (string[])[path + "-wal", path + "-shm", path + "-journal"]) File.Delete(rest);
            Open(path);
            return aside;
        }
    }

    /// <summary>With the write-ahead log readers and the writer do not wait for each other.</summary>
    private static void Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; BEGIN IMMEDIATE; COMMIT; PRAGMA quick_check(1)";
        using var reader = command.ExecuteReader();
        while (reader.NextResult() || reader.Read())
        {
            // run all of it
        }
    }
}
