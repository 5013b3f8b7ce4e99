namespace OpenClaw.Storage.PostgreSql.Journal;

/// <summary>A statement over rows, and the columns that it is given.</summary>
/// <param name="Sql">With <c>$1</c> to <c>$n</c>.</param>
/// <param name="Table">The table.</param>
/// <param name="Columns">Name and type of each value, in order.</param>
internal sealed record RowStatement(string Sql, string Table, IReadOnlyList<(string Name, string Type)> Columns);

/// <summary>The journal's few statements, as in SQLite; each takes all rows of a group at once. Tests hold their columns against EF's model and prepare them.</summary>
internal static class PostgreSqlStatements
{
    /// <summary>The row by which a group is known to be stored: "mark of the last group/mark of the writer". See <see cref="Mark"/>.</summary>
    public const string GroupRow = "journal.group";

    /// <summary>
    /// The first statement of every group: leaves the group's mark where the same writer left the last one. Where another writer has taken the row over, it
    /// fails (division by zero), and the group with it: so what a lost connection left running can never be stored behind the answer that it was not.
    /// </summary>
    public const string Mark =
        $"""
        WITH mine AS (UPDATE "InstallationValues" SET "Value" = $1 WHERE "Name" = '{GroupRow}' AND "Value" = $2 RETURNING 1) SELECT 1 / count(*) FROM mine
        """;

    public const string TakeMark = $"""SELECT "Value" FROM "InstallationValues" WHERE "Name" = '{GroupRow}' FOR UPDATE""";

    /// <summary>Sets a value of the installation.</summary>
    public const string SetValue =
        """
        INSERT INTO "InstallationValues" ("Name", "Value") VALUES ($1, $2)
        ON CONFLICT ("Name") DO UPDATE SET "Value" = excluded."Value"
        """;

    public const string IndexMissing =
        """
        INSERT INTO "SessionEntries" ("SessionId", "Seq", "Position")
        SELECT "SessionId", "Seq", "Position" FROM "Messages" WHERE "Position" >= $1 ORDER BY "SessionId", "Seq"
        ON CONFLICT DO NOTHING
        """;

    private const string SessionState =
        "State smallint, AgentId uuid, Assigned boolean, LastSeq bigint, Context text, Preferences text, AgentSettings text, Tools text";

    private const string SessionTaken = "TakenById uuid, TakenByName text, TakenAt bigint, NoteToAgent text";

    public static RowStatement NewSession { get; } = Insert(
        "Sessions",
        $"Id uuid, TenantId uuid, ChannelId uuid, RootId uuid, Episode integer, Conversation text, Thread text, UserId text, UserName text, {SessionState}, CreatedAt bigint, EndedAt bigint, LastActivityAt bigint, {SessionTaken}");

    public static RowStatement ChangedSession { get; } = Update(
        "Sessions", $"UserName text, {SessionState}, EndedAt bigint, LastActivityAt bigint, {SessionTaken}", "Id uuid");

    public static RowStatement NewMessage { get; } = Insert(
        "Messages",
        "Position bigint, Id uuid, TenantId uuid, ChannelId uuid, SessionId uuid, Seq bigint, From smallint, ExternalId text, UserId text, UserName text, Text text, Extras text, "
        + "At bigint, State smallint, Pending smallint, DueAt bigint, InReplyToSeq bigint, Run integer, Index integer, RoutedAt bigint, DispatchedAt bigint, AnsweredAt bigint, DeliveredAt bigint, "
        + "Attempts integer, AgentId uuid, Route text, Error text");

    public static RowStatement ChangedMessage { get; } = Update(
        "Messages",
        "State smallint, Pending smallint, DueAt bigint, Run integer, RoutedAt bigint, DispatchedAt bigint, AnsweredAt bigint, Attempts integer, AgentId uuid, Route text, Error text",
        "Position bigint");

    public static RowStatement Receipt { get; } = Update("Messages", "DeliveredAt bigint", "Position bigint", """AND t."DeliveredAt" IS NULL""");

