using System.Globalization;

namespace OpenClaw.Storage.SqlServer.Journal;

/// <summary>
/// The journal's few statements: the exception to "EF owns all SQL". One text for every group: a list that a group lacks is a null, and its statement is
/// passed over. Tests parse them with Microsoft's own parser and hold tables and columns against the migrated schema.
/// </summary>
internal sealed class SqlServerStatements(JournalColumns lists)
{
    /// <summary>Names the last group that was stored, and the writer that may store the next one: <c>group/writer</c>.</summary>
    public const string GroupRow = "journal.group";

    /// <summary>Another writer has taken the journal over.</summary>
    public const int FencedError = 51_000;

    /// <summary>
    /// First of all: it waits for a writer before us that still runs, and whoever comes after us waits here for us. When somebody has taken over, nothing
    /// of the group may be stored.
    /// </summary>
    private static readonly string Mark = string.Create(
        CultureInfo.InvariantCulture,
        $"""
         UPDATE [InstallationValues] SET [Value] = @mark WHERE [Name] = N'{GroupRow}' AND [Value] = @lastMark;
         IF @@ROWCOUNT <> 1 THROW {FencedError}, N'Another process writes the journal of this installation now.', 1;
         """);

    /// <summary>A statement that fails ends the batch and rolls all of it back; counts of rows are sent by nobody.</summary>
    private const string Settings = "SET NOCOUNT ON; SET XACT_ABORT ON;";

    /// <summary>Beside a value of one's own: updated where it is, else made.</summary>
    public const string SetValue =
        """
        SET NOCOUNT ON; SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        UPDATE [InstallationValues] WITH (UPDLOCK, HOLDLOCK) SET [Value] = @value WHERE [Name] = @name;
        IF @@ROWCOUNT = 0 INSERT INTO [InstallationValues] ([Name], [Value]) VALUES (@name, @value);
        COMMIT TRANSACTION;
        """;

    /// <summary>Reads the mark, and holds it: waits for whoever writes under it.</summary>
    public const string TakeMark = $"SELECT [Value] FROM [InstallationValues] WITH (UPDLOCK, HOLDLOCK) WHERE [Name] = N'{GroupRow}';";

    /// <summary>In the transaction of <see cref="TakeMark"/>.</summary>
    public const string SetMark =
        $"""
         SET NOCOUNT ON;
         UPDATE [InstallationValues] SET [Value] = @value WHERE [Name] = N'{GroupRow}';
         IF @@ROWCOUNT = 0 INSERT INTO [InstallationValues] ([Name], [Value]) VALUES (N'{GroupRow}', @value);
         """;

    public const string IndexMissing =
        """
        SET NOCOUNT ON; SET XACT_ABORT ON;
        DECLARE @floor bigint = ISNULL((SELECT TRY_CAST([Value] AS bigint) FROM [InstallationValues] WHERE [Name] = N'messages.indexed'), 0);
        INSERT INTO [SessionEntries] ([SessionId], [Seq], [Position])
        SELECT m.[SessionId], m.[Seq], m.[Position] FROM [Messages] AS m
        WHERE m.[Position] >= @floor AND NOT EXISTS (SELECT 1 FROM [SessionEntries] AS e WHERE e.[SessionId] = m.[SessionId] AND e.[Seq] = m.[Seq])
        ORDER BY m.[SessionId], m.[Seq];
        SELECT ISNULL(MAX([Position]) + 1, 0) FROM [Messages];
        """;

    /// <summary>What every connection of the journal says first. The portal's statements give way to it when two wait for each other.</summary>
    public const string Open = "SET XACT_ABORT ON; SET DEADLOCK_PRIORITY HIGH;";

