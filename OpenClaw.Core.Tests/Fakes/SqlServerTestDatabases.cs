using System.Collections.Concurrent;
using Microsoft.Data.SqlClient;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// Databases of tests on the SQL Server that <c>OPENCLAW_TEST_SQLSERVER</c> names (a connection string without a database, of a login that may make some).
/// Each belongs to a test's folder, begins without a table, and goes when the folder is gone or the run ends.
/// </summary>
internal static class SqlServerTestDatabases
{
    private static readonly Lock Turn = new();
    private static readonly ConcurrentDictionary<string, string> ByFolder = new(StringComparer.Ordinal);
    private static bool _watchesTheEnd;

    /// <summary>Null when there is a server for tests; else why not.</summary>
    public static string? MissingBecause => Given is null ? "There is no SQL Server here: set OPENCLAW_TEST_SQLSERVER to the connection string of one." : null;

    private static string? Given => Environment.GetEnvironmentVariable("OPENCLAW_TEST_SQLSERVER") is { Length: > 0 } given ? given : null;

    /// <summary>The connection string of a folder's database; always the same for the same folder.</summary>
    public static string Of(string folder)
    {
        lock (Turn)
        {
            foreach (var gone in ByFolder.Keys.Where(f => !Directory.Exists(f)).ToList()) Drop(gone);
            return ByFolder.GetOrAdd(Path.GetFullPath(folder), _ => Create());
        }
    }

    private static string Create()
    {
        if (!_watchesTheEnd)
        {
            _watchesTheEnd = true;
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                foreach (var folder in ByFolder.Keys) Drop(folder);
            };
        }

        var name = $"openclaw_test_{Guid.NewGuid():N}";
        Execute($"CREATE DATABASE [{name}]; ALTER DATABASE [{name}] SET READ_COMMITTED_SNAPSHOT ON; ALTER DATABASE [{name}] SET RECOVERY SIMPLE;");
        return new SqlConnectionStringBuilder(Given!) { InitialCatalog = name }.ConnectionString;
    }

    private static void Drop(string folder)
    {
        if (!ByFolder.TryRemove(folder, out var settings)) return;
        var name = new SqlConnectionStringBuilder(settings).InitialCatalog;
        SqlConnection.ClearPool(new SqlConnection(settings));
        Execute($"ALTER DATABASE [{name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{name}];");
    }

    private static void Execute(string sql)
    {
        using var connection = new SqlConnection(new SqlConnectionStringBuilder(Given!) { InitialCatalog = "master", Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 120;
        command.ExecuteNonQuery();
    }
}
