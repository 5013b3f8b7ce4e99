using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Portal.Jobs;
using OpenClaw.Storage.PostgreSql;
using OpenClaw.Storage.Sqlite;
using OpenClaw.Storage.SqlServer;

namespace OpenClaw.Portal.Hosting;

/// <summary>The databases that the product runs on, by their names in <c>Database:Provider</c>.</summary>
internal static class Databases
{
    public const string Sqlite = "Sqlite";
    public const string PostgreSql = "PostgreSql";
    public const string SqlServer = "SqlServer";

    public static IReadOnlyList<string> All { get; } = [Sqlite, PostgreSql, SqlServer];

    /// <summary>The configured one; nothing is opened yet. Who asks disposes it where it is disposable.</summary>
    public static IDatabase Open(GatewayOptions options) => options.DatabaseProvider switch
    {
        PostgreSql => new PostgreSqlDatabase(options.ConnectionString!, TimeProvider.System),
        SqlServer => new SqlServerDatabase(options.ConnectionString!, TimeProvider.System),
        _ => OpenSqlite(options),
    };

    /// <summary>Where the file of a SQLite installation is.</summary>
    public static string SqliteFile(GatewayOptions options) =>
        options.ConnectionString is { } text ? Path.GetFullPath(new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(text).DataSource) : Path.Combine(options.DataDirectory, "gateway.db");

    /// <summary>The file of a SQLite installation.</summary>
    public static SqliteDatabase OpenSqlite(GatewayOptions options) =>
        new(options.ConnectionString ?? $"Data Source={Path.Combine(options.DataDirectory, "gateway.db")}", TimeProvider.System) { Companions = [JobStoreFile.PathOf(options)] };
}
