using System.Text.Json;
using Microsoft.Data.SqlClient;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Storage.SqlServer.Journal;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>A group's way into the command's parameters, run for real up to the network.</summary>
public sealed class SqlServerGroupTests
{
    private const string Odd = "a\"b\\c\u0000d\u2028'<&>é東\U0001F600\uD800 end ";

    [Fact]
    public void Fill_MessagesOfAllSorts_ReadBackAsTheyWere()
    {
        var messages = Enumerable.Range(0, 300).Select(Message).ToList();
        var group = new JournalGroup();
        group.NewMessages.AddRange(messages);
        var rows = Fill(group)["@newMessages"];

        Assert.Equal(messages.Count, rows.GetArrayLength());
        foreach (var (message, row) in messages.Zip(rows.EnumerateArray()))
        {
            Assert.Equal(message.Position, Column(row, "Position").GetInt64());
            Assert.Equal(message.Id, Guid.ParseExact(Column(row, "Id").GetString()!, "N"));
            Assert.Equal(Convert.ToHexStringLower(message.SessionId.ToByteArray(bigEndian: true)), Column(row, "SessionId").GetString());
            Assert.Equal(message.Text.ToString(), Column(row, "Text").GetString());
            Assert.Equal(message.UserName?.Replace('\uD800', '\uFFFD'), Column(row, "UserName").GetString());
            Assert.Equal(message.DeliveredAt, Column(row, "DeliveredAt") is { ValueKind: JsonValueKind.Number } at ? at.GetInt64() : 0);
            Assert.Equal((int)message.State, Column(row, "State").GetInt32());
            Assert.Equal(message.AgentId == Guid.Empty, Column(row, "AgentId").ValueKind == JsonValueKind.Null);
            Assert.Equal(message.Error, Column(row, "Error").GetString());
        }

        static JsonElement Column(JsonElement row, string name) => row[new JournalColumns().NewMessages.Shape.Index().Single(c => c.Item.Name == name).Index];
    }

