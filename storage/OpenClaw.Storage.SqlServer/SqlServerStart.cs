using System.Globalization;
using Microsoft.Data.SqlClient;
using OpenClaw.Gateway.Core.Hosting;

namespace OpenClaw.Storage.SqlServer;

/// <summary>What must be so before the product runs on a database, looked at once at the start. What can be set from here is set.</summary>
internal static class SqlServerStart
{
    /// <summary>SQL Server 2019; Azure SQL Database says 12 and is newer.</summary>
    private const int OldestVersion = 15;

    private const int AzureDatabase = 5;

    /// <summary>OPENJSON and STRING_AGG need 130 and 140; the queries are written for this one.</summary>
    public const int CompatibilityLevel = 150;

    public const string Query =
        """
        SELECT CAST(SERVERPROPERTY('EngineEdition') AS int), CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), compatibility_level, is_read_committed_snapshot_on, is_read_only
        FROM sys.databases WHERE database_id = DB_ID();
        """;

    /// <summary>Waits for nobody and throws nobody out: where others use the database, a person decides.</summary>
    public const string Snapshot = "ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH NO_WAIT;";

    public static void Check(SqlConnection connection)
    {
        var (edition, version, level, snapshot, readOnly) = Read(connection);
        if (edition != AzureDatabase && version < OldestVersion)
            throw Fault($"the server runs SQL Server of version {version}; allowed is 15 (2019) or later");
        if (level < CompatibilityLevel)
            throw Fault(string.Create(CultureInfo.InvariantCulture, $"the database has compatibility level {level}; run ALTER DATABASE CURRENT SET COMPATIBILITY_LEVEL = {CompatibilityLevel} in it, or a higher one"));
        if (readOnly) throw Fault("the database is read-only; it must take writes (is this a secondary replica? Name the primary, or the availability group's listener)");
        if (!snapshot) SetSnapshot(connection);
    }

    /// <summary>Without it every reader of the portal would hold up the journal, and be held up by it.</summary>
    private static void SetSnapshot(SqlConnection connection)
    {
        // what waits in this process's own pools is somebody else to the server
        SqlConnection.ClearAllPools();
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = Snapshot;
            command.ExecuteNonQuery();
        }
        catch (SqlException)
        {
            // told by what it is now, whatever the reason was
        }

        if (!Read(connection).Snapshot)
        {
            throw Fault(
                "the database has READ_COMMITTED_SNAPSHOT off, and it cannot be switched on now (others use the database, or the login may not). Run ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE in it once");
        }
    }

    private static (int Edition, int Version, int Level, bool Snapshot, bool ReadOnly) Read(SqlConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Query;
        using var row = command.ExecuteReader();
        if (!row.Read()) throw Fault("the login does not see its own database in sys.databases");
        var version = row.GetString(1).Split('.')[0];
        return (row.GetInt32(0), int.Parse(version, CultureInfo.InvariantCulture), Convert.ToInt32(row[2], CultureInfo.InvariantCulture), row.GetBoolean(3), row.GetBoolean(4));
    }

    private static StartFaultException Fault(string sentence) => new(SqlServerFaults.Key, sentence + ".");
}
