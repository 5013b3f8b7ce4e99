using Microsoft.Data.SqlClient;
using OpenClaw.Gateway.Core.Hosting;

namespace OpenClaw.Storage.SqlServer.Journal;

/// <summary>What the server says of how durable a commit is.</summary>
internal static class JournalSettings
{
    public const string Query =
        "SELECT delayed_durability_desc, recovery_model_desc, compatibility_level, is_read_committed_snapshot_on, name FROM sys.databases WHERE database_id = DB_ID();";

    public static IReadOnlyDictionary<string, string> Read(SqlConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Query;
        using var row = command.ExecuteReader();
        if (!row.Read()) return new Dictionary<string, string>(StringComparer.Ordinal);
        if (row.GetString(0) == "FORCED")
        {
            throw new StartFaultException(
                SqlServerFaults.Key,
                $"the database '{row.GetString(4)}' has DELAYED_DURABILITY = FORCED, so that a power cut loses what was acknowledged. Run ALTER DATABASE CURRENT SET DELAYED_DURABILITY = DISABLED in it.");
        }

        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["delayed_durability"] = row.GetString(0).ToLowerInvariant(),
            ["recovery"] = row.GetString(1).ToLowerInvariant(),
        };
    }
}
