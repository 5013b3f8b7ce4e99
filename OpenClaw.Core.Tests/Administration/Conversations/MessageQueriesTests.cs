using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Conversations;

public sealed class MessageQueriesTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private Guid _tenant;
    private ConversationRows _rows = null!;
    private MessageQueries _queries = null!;
    private Session _session = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
        _rows = new(_tenant, Guid.NewGuid());
        _queries = new(_database.Tenants, new PlainLinks(), _database.Index);
        _session = _rows.Session(1);
        await _database.AddAsync(_session);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task List_Forwards_GivesOldestFirstAndNamesTheQuestionAcrossPages()
    {
        var rows = Enumerable.Range(1, 5).Select(i => _rows.Message(_session.Id, i, $"m{i}", i == 4 ? MessageFrom.Agent : MessageFrom.User, i == 4 ? 1 : null)).ToArray();
        await _database.AddAsync([.. rows]);
        var first = await _queries.ListAsync(_tenant, _session.Id, new(3));
        var second = await _queries.ListAsync(_tenant, _session.Id, new(3, first.Next));
        Assert.Equal([1L, 2, 3, 4, 5], first.Items.Concat(second.Items).Select(m => m.Seq));
        Assert.Null(second.Next);
        Assert.Equal(rows[0].Id, second.Items[0].InReplyTo);
        Assert.Equal("agent", second.Items[0].From);
    }

    [Fact]
    public async Task Mail_WithItsBounces_IsShown()
    {
        var mail = _rows.Message(_session.Id, 1, "hi");
        mail.Extras = System.Text.Encoding.UTF8.GetString(new MessageExtras(Mail: new MailDetails("Order 7", ["support@example.com"], Quoted: "> before", Left: ["too large"])).ToJson());
        var reply = _rows.Message(_session.Id, 2, "hello", MessageFrom.Agent, 1);
        await _database.AddAsync(mail, reply);
        await _database.AddAsync(Report(reply, 2, DeliveryVerdict.Hard, "5.1.1"), Report(reply, 1, DeliveryVerdict.AutoReply, null));
        var listed = (await _queries.ListAsync(_tenant, _session.Id, new(9))).Items;
        Assert.Equal(("Order 7", "> before"), (listed[0].Mail!.Subject, listed[0].Mail!.Quoted));
        Assert.Equal(["support@example.com"], listed[0].Mail!.To);
        Assert.Equal(["too large"], listed[0].Mail!.Left);
        Assert.Empty(listed[0].Mail!.Cc);
        Assert.Null(listed[0].Reports);
        Assert.Null(listed[1].Mail);
        Assert.Equal([("auto_reply", null), ("hard", "5.1.1")], listed[1].Reports!.Select(r => (r.Verdict, r.Status)));
        Assert.Equal(["auto_reply", "hard"], (await _queries.GetAsync(_tenant, mail.Id))!.Replies.Single().Delivery.Reports!.Select(r => r.Verdict));
        Assert.Equal(2, (await _queries.GetAsync(_tenant, reply.Id))!.Reports!.Count);
    }

    private DeliveryReport Report(Message reply, int minute, DeliveryVerdict verdict, string? status) => new()
    {
        Id = Guid.CreateVersion7(ConversationRows.Start.AddMinutes(minute)), TenantId = _tenant, ChannelId = reply.ChannelId, ReplyId = reply.Id, SessionId = reply.SessionId, ExternalId = $"{minute}",
        Recipient = "ada@example.org", Verdict = verdict, Status = status, Detail = "550 no such user", At = ConversationRows.Start.AddMinutes(minute),
    };

    [Fact]
    public async Task ListBackwards_FromTheEnd_ReadsUpwards()
    {
        await _database.AddAsync([.. Enumerable.Range(1, 5).Select(i => _rows.Message(_session.Id, i, $"m{i}"))]);
        var newest = await _queries.ListBackwardsAsync(_tenant, _session.Id, 2);
        var earlier = await _queries.ListBackwardsAsync(_tenant, _session.Id, 3, newest.Next);
        Assert.Equal([4L, 5], newest.Items.Select(m => m.Seq));
        Assert.Equal([1L, 2, 3], earlier.Items.Select(m => m.Seq));
        Assert.Null(earlier.Next);
    }

    [Fact]
    public async Task Get_AnsweredMessage_HasStagesRouteAndRepliesWithDelivery()
    {
        var agent = Guid.NewGuid();
        var question = _rows.Message(_session.Id, 1, "hi");
        (question.RoutedAt, question.DispatchedAt, question.AnsweredAt) = (question.At, question.At.AddSeconds(1), question.At.AddSeconds(2));
        (question.Attempts, question.AgentId, question.Route) = (2, agent, """{"rule":null,"version":1,"strategy":"static","agent":null,"why":"default agent"}""");
        var reply = _rows.Message(_session.Id, 2, "hello", MessageFrom.Agent, 1);
        reply.Extras = System.Text.Encoding.UTF8.GetString(new MessageExtras([new(Guid.NewGuid(), "a.pdf", "application/pdf", 12)], [new("Yes", "yes")]).ToJson());
        reply.DeliveredAt = reply.At.AddSeconds(3);
        await _database.AddAsync(question, reply, _rows.Message(_session.Id, 3, "other"));
        var trace = await _queries.GetAsync(_tenant, question.Id);
        Assert.NotNull(trace);
        Assert.Equal(["received", "routed", "dispatched", "answered", "delivered"], trace.Stages.Select(s => s.Stage));
        Assert.Equal((2, agent), (trace.Stages[2].Attempt!.Value, trace.Stages[2].Agent!.Value));
        Assert.Equal("static", trace.Route!.Value.GetProperty("strategy").GetString());
        var view = Assert.Single(trace.Replies);
        Assert.Equal("delivered", view.Delivery.State);
        Assert.Equal(question.Id, view.InReplyTo);
        Assert.StartsWith("http://files/", Assert.Single(view.Attachments).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_AcceptedMessage_HasOnlyTheStageItReached()
    {
        var row = _rows.Message(_session.Id, 1, "hi", state: MessageState.Accepted);
        await _database.AddAsync(row);
        var trace = await _queries.GetAsync(_tenant, row.Id);
        Assert.Equal("received", Assert.Single(trace!.Stages).Stage);
        Assert.Equal("accepted", trace.State);
        Assert.Null(trace.Route);
        Assert.Empty(trace.Replies);
    }

    [Fact]
    public async Task Get_DeadMessage_CarriesTheErrorAtItsStage()
    {
        var row = _rows.Message(_session.Id, 1, "hi", state: MessageState.Dead);
        (row.RoutedAt, row.DispatchedAt, row.Attempts) = (row.At, row.At, 3);
        await _database.AddAsync(row, _rows.Dead(row, 9));
        var trace = await _queries.GetAsync(_tenant, row.Id);
        Assert.Equal("agent_error: 503 from the agent", trace!.Stages.Single(s => s.Stage == "dispatched").Error);
    }

    [Fact]
    public async Task Get_OfAnotherTenantOrUnknown_IsNull()
    {
        var row = _rows.Message(_session.Id, 1, "hi");
        await _database.AddAsync(row);
        Assert.Null(await _queries.GetAsync(await _database.AddTenantAsync("other"), row.Id));
        Assert.Null(await _queries.GetAsync(_tenant, Guid.NewGuid()));
        Assert.Null(await _queries.GetAsync(_tenant, Guid.CreateVersion7()));
    }

    [Fact]
    public async Task List_BrokenCursor_IsTold() =>
        await Assert.ThrowsAsync<InvalidInputException>(() => _queries.ListAsync(_tenant, _session.Id, new(3, "x")));
}
