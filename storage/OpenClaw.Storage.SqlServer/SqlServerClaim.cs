using System.Globalization;
using Microsoft.Data.SqlClient;
using OpenClaw.Gateway.Core.Hosting;

namespace OpenClaw.Storage.SqlServer;

/// <summary>
/// The database belongs to one process: an application lock of a session, held by a connection of its own. The server gives it up with the connection,
/// so a killed process leaves nothing behind. A connection that breaks is made again; what another process has taken meanwhile is not written to (the
/// journal asks before it opens, and its own mark refuses whoever comes too late).
/// </summary>
internal sealed class SqlServerClaim : IDisposable
{
    public const string Resource = "OpenClaw.Gateway";

    /// <summary>0 and 1 mean that it is held now; -1 that somebody else has it.</summary>
    public const string Take =
        """
        DECLARE @result int;
        EXEC @result = sp_getapplock @Resource = N'OpenClaw.Gateway', @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = 2000;
        SELECT @result;
        """;

    public const string Look = "SELECT APPLOCK_MODE(N'public', N'OpenClaw.Gateway', N'Session');";

    private readonly Lock _one = new();
    private readonly Func<SqlConnection> _open;
    private readonly Action<SqlServerClaim> _givenBack;
    private SqlConnection? _connection;
    private bool _disposed;

    public SqlServerClaim(Func<SqlConnection> open, Action<SqlServerClaim> givenBack)
    {
        (_open, _givenBack) = (open, givenBack);
        Ensure();
    }

    /// <summary>Returns when this process has the database; throws when another one has it, and what the driver throws when the server does not answer.</summary>
    public void Ensure()
    {
        lock (_one)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is not null && IsHeld(_connection)) return;
            _connection?.Dispose();
            _connection = null;
            var connection = _open();
            try
            {
                if (Ask(connection, Take) is not int result || result < 0)
                {
                    throw new StartFaultException(
                        SqlServerFaults.Key,
                        $"another process uses the database '{connection.Database}' on '{connection.DataSource}': an installation is one process. Stop that one, or name a database of its own.");
                }

                _connection = connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_one)
        {
            if (_disposed) return;
            _disposed = true;
            _connection?.Dispose();
            _connection = null;
        }

        _givenBack(this);
    }

    private static bool IsHeld(SqlConnection connection)
    {
        try
        {
            return string.Equals(Convert.ToString(Ask(connection, Look), CultureInfo.InvariantCulture), "Exclusive", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SqlException or InvalidOperationException)
        {
            return false;
        }
    }

    private static object? Ask(SqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