    /// <summary>
    /// A group in one round trip. Its answer: how many microseconds the rows took. A commit waits for the log on disk whatever the database's own setting
    /// allows, but for FORCED, which is refused at the start.
    /// </summary>
    public string Whole { get; } =
        $"""
         {Settings}
         DECLARE @began datetime2(7) = SYSUTCDATETIME();
         BEGIN TRANSACTION;
         {Mark}
         {RowsOf(lists)}
         {RestOf(lists)}
         DECLARE @microseconds bigint = DATEDIFF_BIG(MICROSECOND, @began, SYSUTCDATETIME());
         COMMIT TRANSACTION WITH (DELAYED_DURABILITY = OFF);
         SELECT @microseconds;
         """;

    /// <summary>The same before a group's own work, in a transaction that is there.</summary>
    public string BeforeWork { get; } =
        $"""
         {Settings}
         {Mark}
         {RowsOf(lists)}
         """;

    /// <summary>The same after it.</summary>
    public string AfterWork { get; } =
        $"""
         {Settings}
         {RestOf(lists)}
         """;

    private static string RowsOf(JournalColumns lists) => string.Join(
        '\n',
        Insert("Sessions", lists.NewSessions),
        Update("Sessions", lists.ChangedSessions, "Id"),
        Insert("Messages", lists.NewMessages),
        Update("Messages", lists.ChangedMessages, "Position"),
        Update("Messages", lists.Receipts, "Position", where: "t.[DeliveredAt] IS NULL"),
        Insert("DeadLetters", lists.DeadLetters),
        Update("DeadLetters", lists.LetterEnds, "Id", where: "t.[State] = N'replaying'"),
        Insert("Attempts", lists.Attempts),
        Update("Deliveries", lists.Deliveries, "Position", only: ["State", "Attempts", "StartedAt", "NextAt", "Parts", "PossibleDuplicate", "Error"]),
        // nothing is written about a message that is not there any more
        Insert(
            "Deliveries",
            lists.Deliveries,
            "EXISTS (SELECT 1 FROM [Messages] AS m WHERE m.[Position] = j.[Position]) AND NOT EXISTS (SELECT 1 FROM [Deliveries] AS t WHERE t.[Position] = j.[Position])"),
        Update("Messages", lists.ReplyEnds, "Position", where: "t.[Pending] = 3", also: "[Pending] = NULL"),
        Update("EventDeliveries", lists.EventOutcomes, "Id", where: "t.[State] = N'pending'"),
        Insert(
            "SessionEntries",
            lists.Places,
            $"NOT EXISTS (SELECT 1 FROM [SessionEntries] AS t WHERE t.[SessionId] = {lists.Places.Value("SessionId")} AND t.[Seq] = j.[Seq])"));

    private static string RestOf(JournalColumns lists) =>
        $"""
         {Insert("EventDeliveries", lists.EventDeliveries)}
         IF @floor IS NOT NULL
         BEGIN
             UPDATE [InstallationValues] SET [Value] = @floor WHERE [Name] = N'messages.indexed';
             IF @@ROWCOUNT = 0 INSERT INTO [InstallationValues] ([Name], [Value]) VALUES (N'messages.indexed', @floor);
         END;
         """;

    private static string Insert<T>(string table, JsonRows<T> rows, string? where = null) =>
        $"IF @{rows.Parameter} IS NOT NULL INSERT INTO [{table}] ({rows.Names}) SELECT {rows.Values} FROM {rows.Source}{(where is null ? "" : $" WHERE {where}")};";

    /// <summary>By its key, row by row of the list: whatever the server estimates, it is to seek in the table and not to read all of it.</summary>
    private static string Update<T>(string table, JsonRows<T> rows, string key, string? where = null, string? also = null, IReadOnlyList<string>? only = null)
    {
        var set = rows.Set(only ?? [.. rows.Shape.Select(c => c.Name).Where(n => n != key)]);
        return $"IF @{rows.Parameter} IS NOT NULL UPDATE t SET {set}{(also is null ? "" : ", " + also)} FROM {rows.Source} INNER JOIN [{table}] AS t ON t.[{key}] = {rows.Value(key)}"
            + $"{(where is null ? "" : $" WHERE {where}")} OPTION (LOOP JOIN, FORCE ORDER);";
    }
}
