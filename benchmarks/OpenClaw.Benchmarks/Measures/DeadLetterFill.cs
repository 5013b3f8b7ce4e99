using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>Makes dead letters of what <see cref="DatabaseFill"/> put into a stopped gateway's SQLite file: every question there has failed, and waits to be replayed.</summary>
internal static class DeadLetterFill
{
    private const string Dead = """
        UPDATE Messages SET State = 6, AnsweredAt = NULL, Error = 'The agent answered 503.' WHERE "From" = 1 AND ExternalId LIKE 'm%'
        """;

    private const string Letters = """
        INSERT INTO DeadLetters (Id, TenantId, Stage, Cause, Detail, Attempts, FirstAt, LastAt, Fingerprint, Risk, MessageId, SessionId, ChannelId, AgentId, Payload, State, Position)
        SELECT randomblob(16), TenantId, 'dispatched', 'agent_error', 'The agent answered 503.', 1, At, At, 'f111111111111111', 'sent', Id, SessionId, ChannelId, AgentId,
            json_object('text', Text), 'open', Position
        FROM Messages WHERE State = 6 AND Error = 'The agent answered 503.'
        """;

    /// <summary>Gives how many there are then.</summary>
    public static long Run(string folder)
    {
        using var connection = GatewayFile.Open(folder, SqliteOpenMode.ReadWrite);
        foreach (var sql in new[] { "PRAGMA synchronous = OFF", Dead, Letters, "PRAGMA wal_checkpoint(TRUNCATE)", "ANALYZE" })
        {
            using var command = connection.CreateCommand();
            (command.CommandText, command.CommandTimeout) = (sql, 0);
            command.ExecuteNonQuery();
        }

        return GatewayFile.Count(connection, "SELECT count(*) FROM DeadLetters");
    }
}
