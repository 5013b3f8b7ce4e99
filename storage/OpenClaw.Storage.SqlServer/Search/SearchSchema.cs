using OpenClaw.Storage.SqlServer.Schema;

namespace OpenClaw.Storage.SqlServer.Search;

/// <summary>
/// The tables of the archive's index, beside EF's: what is in them can be made anew from the transcripts, so they are no part of the migrations. A
/// session's words stand folded, with one blank before and behind each, so that a LIKE finds whole words, beginnings and phrases exactly.
/// </summary>
internal static class SearchSchema
{
    public const string Docs = "ArchiveIndex";

    /// <summary>Sessions that the full-text index may not have yet: it follows behind.</summary>
    public const string Fresh = "ArchiveIndexFresh";

    public const string Tables =
        $"""
         IF OBJECT_ID(N'{Docs}', N'U') IS NULL
         BEGIN
             CREATE TABLE [{Docs}] (
                 [Id] bigint IDENTITY(1, 1) NOT NULL CONSTRAINT [PK_{Docs}] PRIMARY KEY CLUSTERED,
                 [Session] binary(16) NOT NULL CONSTRAINT [UQ_{Docs}_Session] UNIQUE,
                 [Tenant] binary(16) NOT NULL,
                 [LastActivityAt] bigint NOT NULL,
                 [Hash] binary(16) NOT NULL,
                 [Words] nvarchar(max) COLLATE {SqlServerModel.Collation} NOT NULL);
             CREATE INDEX [IX_{Docs}_Tenant_LastActivityAt_Session] ON [{Docs}] ([Tenant], [LastActivityAt], [Session]);
         END;
         IF OBJECT_ID(N'{Fresh}', N'U') IS NULL
             CREATE TABLE [{Fresh}] ([Id] bigint NOT NULL CONSTRAINT [PK_{Fresh}] PRIMARY KEY CLUSTERED, [At] datetime2(3) NOT NULL);
         """;

    public const string HasFullText =
        $"SELECT CASE WHEN ISNULL(CAST(SERVERPROPERTY('IsFullTextInstalled') AS int), 0) = 1 THEN ISNULL(CAST(OBJECTPROPERTYEX(OBJECT_ID(N'{Docs}'), 'TableHasActiveFulltextIndex') AS int), 0) ELSE -1 END;";

    /// <summary>Outside of a transaction, one by one. The neutral language: the words are folded and parted already. No word is left out.</summary>
    public const string MakeCatalog =
        $"IF NOT EXISTS (SELECT 1 FROM sys.fulltext_catalogs WHERE name = N'{Docs}') CREATE FULLTEXT CATALOG [{Docs}] WITH ACCENT_SENSITIVITY = ON;";

    public const string MakeIndex =
        $"CREATE FULLTEXT INDEX ON [{Docs}] ([Words] LANGUAGE 0) KEY INDEX [PK_{Docs}] ON [{Docs}] WITH CHANGE_TRACKING = AUTO, STOPLIST = OFF;";

    /// <summary>What is there when the full-text index comes new is not in it yet.</summary>
    public const string AllFresh =
        $"INSERT INTO [{Fresh}] ([Id], [At]) SELECT d.[Id], SYSUTCDATETIME() FROM [{Docs}] AS d WHERE NOT EXISTS (SELECT 1 FROM [{Fresh}] AS f WHERE f.[Id] = d.[Id]);";

    public const string Clear = $"SET XACT_ABORT ON; BEGIN TRANSACTION; TRUNCATE TABLE [{Fresh}]; TRUNCATE TABLE [{Docs}]; COMMIT TRANSACTION;";

    /// <summary>Rewrites the full-text index without the words that were taken out.</summary>
    public const string Reorganize = $"ALTER FULLTEXT CATALOG [{Docs}] REORGANIZE;";

    /// <summary>Those that the full-text index has by now: it is idle and owes nothing, and they were added well before.</summary>
    public const string Settle =
        $"""
         SET NOCOUNT ON;
         DECLARE @last bigint = (SELECT MAX([Id]) FROM [{Fresh}] WHERE [At] < DATEADD(MINUTE, -1, SYSUTCDATETIME()));
         IF @last IS NOT NULL AND OBJECTPROPERTYEX(OBJECT_ID(N'{Docs}'), 'TableFulltextPendingChanges') = 0 AND OBJECTPROPERTYEX(OBJECT_ID(N'{Docs}'), 'TableFulltextPopulateStatus') = 0
             DELETE FROM [{Fresh}] WHERE [Id] <= @last;
         """;

    public const string Known = $"SELECT d.[Session] FROM [{Docs}] AS d INNER JOIN OPENJSON(@sessions) AS j ON d.[Session] = CONVERT(binary(16), j.[value], 2);";

    public const string HashOf = $"SELECT [Hash] FROM [{Docs}] WHERE [Session] = @session;";

    public const string Add =
        $"""
         SET NOCOUNT ON; SET XACT_ABORT ON;
         INSERT INTO [{Docs}] ([Session], [Tenant], [LastActivityAt], [Hash], [Words]) VALUES (@session, @tenant, @at, @hash, @words);
         INSERT INTO [{Fresh}] ([Id], [At]) VALUES (SCOPE_IDENTITY(), SYSUTCDATETIME());
         """;

    public const string Remove =
        $"""
         SET NOCOUNT ON; SET XACT_ABORT ON;
         DELETE f FROM [{Fresh}] AS f INNER JOIN [{Docs}] AS d ON d.[Id] = f.[Id] WHERE d.[Session] = @session;
         DELETE FROM [{Docs}] WHERE [Session] = @session;
         """;

    /// <summary>A page of hits, newest first, behind a place.</summary>
    /// <param name="patterns">Patterns that all must be found, as @word0, @word1, …</param>
    /// <param name="fullText">The full-text index says which ones to look at, by @match.</param>
    public static string Search(int patterns, bool fullText)
    {
        var words = string.Concat(Enumerable.Range(0, patterns).Select(i => $"\n    AND d.[Words] LIKE @word{i}"));
        var match = fullText ? $"\n    AND d.[Id] IN (SELECT k.[KEY] FROM CONTAINSTABLE([{Docs}], [Words], @match) AS k UNION ALL SELECT f.[Id] FROM [{Fresh}] AS f)" : "";
        return $"""
                SELECT TOP (@limit) d.[Session], d.[LastActivityAt] FROM [{Docs}] AS d
                WHERE d.[Tenant] = @tenant AND (d.[LastActivityAt] < @at OR (d.[LastActivityAt] = @at AND d.[Session] < @session)){match}{words}
                ORDER BY d.[LastActivityAt] DESC, d.[Session] DESC;
                """;
    }
}
