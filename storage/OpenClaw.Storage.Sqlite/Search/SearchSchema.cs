using Microsoft.Data.Sqlite;

namespace OpenClaw.Storage.Sqlite.Search;

/// <summary>
/// The tables of <c>search.db</c>. The words are kept without the text (the transcripts have it); a session's number is the millisecond of its
/// last activity, or the next free one, so that hits come newest first without being sorted.
/// </summary>
internal static class SearchSchema
{
    /// <summary>Rises when an index of before cannot be used any more; such a one is made anew.</summary>
    private const string Version = "1";

    /// <summary>
    /// An entry of nobody's. Written anew before the index is: FTS5 does not rewrite what is in one piece already, and its tree of pages may
    /// hold beginnings of words that were taken out.
    /// </summary>
    public const long Nobody = -1;

    private const string Tables =
        """
        BEGIN IMMEDIATE;
        DROP TABLE IF EXISTS Words;
        DROP TABLE IF EXISTS Docs;
        DROP TABLE IF EXISTS Marks;
        CREATE TABLE Docs (Id INTEGER PRIMARY KEY, Session BLOB NOT NULL UNIQUE, Tenant BLOB NOT NULL, LastActivityAt INTEGER NOT NULL, Hash BLOB NOT NULL);
        CREATE TABLE Marks (Name TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE VIRTUAL TABLE Words USING fts5(tenant, text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
        INSERT INTO Words (Words, rank) VALUES ('secure-delete', 1);
        INSERT INTO Words (Words, rank) VALUES ('hashsize', 8388608);
        INSERT INTO Words (rowid, tenant, text) VALUES (-1, '', 'nobody');
        PRAGMA user_version = 1;
        COMMIT;
        """;

    /// <summary>Makes the tables, empty.</summary>
    public static void Make(SqliteConnection connection) => SqliteDatabase.Execute(connection, Tables);

    /// <summary>Makes the tables unless they are there. Throws <see cref="SqliteException"/> where the file is no usable index.</summary>
    public static void Ensure(SqliteConnection connection)
    {
        if (!string.Equals(SqliteDatabase.Read(connection, "PRAGMA user_version"), Version, StringComparison.Ordinal))
        {
            Make(connection);
            return;
        }

        // reads the head of each tree: what is missing or unreadable is told at the start, the rest when it is touched
        foreach (var part in new[] { "SELECT COUNT(*) FROM (SELECT 1 FROM Docs LIMIT 1)", "SELECT COUNT(*) FROM Marks", "SELECT rowid FROM Words WHERE Words MATCH 'text:nobody'" })
            SqliteDatabase.Read(connection, part);
    }
}
