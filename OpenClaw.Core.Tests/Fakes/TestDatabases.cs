using System.Reflection;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Storage.PostgreSql;
using OpenClaw.Storage.Sqlite;
using OpenClaw.Storage.SqlServer;
using Xunit.Sdk;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// The databases that tests run on. Contract tests name each (<c>[OnSqlite, OnPostgreSql, OnSqlServer]</c>); one that is not there on this machine shows as
/// skipped, never as passed. All others run on one: SQLite, or the one that <c>OPENCLAW_TEST_DATABASE</c> names.
/// </summary>
public static class TestDatabases
{
    public const string Sqlite = "Sqlite";
    public const string PostgreSql = "PostgreSql";
    public const string SqlServer = "SqlServer";

    /// <summary>What tests run on that name none.</summary>
    public static string Default { get; } = Environment.GetEnvironmentVariable("OPENCLAW_TEST_DATABASE") is { Length: > 0 } named ? named : Sqlite;

    /// <summary>Why a database is not there for tests; null when it is.</summary>
    public static string? MissingBecause(string name) => name switch
    {
        PostgreSql => PostgreSqlTestDatabases.MissingBecause,
        SqlServer => SqlServerTestDatabases.MissingBecause,
        _ => null,
    };

    /// <summary>The database that belongs to a folder: the same one each time.</summary>
    internal static IDatabase Open(string name, string folder, TimeProvider time, bool pooling = true) => name switch
    {
        Sqlite => new SqliteDatabase($"Data Source={Path.Combine(folder, "gateway.db")};Pooling={pooling}", time),
        PostgreSql => new PostgreSqlDatabase(PostgreSqlTestDatabases.Of(folder), time),
        SqlServer => new SqlServerDatabase(SqlServerTestDatabases.Of(folder), time),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such database."),
    };
}

/// <summary>Runs a theory on a database, whose name is its first argument.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class OnDatabaseAttribute : DataAttribute
{
    private readonly string _name;
    private readonly object[] _more;

    private protected OnDatabaseAttribute(string name, object[] more) => (_name, _more) = (name, more);

    /// <summary>The runner asks for it when it looks for tests.</summary>
    public sealed override string? Skip
    {
        get => TestDatabases.MissingBecause(_name);
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public sealed override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_name, .. _more]];
}

/// <summary>On SQLite.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnSqliteAttribute(params object[] more) : OnDatabaseAttribute(TestDatabases.Sqlite, more);

/// <summary>On PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnPostgreSqlAttribute(params object[] more) : OnDatabaseAttribute(TestDatabases.PostgreSql, more);

/// <summary>On SQL Server.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnSqlServerAttribute(params object[] more) : OnDatabaseAttribute(TestDatabases.SqlServer, more);

/// <summary>A test of SQLite's own, not run while the tests run on another database.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqliteFactAttribute : FactAttribute
{
    /// <summary>Skipped elsewhere.</summary>
    public SqliteFactAttribute()
    {
        if (TestDatabases.Default != TestDatabases.Sqlite) Skip = "Of SQLite alone.";
    }
}

/// <summary>A theory of SQLite's own, not run while the tests run on another database.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqliteTheoryAttribute : TheoryAttribute
{
    /// <summary>Skipped elsewhere.</summary>
    public SqliteTheoryAttribute()
    {
        if (TestDatabases.Default != TestDatabases.Sqlite) Skip = "Of SQLite alone.";
    }
}