    [Fact]
    public void Fill_Again_ListsThatAreEmptyAreNull()
    {
        using var writer = SqlServerStatementTests.Writer();
        var group = new JournalGroup();
        group.NewMessages.Add(Message(1));
        group.Floor = 77;
        writer.Fill(group);
        Assert.Equal("77", writer.Commands[0].Parameters["@floor"].Value);
        group.Clear();
        group.Receipts.Add(Message(2));
        writer.Fill(group);
        Assert.Equal(
            ["@lastMark", "@mark", "@receipts"],
            writer.Commands[0].Parameters.Cast<SqlParameter>().Where(p => p.Value is not DBNull).Select(p => p.ParameterName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Fill_SameRowTwice_OneLineWithWhatSqliteWouldLeave()
    {
        var (first, second) = (Message(1), Message(1));
        second.State = MessageState.Dead;
        var id = Guid.CreateVersion7();
        var place = new EntryPlace(Guid.NewGuid(), 1, 5);
        var group = new JournalGroup();
        group.ChangedMessages.AddRange([first, second]);
        group.Places.AddRange([place, place, place with { Seq = 2 }]);
        group.Deliveries.AddRange([Sending("sending"), Sending("waiting")]);
        group.ReplyEnds.AddRange([new(9, MessageState.Answered, 5, "r1", null), new(9, MessageState.Dead, 0, null, "no")]);
        group.EventOutcomes.AddRange(
        [
            new(id, EventDeliveryStates.Pending, 1, 5, 5, 500, 3, "again"), new(id, EventDeliveryStates.Delivered, 2, 0, 6, 200, 3, null), new(id, EventDeliveryStates.Failed, 3, 0, 7, 400, 3, "late"),
        ]);

        var lists = Fill(group);

        Assert.Equal((int)MessageState.Dead, Assert.Single(lists["@changedMessages"].EnumerateArray())[1].GetInt32());
        Assert.Equal(2, lists["@places"].GetArrayLength());
        Assert.Equal("waiting", Assert.Single(lists["@deliveries"].EnumerateArray())[5].GetString());
        Assert.Equal("r1", Assert.Single(lists["@replyEnds"].EnumerateArray())[3].GetString());
        Assert.Equal(EventDeliveryStates.Delivered, Assert.Single(lists["@eventOutcomes"].EnumerateArray())[1].GetString());
    }

    [Fact]
    public void Fill_GroupWithWork_GoesToTheStatementsBeforeIt()
    {
        using var writer = SqlServerStatementTests.Writer();
        var group = new JournalGroup();
        group.NewMessages.Add(Message(1));
        group.Work.Add(_ => { });
        writer.Fill(group);
        Assert.IsType<DBNull>(writer.Commands[0].Parameters["@newMessages"].Value);
        Assert.IsType<string>(writer.Commands[1].Parameters["@newMessages"].Value);
    }

    /// <summary>Every column's writer meets a row: with all set, and with as little as there may be.</summary>
    [Fact]
    public void Fill_EveryList_IsJson()
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(20_000);
        var id = Guid.CreateVersion7();
        var session = new SessionRecord
        {
            Id = id, RootId = id, Episode = 1, Place = new(id, id), Address = new("c", null, "u", Odd), Context = "{\"a\":\"é\"}"u8.ToArray(), TakenById = Guid.Empty, TakenByName = "n",
        };
        var group = new JournalGroup { Floor = 1 };
        group.NewSessions.Add(session);
        group.ChangedSessions.Add(session);
        group.LetterEnds.Add(new(id, "resolved", 5));
        group.Attempts.Add(new Attempt { Id = id, Cause = "c", Detail = Odd, EndedAt = now });
        group.DeadLetters.Add(new DeadLetter { Id = id, Stage = "s", Cause = "c", Detail = Odd, Fingerprint = "f", Risk = "r", Payload = "{}", State = "open", FirstAt = now, LastAt = now });
        group.Deliveries.Add(Sending("sending"));
        group.EventDeliveries.Add(new EventDelivery { Id = id, Type = "t", Body = Odd, State = "pending" });
        group.ReplyEnds.Add(new(1, MessageState.Dead, 0, null, Odd));
        group.EventOutcomes.Add(new(id, "failed", 1, 0, 1, null, 1, null));
        var lists = Fill(group);
        Assert.Equal(9, lists.Count);
        Assert.All(lists, l => Assert.Equal(1, l.Value.GetArrayLength()));
        Assert.Equal("{\"a\":\"é\"}", lists["@newSessions"][0][13].GetString());
        Assert.Equal(new string('0', 32), lists["@newSessions"][0][20].GetString());
        Assert.Equal(Micros.From(now), lists["@deadLetters"][0][6].GetInt64());
    }

    private static OpenClaw.Gateway.Core.Storage.Entities.Delivery Sending(string state) => new() { Position = 3, State = state, Attempts = 1 };

    private static MessageRecord Message(int i) => new()
    {
        Position = (1L << 53) + i, Id = Guid.CreateVersion7(), TenantId = Guid.NewGuid(), ChannelId = Guid.NewGuid(), SessionId = Guid.NewGuid(), From = MessageFrom.User,
        Seq = i, Text = Utf8Text.From(Odd.Replace("\uD800", "", StringComparison.Ordinal) + i), UserName = i % 3 == 0 ? null : Odd, State = MessageState.Accepted,
        DeliveredAt = i % 2 == 0 ? 0 : i, AgentId = i % 5 == 0 ? Guid.Empty : Guid.NewGuid(), Error = i % 7 == 0 ? "oh" : null,
    };

    private static Dictionary<string, JsonElement> Fill(JournalGroup group)
    {
        using var writer = SqlServerStatementTests.Writer();
        writer.Fill(group);
        return writer.Commands[0].Parameters.Cast<SqlParameter>().Where(p => p.Value is string text && text.StartsWith('['))
            .ToDictionary(p => p.ParameterName, p => JsonDocument.Parse((string)p.Value).RootElement, StringComparer.Ordinal);
    }
}
