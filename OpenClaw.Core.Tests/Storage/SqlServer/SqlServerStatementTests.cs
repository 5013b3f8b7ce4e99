using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using OpenClaw.Storage.SqlServer;
using OpenClaw.Storage.SqlServer.Care;
using OpenClaw.Storage.SqlServer.Journal;
using OpenClaw.Storage.SqlServer.Search;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>Every statement that is not EF's: read by Microsoft's parser, its tables and columns held against the schema, its parameters against the commands.</summary>
public sealed class SqlServerStatementTests
{
    private static readonly SqlServerStatements Journal = new(new JournalColumns());

    public static TheoryData<string, string, string> Statements { get; } = new()
    {
        { "journal: open", SqlServerStatements.Open, "" },
        { "journal: take the mark", SqlServerStatements.TakeMark, "" },
        { "journal: set the mark", SqlServerStatements.SetMark, "@value" },
        { "journal: set a value", SqlServerStatements.SetValue, "@name @value" },
        { "journal: index what is missing", SqlServerStatements.IndexMissing, "" },
        { "journal: settings", JournalSettings.Query, "" },
        { "start", SqlServerStart.Query, "" },
        { "snapshot", SqlServerStart.Snapshot, "" },
        { "claim", SqlServerClaim.Take, "" },
        { "claim: look", SqlServerClaim.Look, "" },
        { "scrub", SqlServerScrubber.Clean, "" },
        { "upkeep: tables", SqlServerUpkeep.Tables, "" },
        { "upkeep: check", SqlServerUpkeep.Check("[dbo].[O'Hara]"), "" },
        { "upkeep: renew", SqlServerUpkeep.Renew("[dbo].[Messages]"), "" },
        { "search: tables", SearchSchema.Tables, "" },
        { "search: full text?", SearchSchema.HasFullText, "" },
        { "search: catalog", SearchSchema.MakeCatalog, "" },
        { "search: index", SearchSchema.MakeIndex, "" },
        { "search: all fresh", SearchSchema.AllFresh, "" },
        { "search: clear", SearchSchema.Clear, "" },
        { "search: reorganize", SearchSchema.Reorganize, "" },
        { "search: settle", SearchSchema.Settle, "" },
        { "search: known", SearchSchema.Known, "@sessions" },
        { "search: hash", SearchSchema.HashOf, "@session" },
        { "search: add", SearchSchema.Add, "@at @hash @session @tenant @words" },
        { "search: remove", SearchSchema.Remove, "@session" },
        { "search: LIKE", SearchSchema.Search(2, fullText: false), "@at @limit @session @tenant @word0 @word1" },
        { "search: full text", SearchSchema.Search(1, fullText: true), "@at @limit @match @session @tenant @word0" },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public void Statement_Parsed_NamesWhatIsThereAndOnlyItsParameters(string name, string sql, string parameters)
    {
        Assert.NotEmpty(name);
        var parsed = SqlScript.Parse(sql);
        Assert.Equal(parameters, string.Join(' ', parsed.Parameters()));
        HoldAgainstTheSchema(parsed);
    }

    [Fact]
    public void JournalBatches_Parsed_NameWhatIsThereAndOnlyTheCommandsParameters()
    {
        using var writer = Writer();
        foreach (var command in writer.Commands)
        {
            var parsed = SqlScript.Parse(command.CommandText);
            Assert.Equal(command.Parameters.Cast<SqlParameter>().Select(p => p.ParameterName).Order(StringComparer.Ordinal), parsed.Parameters());
            HoldAgainstTheSchema(parsed);
        }
    }

    [Fact]
    public void JournalBatches_Whole_BeginsOnceCommitsDurablyAndMarksFirst()
    {
        var whole = SqlScript.Parse(Journal.Whole);
        Assert.Single(whole.All<BeginTransactionStatement>());
        Assert.Equal(OptionState.Off, Assert.Single(whole.All<CommitTransactionStatement>()).DelayedDurabilityOption);
        Assert.Contains(whole.All<PredicateSetStatement>(), s => s.Options == SetOptions.XactAbort && s.IsOn);
        var written = whole.All<DataModificationStatement>().Select(s => s.Text()).ToList();
        Assert.Contains("journal.group", written[0], StringComparison.Ordinal);
        // the order of SQLite's writer, on which the meaning of a group rests
        string[] order =
        [
            "INSERT INTO [Sessions]", "UPDATE t SET [UserName]", "INSERT INTO [Messages]", "UPDATE t SET [State] = j.[State], [Pending]", "UPDATE t SET [DeliveredAt]",
            "INSERT INTO [DeadLetters]", "UPDATE t SET [State] = j.[State], [ResolvedAt]", "INSERT INTO [Attempts]", "UPDATE t SET [State] = j.[State], [Attempts] = j.[Attempts], [StartedAt]",
            "INSERT INTO [Deliveries]", "UPDATE t SET [State] = j.[State], [DeliveredAt]", "UPDATE t SET [State] = j.[State], [Attempts] = j.[Attempts], [NextAt]",
            "INSERT INTO [SessionEntries]", "INSERT INTO [EventDeliveries]", "UPDATE [InstallationValues]", "INSERT INTO [InstallationValues]",
        ];
        Assert.Equal(order.Length, written.Count - 1);
        foreach (var (statement, start) in written.Skip(1).Zip(order)) Assert.StartsWith(start, statement, StringComparison.Ordinal);
    }

    [Fact]
    public void JournalLists_AgainstTheSchema_ColumnsAndTypes()
    {
        var lists = new JournalColumns();
        Hold(lists.NewSessions, "Sessions", whole: true);
        Hold(lists.ChangedSessions, "Sessions");
        Hold(lists.NewMessages, "Messages", whole: true, "Receipt");
        Hold(lists.ChangedMessages, "Messages");
        Hold(lists.Receipts, "Messages");
        Hold(lists.DeadLetters, "DeadLetters", whole: true, "ReplayPayload", "ReplayAgentId", "ResolvedAt", "ResolvedBy");
        Hold(lists.LetterEnds, "DeadLetters");
        Hold(lists.Attempts, "Attempts", whole: true);
        Hold(lists.Deliveries, "Deliveries", whole: true);
        Hold(lists.ReplyEnds, "Messages");
        Hold(lists.EventOutcomes, "EventDeliveries");
        Hold(lists.Places, "SessionEntries", whole: true);
        Hold(lists.EventDeliveries, "EventDeliveries", whole: true);
    }

    internal static SqlServerJournalWriter Writer()
    {
        using var database = new SqlServerDatabase("Server=localhost;Database=none", TimeProvider.System);
        var connection = new SqlConnection("Server=localhost;Database=none");
        return new(connection, database.OnConnection(connection));
    }

    private static void Hold(IJsonRows list, string table, bool whole = false, params string[] except)
    {
        var columns = SqlSchema.Migrated.Value.Tables[table].Columns;
        foreach (var (name, type) in list.Shape)
        {
            var stored = columns[name].Type;
            Assert.True(type == (stored.StartsWith("nvarchar", StringComparison.Ordinal) ? "nvarchar(max)" : stored), $"{table}.{name} is {stored}, and travels as {type}");
        }

        if (whole) Assert.Equal(columns.Keys.Except(except).Order(StringComparer.Ordinal), list.Shape.Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>Every table is there, and every column is of one of the statement's tables or of its JSON.</summary>
    private static void HoldAgainstTheSchema(TSqlFragment parsed)
    {
        var tables = SqlSchema.Migrated.Value.Tables.Concat(SqlSchema.Search.Value.Tables).ToDictionary(StringComparer.Ordinal);
        foreach (var statement in parsed.All<TSqlStatement>().Where(s => s is DataModificationStatement or SelectStatement))
        {
            var named = statement.All<NamedTableReference>();
            if (named.Any(t => t.SchemaObject.SchemaIdentifier?.Value == "sys")) continue;
            var aliases = named.Select(t => t.Alias?.Value).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var used = named.Select(t => t.SchemaObject.BaseIdentifier.Value).Where(n => !aliases.Contains(n)).ToList();
            Assert.All(used, n => Assert.Contains(n, tables.Keys));
            var columns = used.SelectMany(n => tables[n].Columns.Keys)
                .Concat(statement.All<OpenJsonTableReference>().SelectMany(j => j.SchemaDeclarationItems).Select(i => i.ColumnDefinition.ColumnIdentifier.Value))
                .Concat(["value", "KEY"]).ToHashSet(StringComparer.Ordinal);
            foreach (var column in statement.All<ColumnReferenceExpression>().Where(c => c.MultiPartIdentifier is not null && c.Text() != "MICROSECOND" && c.Text() != "MINUTE"))
                Assert.Contains(column.MultiPartIdentifier.Identifiers[^1].Value, columns);
        }
    }
}