    public static RowStatement DeadLetter { get; } = Insert(
        "DeadLetters",
        "Id uuid, TenantId uuid, Stage text, Cause text, Detail text, Attempts integer, FirstAt bigint, LastAt bigint, Fingerprint text, Risk text, "
        + "MessageId uuid, SessionId uuid, ChannelId uuid, AgentId uuid, Payload text, State text, Position bigint, PreviousId uuid, ReplayId uuid");

    public static RowStatement LetterEnd { get; } = Update("DeadLetters", "State text, ResolvedAt bigint", "Id uuid", """AND t."State" = 'replaying'""");

    public static RowStatement Attempt { get; } = Insert(
        "Attempts",
        "Id uuid, TenantId uuid, SessionId uuid, MessageId uuid, Number integer, Run integer, AgentId uuid, StartedAt bigint, EndedAt bigint, Kind integer, Cause text, Detail text, Probe boolean, NextAt bigint");

    /// <summary>Nothing is written about a message that is not there any more.</summary>
    public static RowStatement Delivery { get; } = Insert(
        "Deliveries",
        "Position bigint, TenantId uuid, MessageId uuid, ChannelId uuid, SessionId uuid, State text, Attempts integer, StartedAt bigint, NextAt bigint, Parts text, PossibleDuplicate boolean, Error text",
        """
        WHERE EXISTS (SELECT 1 FROM "Messages" m WHERE m."Position" = v."Position")
        ON CONFLICT ("Position") DO UPDATE SET "State" = excluded."State", "Attempts" = excluded."Attempts", "StartedAt" = excluded."StartedAt",
            "NextAt" = excluded."NextAt", "Parts" = excluded."Parts", "PossibleDuplicate" = excluded."PossibleDuplicate", "Error" = excluded."Error"
        """);

    public static RowStatement ReplyEnd { get; } = Update(
        "Messages", "State smallint, Pending smallint, DeliveredAt bigint, Receipt text, Error text", "Position bigint", """AND t."Pending" = 3""");

    public static RowStatement EventDelivery { get; } = Insert(
        "EventDeliveries",
        "Id uuid, TenantId uuid, WebhookId uuid, SessionId uuid, EventId uuid, Type text, Body text, At bigint, State text, Attempts integer, NextAt bigint, LastAt bigint, Status integer, Milliseconds integer, Error text");

    public static RowStatement EventOutcome { get; } = Update(
        "EventDeliveries", "State text, Attempts integer, NextAt bigint, LastAt bigint, Status integer, Milliseconds integer, Error text", "Id uuid", """AND t."State" = 'pending'""");

    public static RowStatement Place { get; } = Insert("SessionEntries", "SessionId uuid, Seq bigint, Position bigint", "ON CONFLICT DO NOTHING");

    private static RowStatement Insert(string table, string columns, string rest = "")
    {
        var all = Read(columns);
        return new($"""INSERT INTO "{table}" ({Names(all)}) SELECT * FROM {Rows(all)} {rest}""".TrimEnd(), table, all);
    }

    private static RowStatement Update(string table, string columns, string key, string rest = "")
    {
        var set = Read(columns);
        (string Name, string Type)[] all = [.. set, .. Read(key)];
        return new(
            $"""UPDATE "{table}" t SET {string.Join(", ", set.Select(c => $"\"{c.Name}\" = v.\"{c.Name}\""))} FROM {Rows(all)} WHERE t."{all[^1].Name}" = v."{all[^1].Name}" {rest}""".TrimEnd(), table, all);
    }

    private static string Rows((string Name, string Type)[] columns) =>
        $"unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.Type}[]"))}) AS v({Names(columns)})";

    private static string Names((string Name, string Type)[] columns) => string.Join(", ", columns.Select(c => $"\"{c.Name}\""));

    private static (string Name, string Type)[] Read(string columns) =>
        [.. columns.Split(", ").Select(c => c.Split(' ')).Select(c => (c[0], c[1]))];
}
