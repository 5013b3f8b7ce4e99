using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace OpenClaw.Storage.PostgreSql;

/// <summary>Connection strings from the configured one: what it does not say is set for a gateway.</summary>
internal sealed class PostgreSqlConnections
{
    /// <summary>How connections are called in <c>pg_stat_activity</c>.</summary>
    public const string Application = "openclaw";

    public const string JournalApplication = "openclaw journal";

    private const int MostConnections = 40;

    /// <summary>Of the server's names of connections, longer ones are cut.</summary>
    private const int LongestName = 63;

    private readonly string _own;

    public PostgreSqlConnections(string connectionString)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var own = new NpgsqlConnectionStringBuilder(connectionString);
        if (!given.ContainsKey("Application Name") && !given.ContainsKey("ApplicationName")) own.ApplicationName = Application;
        if (!Says("Maximum Pool Size", "MaxPoolSize", "Max Pool Size")) own.MaxPoolSize = MostConnections;
        if (!Says("Timeout")) own.Timeout = 10;
        if (!Says("TCP Keepalive", "TcpKeepAlive"))
        {
            // a server that is gone without a word is noticed in half a minute and not in two hours
            own.TcpKeepAlive = true;
            (own.TcpKeepAliveTime, own.TcpKeepAliveInterval) = (15, 5);
        }

        own.Enlist = false;
        (_own, Pooled) = (own.ConnectionString, own.ConnectionString);

        bool Says(params string[] names) => names.Any(given.ContainsKey);
    }

    /// <summary>EF's, and the archive's index.</summary>
    public string Pooled { get; }

    /// <summary>Opens the journal's: its own, with statements that stay prepared.</summary>
    public NpgsqlConnection OpenJournal() => Open(new(_own)
    {
        ApplicationName = JournalApplication, Pooling = false, MaxAutoPrepare = 64, AutoPrepareMinUsages = 2, CommandTimeout = 60,
    });

    /// <summary>Opens one that is called by this machine and process, for whoever asks who holds the installation.</summary>
    public NpgsqlConnection OpenClaim()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Application} on {Environment.MachineName} (process {Environment.ProcessId})");
        return Open(new(_own) { ApplicationName = name.Length > LongestName ? name[..LongestName] : name, Pooling = false, CommandTimeout = 15 });
    }

    /// <summary>Opens one for long work, with no limit of time for a command.</summary>
    public NpgsqlConnection OpenCare() => Open(new(_own) { Pooling = false, CommandTimeout = 0 });

    public void ClearPool()
    {
        using var pooled = new NpgsqlConnection(Pooled);
        NpgsqlConnection.ClearPool(pooled);
    }

    private static NpgsqlConnection Open(NpgsqlConnectionStringBuilder builder)
    {
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            // the server, too, notices soon when this machine is gone without a word, and lets go of what it held
            using var command = connection.CreateCommand();
            command.CommandText = "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
