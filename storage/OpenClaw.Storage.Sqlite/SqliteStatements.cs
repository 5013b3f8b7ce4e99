namespace OpenClaw.Storage.Sqlite;

/// <summary>The journal's few statements: the one exception to "EF owns all SQL". A test prepares them against the migrated schema.</summary>
internal static class SqliteStatements
{
    public const string Probe =
        """
        INSERT INTO "InstallationValues" ("Name", "Value") VALUES ('journal.probe', ?1)
        ON CONFLICT ("Name") DO UPDATE SET "Value" = excluded."Value"
        """;

    public const string Place = """INSERT OR IGNORE INTO "SessionEntries" ("SessionId", "Seq", "Position") VALUES (?, ?, ?)""";

    public const string Floor =
        """
        INSERT INTO "InstallationValues" ("Name", "Value") VALUES ('messages.indexed', ?1)
        ON CONFLICT ("Name") DO UPDATE SET "Value" = excluded."Value"
        """;

    public const string IndexMissing =
        """
        INSERT OR IGNORE INTO "SessionEntries" ("SessionId", "Seq", "Position")
        SELECT "SessionId", "Seq", "Position" FROM "Messages" WHERE "Position" >= ? ORDER BY "SessionId", "Seq"
        """;

    public const string NewSession =
        """
        INSERT INTO "Sessions" ("Id", "TenantId", "ChannelId", "RootId", "Episode", "Conversation", "Thread", "UserId", "UserName",
            "State", "AgentId", "Assigned", "LastSeq", "Context", "Preferences", "AgentSettings", "Tools", "CreatedAt", "EndedAt", "LastActivityAt",
            "TakenById", "TakenByName", "TakenAt", "NoteToAgent")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    public const string ChangedSession =
        """
        UPDATE "Sessions" SET "UserName" = ?, "State" = ?, "AgentId" = ?, "Assigned" = ?, "LastSeq" = ?,
            "Context" = ?, "Preferences" = ?, "AgentSettings" = ?, "Tools" = ?, "EndedAt" = ?, "LastActivityAt" = ?,
            "TakenById" = ?, "TakenByName" = ?, "TakenAt" = ?, "NoteToAgent" = ?
        WHERE "Id" = ?
        """;

    public const string NewMessage =
        """
        INSERT INTO "Messages" ("Position", "Id", "TenantId", "ChannelId", "SessionId", "Seq", "From", "ExternalId", "UserId", "UserName", "Text", "Extras",
            "At", "State", "Pending", "DueAt", "InReplyToSeq", "Run", "Index", "RoutedAt", "DispatchedAt", "AnsweredAt", "DeliveredAt",
            "Attempts", "AgentId", "Route", "Error")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    public const string ChangedMessage =
        """
        UPDATE "Messages" SET "State" = ?, "Pending" = ?, "DueAt" = ?, "Run" = ?, "RoutedAt" = ?, "DispatchedAt" = ?, "AnsweredAt" = ?,
            "Attempts" = ?, "AgentId" = ?, "Route" = ?, "Error" = ?
        WHERE "Position" = ?
        """;

    public const string Receipt = """UPDATE "Messages" SET "DeliveredAt" = ? WHERE "Position" = ? AND "DeliveredAt" IS NULL""";

    public const string DeadLetter =
        """
        INSERT INTO "DeadLetters" ("Id", "TenantId", "Stage", "Cause", "Detail", "Attempts", "FirstAt", "LastAt", "Fingerprint", "Risk",
            "MessageId", "SessionId", "ChannelId", "AgentId", "Payload", "State", "Position", "PreviousId", "ReplayId")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    public const string LetterEnd = """UPDATE "DeadLetters" SET "State" = ?, "ResolvedAt" = ? WHERE "Id" = ? AND "State" = 'replaying'""";

    public const string Attempt =
        """
        INSERT INTO "Attempts" ("Id", "TenantId", "SessionId", "MessageId", "Number", "Run", "AgentId", "StartedAt", "EndedAt", "Kind", "Cause", "Detail", "Probe", "NextAt")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    /// <summary>Nothing is written about a message that is not there any more.</summary>
    public const string Delivery =
        """
        INSERT INTO "Deliveries" ("Position", "TenantId", "MessageId", "ChannelId", "SessionId", "State", "Attempts", "StartedAt", "NextAt", "Parts", "PossibleDuplicate", "Error")
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 WHERE EXISTS (SELECT 1 FROM "Messages" WHERE "Position" = ?1)
        ON CONFLICT ("Position") DO UPDATE SET "State" = excluded."State", "Attempts" = excluded."Attempts", "StartedAt" = excluded."StartedAt",
            "NextAt" = excluded."NextAt", "Parts" = excluded."Parts", "PossibleDuplicate" = excluded."PossibleDuplicate", "Error" = excluded."Error"
        """;

    public const string ReplyEnd =
        """UPDATE "Messages" SET "State" = ?, "Pending" = NULL, "DeliveredAt" = ?, "Receipt" = ?, "Error" = ? WHERE "Position" = ? AND "Pending" = 3""";
}
