using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// Puts finished conversations into a stopped gateway's SQLite file, through the schema that its migrations made: statement by
/// statement inside the database, because a million messages over the road would take longer than the whole run.
/// </summary>
internal static class DatabaseFill
{
    private const string Sessions = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $sessions)
        INSERT INTO Sessions (Id, TenantId, ChannelId, RootId, Episode, Conversation, UserId, State, AgentId, Assigned, LastSeq, CreatedAt, LastActivityAt)
        SELECT randomblob(16), c.TenantId, c.Id, randomblob(16), 1, 'main', 'filled-' || i, $state, c.AgentId, 0, $messages, $at, $at
        FROM n, (SELECT * FROM Channels WHERE Kind = 'websocket' LIMIT 1) c
        """;

    // the messages of a session lie apart, as they do when many people write at once
    private const string Messages = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $messages)
        INSERT INTO Messages (Position, Id, TenantId, ChannelId, SessionId, Seq, "From", ExternalId, Text, At, State, InReplyToSeq, Run, "Index",
            RoutedAt, DispatchedAt, AnsweredAt, DeliveredAt, Attempts, AgentId)
        SELECT ($at / 1000 - 1577836800000 + m) << 22, unhex(printf('%012x7%03x8%015x', $at / 1000 + m, m % 4096, m)),
            TenantId, ChannelId, Id, i, iif(i % 2, 1, 2), iif(i % 2, 'm' || m, NULL), (SELECT Said FROM temp.Sayings WHERE rowid = 1 + (m * 2654435761) % 4096), $at, 4, iif(i % 2, NULL, i - 1), 0, 0,
            $at, $at, $at, iif(i % 2, NULL, $at), i % 2, AgentId
        FROM (SELECT s.*, n.i, row_number() OVER () AS m FROM n CROSS JOIN (SELECT * FROM Sessions WHERE UserId LIKE 'filled-%') s)
        """;

    private const string Places = """
        INSERT INTO SessionEntries (SessionId, Seq, Position)
        SELECT m.SessionId, m.Seq, m.Position FROM Messages m LEFT JOIN SessionEntries e ON e.SessionId = m.SessionId AND e.Seq = m.Seq
        WHERE e.Seq IS NULL ORDER BY 1, 2
        """;

    /// <summary>Fills the file in that data directory; gives the seconds it took. <paramref name="expired"/>: the sessions are over since weeks.</summary>
    public static double Run(string folder, int sessions, int messages, bool expired = false)
    {
        var start = Stopwatch.GetTimestamp();
        using var connection = GatewayFile.Open(folder, SqliteOpenMode.ReadWrite);
        Execute(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = MEMORY");
        using (var transaction = connection.BeginTransaction())
        {
            var at = (TimeProvider.System.GetUtcNow() - (expired ? TimeSpan.FromDays(60) : TimeSpan.FromHours(1))).ToUnixTimeMilliseconds() * 1000;
            FillSayings(connection);
            Execute(connection, Sessions, ("$sessions", sessions), ("$messages", messages), ("$at", at), ("$state", expired ? 4 : 2));
            Execute(connection, Messages, ("$messages", messages), ("$at", at));
            Execute(connection, Places);
            transaction.Commit();
        }
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE); ANALYZE");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Texts of 400 characters in words that are about as unevenly spread as people's.</summary>
    private static void FillSayings(SqliteConnection connection)
    {
        Execute(connection, "CREATE TEMP TABLE Sayings (Said TEXT)");
        var random = new Random(1);
        for (var saying = 0; saying < 4096; saying++)
        {
            var text = new System.Text.StringBuilder();
            while (text.Length < 400) text.Append(Word((int)(20_000 * Math.Pow(random.NextDouble(), 3)))).Append(' ');
            Execute(connection, "INSERT INTO temp.Sayings VALUES ($text)", ("$text", text.ToString(0, 400)));
        }

        static string Word(int number)
        {
            var word = "";
            for (number += 26; number > 0; number /= 20) word += "bcdfghklmnprstvwxyzj"[number % 20].ToString() + "aeiou"[number % 5];
            return word;
        }
    }

    private static void Execute(SqliteConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
