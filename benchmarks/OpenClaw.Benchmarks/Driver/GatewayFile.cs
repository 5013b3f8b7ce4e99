using Microsoft.Data.Sqlite;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>The SQLite file of a gateway's data directory, opened beside the gateway.</summary>
internal static class GatewayFile
{
    /// <summary>Opens the file that holds the messages, whatever its name is.</summary>
    public static SqliteConnection Open(string dataDirectory, SqliteOpenMode mode)
    {
        foreach (var file in Directory.EnumerateFiles(dataDirectory, "*.db"))
        {
            SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ConnectionString);
            connection.Open();
            if (Count(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'Messages'") == 1) return connection;
            connection.Dispose();
        }
        throw new FileNotFoundException($"No database in {dataDirectory} holds the messages.");
    }

    /// <summary>The first value of the first row, a number.</summary>
    public static long Count(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
