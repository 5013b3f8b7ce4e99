using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OpenClaw.Storage.PostgreSql;

/// <summary>What a failed statement says, by SQLSTATE.</summary>
internal static class PostgreSqlFaults
{
    /// <summary>What the journal's first statement provokes when another process has taken its place (<see cref="Journal.PostgreSqlStatements.Mark"/>).</summary>
    private const string Fenced = PostgresErrorCodes.DivisionByZero;

    /// <summary>The values are at fault (class 22, 23), or too many or too large (54): the same statement would fail again tomorrow.</summary>
    public static bool IsEntryAtFault(Exception failure) => failure switch
    {
        DbUpdateException { InnerException: { } inner } => IsEntryAtFault(inner),
        PostgresException { SqlState: Fenced } => false,
        PostgresException answer => answer.SqlState[..2] is "21" or "22" or "23" or "54",
        DbException or TimeoutException or IOException or UnauthorizedAccessException or ObjectDisposedException => false,
        _ => true,
    };

    /// <summary>Another process writes the journal of this installation now.</summary>
    public static bool IsFenced(Exception failure) => failure is PostgresException { SqlState: Fenced };

    /// <summary>The server refused and rolled back, and the connection lives; anything else leaves open what became of a commit that was sent.</summary>
    public static bool IsRolledBack(Exception failure) => failure is PostgresException { InvariantSeverity: "ERROR" } answer && answer.SqlState[..2] is not ("08" or "57");

    /// <summary>Rolled back because of what another transaction did at the same time: tried again at once it succeeds.</summary>
    public static bool IsCollision(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };
}
