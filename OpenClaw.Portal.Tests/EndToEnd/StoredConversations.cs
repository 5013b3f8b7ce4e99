using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>Reads the SQLite file after a run, as anybody with <c>sqlite3</c> can, and holds it against what the clients saw.</summary>
internal sealed class StoredConversations : IDisposable
{
    private readonly SqliteConnection _file;

    public StoredConversations(string dataDirectory) => _file = GatewayFile.Open(dataDirectory, SqliteOpenMode.ReadWrite);

    /// <summary>Messages that nobody has finished.</summary>
    public long Unfinished => GatewayFile.Count(_file, "SELECT count(*) FROM Messages WHERE Pending IS NOT NULL");

    /// <summary>The file is whole, every question is stored and answered exactly once, and numbers and order hold in every session.</summary>
    public void AssertWhole()
    {
        AssertSound();
        Assert.Equal(0, Unfinished);
        AssertNone("questions that are not answered", """
            SELECT 1 FROM Messages q LEFT JOIN Messages r ON r.SessionId = q.SessionId AND r."From" = 2 AND r.InReplyToSeq = q.Seq
            WHERE q."From" = 1 GROUP BY q.Position HAVING q.State <> 4 OR count(r.Position) <> 1
            """);
    }

    /// <summary>What holds at any moment, also with work unfinished.</summary>
    public void AssertSound()
    {
        using (var check = _file.CreateCommand())
        {
            check.CommandText = "PRAGMA integrity_check";
            Assert.Equal("ok", check.ExecuteScalar());
        }
        AssertNone("questions stored twice", """SELECT 1 FROM Messages WHERE "From" = 1 GROUP BY SessionId, ExternalId HAVING count(*) > 1""");
        AssertNone("replies stored twice", """SELECT 1 FROM Messages WHERE "From" = 2 GROUP BY SessionId, InReplyToSeq, Run, "Index" HAVING count(*) > 1""");
        AssertNone("replies to nothing", """
            SELECT 1 FROM Messages r LEFT JOIN Messages q ON q.SessionId = r.SessionId AND q.Seq = r.InReplyToSeq AND q."From" = 1
            WHERE r."From" = 2 AND q.Position IS NULL
            """);
        AssertNone("places in the index by session that are not the message's", """
            SELECT 1 FROM SessionEntries e LEFT JOIN Messages m ON m.Position = e.Position
            WHERE m.SessionId IS NOT e.SessionId OR m.Seq IS NOT e.Seq
            """);
        AssertNone("sessions whose numbers have gaps", "SELECT 1 FROM Messages GROUP BY SessionId HAVING min(Seq) <> 1 OR max(Seq) <> count(*)");
        AssertNone("replies before those of earlier questions", """
            SELECT 1 FROM (SELECT InReplyToSeq < lag(InReplyToSeq) OVER (PARTITION BY SessionId ORDER BY Seq) AS Back FROM Messages WHERE "From" = 2)
            WHERE Back
            """);
    }

    /// <summary>The client's ids of a session's questions, in the order of their numbers.</summary>
    public IReadOnlyList<string> Questions(LoadSession session)
    {
        using var command = _file.CreateCommand();
        command.CommandText = """SELECT ExternalId FROM Messages WHERE SessionId = $session AND "From" = 1 ORDER BY Seq""";
        command.Parameters.AddWithValue("$session", Guid.Parse(session.SessionId!).ToByteArray(bigEndian: true));
        using var reader = command.ExecuteReader();
        List<string> ids = [];
        while (reader.Read()) ids.Add(reader.GetString(0));
        return ids;
    }

    public void Dispose() => _file.Dispose();

    private void AssertNone(string what, string sql)
    {
        var count = GatewayFile.Count(_file, $"SELECT count(*) FROM ({sql})");
        Assert.True(count == 0, $"{count} {what}");
    }
}
