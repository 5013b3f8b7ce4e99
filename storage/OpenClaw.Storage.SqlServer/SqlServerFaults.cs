using System.Globalization;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Hosting;

namespace OpenClaw.Storage.SqlServer;

/// <summary>What a failed statement says, by the server's error numbers.</summary>
internal static class SqlServerFaults
{
    /// <summary>The setting that names the server.</summary>
    public const string Key = "ConnectionStrings:Gateway";

    /// <summary>From this class on the server ends the connection; the driver gives it to its own faults of the network too.</summary>
    private const int EndsConnection = 20;

    private const int Deadlock = 1205;

    /// <summary>
    /// The values are at fault: a unique key (2601, 2627), null (515), a reference or check (547), too long (2628, 8152; a key 1946), out of range or not
    /// of the type (220, 232, 241, 242, 245, 248, 8114, 8115, 8169), not JSON (13609), too many parameters (8003), a row too long (511).
    /// </summary>
    private static readonly HashSet<int> EntryAtFault = [220, 232, 241, 242, 245, 248, 511, 515, 547, 1946, 2601, 2627, 2628, 8003, 8114, 8115, 8152, 8169, 13609];

    /// <summary>
    /// Said without the connection's end, and yet nothing is certain of what was sent: the session is being killed (596), a fail-over or reconfiguration
    /// is going on (40197, 40613, 4221, 978, 983), or the driver gave up waiting (-2).
    /// </summary>
    private static readonly HashSet<int> Uncertain = [-2, 0, 596, 978, 983, 4221, 40197, 40613];

    /// <summary>The same write would fail again tomorrow.</summary>
    public static bool IsEntryAtFault(Exception failure) => failure switch
    {
        DbUpdateException { InnerException: { } inner } => IsEntryAtFault(inner),
        SqlException answer => EntryAtFault.Contains(answer.Number),
        IOException or UnauthorizedAccessException or TimeoutException or ObjectDisposedException or StartFaultException => false,
        _ => true,
    };

    /// <summary>The server refused and rolled back, and the connection lives; anything else leaves open what became of a commit that was sent.</summary>
    public static bool IsRolledBack(Exception failure) => failure is SqlException { Class: < EndsConnection, Number: > 0 } answer && !Uncertain.Contains(answer.Number);

    /// <summary>Rolled back because of what another transaction did at the same time: tried again at once it succeeds.</summary>
    public static bool IsCollision(Exception failure) => failure is SqlException { Number: Deadlock };

    /// <summary>The database that is asked for is not there (or not for this login).</summary>
    public static bool IsMissingDatabase(SqlException failure) => failure.Number is 4060 or 911;

    /// <summary>One line for whoever starts the product. Names the server and never the password; the driver's own words name neither.</summary>
    public static StartFaultException Told(SqlException failure, SqlConnectionStringBuilder settings)
    {
        var (server, database) = (settings.DataSource, settings.InitialCatalog);
        var advice = failure.Number switch
        {
            18456 or 18452 or 18470 or 18486 or 18487 or 18488 => $"the server '{server}' refuses the login. Allowed: a login that exists there, with its password",
            4060 or 916 => $"the server '{server}' does not open the database '{database}' for this login. Allowed: a database that exists, with this login as a user in it",
            262 or 229 or 297 or 300 or 2571 or 15247 => $"the login lacks a permission in '{database}' on '{server}'. Allowed: a user of the role db_owner, or what docs/operations/sqlserver.md names",
            -2146893019 or 20 => $"the server '{server}' shows a certificate that this machine does not trust. Allowed: a certificate of a trusted authority, or TrustServerCertificate=True on a network of your own",
            258 or -2 => $"the server '{server}' does not answer in time. Allowed: a SQL Server that can be reached from here",
            _ => $"the server '{server}' cannot be used. Allowed: a SQL Server 2019 or later that runs and can be reached from here",
        };
        return new(Key, string.Create(CultureInfo.InvariantCulture, $"{advice} (error {failure.Number}: {OneLine(failure)})."));
    }

    /// <summary>The driver's first words, without the line breaks in them.</summary>
    private static string OneLine(SqlException failure)
    {
        var text = string.Join(' ', failure.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');
        var socket = failure.GetBaseException() is SocketException cause ? cause.Message : null;
        return socket is null || text.Contains(socket, StringComparison.Ordinal) ? text : $"{text}: {socket}";
    }
}
