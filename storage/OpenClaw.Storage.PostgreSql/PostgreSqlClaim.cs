using System.Globalization;
using System.Net;
using Npgsql;

namespace OpenClaw.Storage.PostgreSql;

/// <summary>
/// One process per installation: an advisory lock of the database, held by a connection of its own. The server lets go of it when the process or its
/// machine is gone. Lost with the connection, it is taken again, unless another process was faster; then this one writes no more.
/// </summary>
internal sealed class PostgreSqlClaim(PostgreSqlConnections connections, Action released) : IDisposable
{
    /// <summary>Of all advisory locks of the database, ours.</summary>
    private const long Key = 0x6F70_656E_636C_6177;

    /// <summary>A process that was killed a moment ago may still be on the server's list.</summary>
    private const string FirstPatience = "5s";

    private const string NoPatience = "50ms";
    private readonly Lock _lock = new();
    private NpgsqlConnection? _connection;
    private bool _over;

    /// <summary>Takes it. Throws <see cref="InvalidOperationException"/> when another process has it.</summary>
    public void Take()
    {
        lock (_lock) _connection = Taken(FirstPatience);
    }

    /// <summary>Sees to it that it is held: before the journal writes, and now and then. Throws when it cannot be.</summary>
    public void Ensure()
    {
        lock (_lock)
        {
            if (_over || IsHeld()) return;
            _connection?.Dispose();
            _connection = null;
            _connection = Taken(NoPatience);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _over = true;
            _connection?.Dispose();
            _connection = null;
        }

        released();
    }

    private bool IsHeld()
    {
        if (_connection is null) return false;
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT 1";
            command.ExecuteScalar();
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            return false;
        }
    }

    private NpgsqlConnection Taken(string patience)
    {
        var connection = connections.OpenClaim();
        try
        {
            Execute(connection, $"SET lock_timeout = '{patience}'");
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_lock({Key})"));
            return connection;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            var holder = Holder(connection);
            connection.Dispose();
            throw new InvalidOperationException(
                $"Another process uses this database: {holder}. An installation is one process while there is no cluster: stop that one, or give this one a database of its own (ConnectionStrings:Gateway).", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string Holder(NpgsqlConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT a.application_name, a.client_addr, a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND l.classid = {Key >> 32} AND l.objid = {Key & 0xFFFF_FFFF} AND l.objsubid = 1
            """);
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return "it ended a moment ago, try again";
        var from = reader.IsDBNull(1) ? "the server's own machine" : reader.GetFieldValue<IPAddress>(1).ToString();
        return string.Create(CultureInfo.InvariantCulture, $"\"{(reader.IsDBNull(0) ? "unknown" : reader.GetString(0))}\", connected from {from} since {reader.GetDateTime(2).ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
