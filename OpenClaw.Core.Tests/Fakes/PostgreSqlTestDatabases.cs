using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Storage.PostgreSql;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// Databases of tests on one server for the whole run: the one that <c>OPENCLAW_TEST_POSTGRES</c> names, or one of Debian's that is started when the first
/// test asks. Each is copied from one that was migrated once, belongs to a test's folder, and goes when that is gone.
/// </summary>
internal static class PostgreSqlTestDatabases
{
    private static readonly Lock Turn = new();
    private static readonly ConcurrentDictionary<string, string> ByFolder = new(StringComparer.Ordinal);
    private static readonly Lazy<string> Server = new(() => Given ?? PostgreSqlServer.Start().ConnectionString);
    private static readonly Lazy<string> Template = new(MakeTemplate);

    /// <summary>Null when there is a server for tests; else why not.</summary>
    public static string? MissingBecause => Given is null ? PostgreSqlServer.MissingBecause : null;

    private static string? Given => Environment.GetEnvironmentVariable("OPENCLAW_TEST_POSTGRES") is { Length: > 0 } given ? given : null;

    /// <summary>The connection string of a folder's database; always the same for the same folder.</summary>
    public static string Of(string folder)
    {
        lock (Turn)
        {
            DropAbandoned();
            return ByFolder.GetOrAdd(Path.GetFullPath(folder), _ => Create(Template.Value));
        }
    }

    /// <summary>One without a table.</summary>
    public static string Empty()
    {
        lock (Turn) return Create(null);
    }

    public static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 120;
        command.ExecuteNonQuery();
    }

    private static string Create(string? template)
    {
        var name = $"openclaw_test_{Guid.NewGuid():N}";
        Execute(Server.Value, $"CREATE DATABASE \"{name}\" TEMPLATE \"{template ?? "template0"}\"");
        return new NpgsqlConnectionStringBuilder(Server.Value) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    private static string MakeTemplate()
    {
        var connectionString = new NpgsqlConnectionStringBuilder(Create(null)) { Pooling = false };
        using var database = new PostgreSqlDatabase(connectionString.ConnectionString, TimeProvider.System);
        using var db = new SystemDbFactory(new DbOptions(database), database).Create();
        db.Database.Migrate();
        return connectionString.Database!;
    }

    private static void DropAbandoned()
    {
        foreach (var (folder, connectionString) in ByFolder)
        {
            if (Directory.Exists(folder) || !ByFolder.TryRemove(folder, out _)) continue;
            Execute(Server.Value, $"DROP DATABASE \"{new NpgsqlConnectionStringBuilder(connectionString).Database}\" WITH (FORCE)");
        }
    }
}
