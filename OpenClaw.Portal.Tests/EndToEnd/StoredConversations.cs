using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>Reads the database after a run, as anybody with <c>sqlite3</c> or <c>psql</c> can, and holds it against what the clients saw.</summary>
internal sealed class StoredConversations : IDisposable
{
    private readonly DbConnection _database;

    /// <summary>The SQLite file of a data directory.</summary>
    public StoredConversations(string dataDirectory) => _database = GatewayFile.Open(dataDirectory, SqliteOpenMode.ReadWrite);

    /// <summary>The database of a PostgreSQL.</summary>
    public StoredConversations(PostgresServer server)
    {
        _database = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        _database.Open();
    }

    /// <summary>Messages that nobody has finished.</summary>
    public long Unfinished => Count("""SELECT "Position" FROM "Messages" WHERE "Pending" IS NOT NULL""");

    /// <summary>The database is whole, every question is stored and answered exactly once, and numbers and order hold in every session.</summary>
    public void AssertWhole()
    {
        AssertSound();
        Assert.Equal(0, Unfinished);
        AssertNone("questions that are not answered", """
            SELECT 1 FROM "Messages" q LEFT JOIN "Messages" r ON r."SessionId" = q."SessionId" AND r."From" = 2 AND r."InReplyToSeq" = q."Seq"
            WHERE q."From" = 1 GROUP BY q."Position" HAVING q."State" <> 4 OR count(r."Position") <> 1
            """);
    }

    /// <summary>What holds at any moment, also with work unfinished.</summary>
    public void AssertSound()
    {
        if (_database is SqliteConnection)
        {
            using var check = _database.CreateCommand();
            check.CommandText = "PRAGMA integrity_check";
            Assert.Equal("ok", check.ExecuteScalar());
        }
        AssertNone("questions stored twice", """SELECT 1 FROM "Messages" WHERE "From" = 1 GROUP BY "SessionId", "ExternalId" HAVING count(*) > 1""");
        AssertNone("replies stored twice", """SELECT 1 FROM "Messages" WHERE "From" = 2 GROUP BY "SessionId", "InReplyToSeq", "Run", "Index" HAVING count(*) > 1""");
        AssertNone("replies to nothing", """
            SELECT 1 FROM "Messages" r LEFT JOIN "Messages" q ON q."SessionId" = r."SessionId" AND q."Seq" = r."InReplyToSeq" AND q."From" = 1
            WHERE r."From" = 2 AND q."Position" IS NULL
            """);
        AssertNone("places in the index by session that are not the message's", """
            SELECT 1 FROM "SessionEntries" e LEFT JOIN "Messages" m ON m."Position" = e."Position"
            WHERE m."SessionId" IS DISTINCT FROM e."SessionId" OR m."Seq" IS DISTINCT FROM e."Seq"
            """);
        AssertNone("sessions whose numbers have gaps", """SELECT 1 FROM "Messages" GROUP BY "SessionId" HAVING min("Seq") <> 1 OR max("Seq") <> count(*)""");
        AssertNone("replies before those of earlier questions", """
            SELECT 1 FROM (SELECT "InReplyToSeq" < lag("InReplyToSeq") OVER (PARTITION BY "SessionId" ORDER BY "Seq") AS "Back" FROM "Messages" WHERE "From" = 2) AS pairs
            WHERE "Back"
            """);
    }

    /// <summary>The client's ids of a session's questions, in the order of their numbers.</summary>
    public IReadOnlyList<string> Questions(LoadSession session)
    {
        using var command = _database.CreateCommand();
        command.CommandText = """SELECT "ExternalId" FROM "Messages" WHERE "SessionId" = @session AND "From" = 1 ORDER BY "Seq" """;
        var id = Guid.Parse(session.SessionId!);
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("session", _database is SqliteConnection ? id.ToByteArray(bigEndian: true) : id);
        command.Parameters.Add(parameter);
        using var reader = command.ExecuteReader();
        List<string> ids = [];
        while (reader.Read()) ids.Add(reader.GetString(0));
        return ids;
    }

    public void Dispose() => _database.Dispose();

    private void AssertNone(string what, string sql)
    {
        var count = Count(sql);
        Assert.True(count == 0, $"{count} {what}");
    }

    private long Count(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM ({sql}) AS found";
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
