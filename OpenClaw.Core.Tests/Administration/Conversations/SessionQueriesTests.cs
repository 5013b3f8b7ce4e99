using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Conversations;

public sealed class SessionQueriesTests : IAsyncLifetime
{
    private static readonly Guid Channel = Guid.NewGuid();
    private TestDatabase _database = null!;
    private Guid _tenant;
    private ConversationRows _rows = null!;
    private SessionQueries _queries = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
        _rows = new(_tenant, Channel);
        _queries = new(_database.Tenants, _database.Index);
        await _database.AddAsync(new Channel { Id = Channel, TenantId = _tenant, Kind = "websocket", Name = "Web" });
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task List_ManySessions_PagesNewestActivityFirstWithoutGapOrRepeat()
    {
        var sessions = Enumerable.Range(0, 25).Select(i => _rows.Session(i / 3)).ToArray();
        await _database.AddAsync([.. sessions]);
        var seen = new List<SessionView>();
        string? cursor = null;
        do
        {
            var page = await _queries.ListAsync(_tenant, new(), new(4, cursor));
            seen.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(25, seen.Select(s => s.Id).Distinct().Count());
        Assert.Equal(25, seen.Count);
        Assert.Equal(seen.OrderByDescending(s => s.LastActivityAt).Select(s => s.LastActivityAt), seen.Select(s => s.LastActivityAt));
    }

    [Fact]
    public async Task List_OtherTenant_SeesNothing()
    {
        var session = _rows.Session(1);
        await _database.AddAsync(session);
        var other = await _database.AddTenantAsync("other");
        Assert.Empty((await _queries.ListAsync(other, new(), new(50))).Items);
        Assert.Null(await _queries.GetAsync(other, session.Id));
    }

    [Fact]
    public async Task List_EachFilter_Narrows()
    {
        var agent = Guid.NewGuid();
        var one = _rows.Session(1, "ada", SessionState.Active, agent);
        var two = _rows.Session(5, "bob", SessionState.Dormant);
        await _database.AddAsync(one, two, _rows.Message(one.Id, 1, "Where is my 100% parcel?"), _rows.Message(two.Id, 1, "hello"));
        await AssertOnly(one, new() { State = SessionState.Active });
        await AssertOnly(one, new() { Agent = agent });
        await AssertOnly(two, new() { User = "bob" });
        await AssertOnly(one, new() { Text = "MY 100% P" });
        await AssertOnly(two, new() { Since = ConversationRows.Start.AddMinutes(5) });
        Assert.Equal(2, (await _queries.ListAsync(_tenant, new() { Channel = Channel }, new(50))).Items.Count);
        Assert.Empty((await _queries.ListAsync(_tenant, new() { Text = "100_ p" }, new(50))).Items);
    }

    [Fact]
    public async Task List_TextInMoreSessionsThanOneWindow_GoesOnWithNext()
    {
        var sessions = Enumerable.Range(0, SessionQueries.SearchWindow + 1).Select(i => _rows.Session(i)).ToArray();
        await _database.AddAsync([.. sessions]);
        await _database.AddAsync(_rows.Message(sessions[0].Id, 1, "needle"));
        var first = await _queries.ListAsync(_tenant, new() { Text = "needle" }, new(10));
        Assert.Empty(first.Items);
        var second = await _queries.ListAsync(_tenant, new() { Text = "needle" }, new(10, first.Next));
        Assert.Equal(sessions[0].Id, Assert.Single(second.Items).Id);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Get_LaggingLastSeq_CountsTheMessages()
    {
        var session = _rows.Session(1, lastSeq: 1);
        await _database.AddAsync(session, _rows.Message(session.Id, 1, "a"), _rows.Message(session.Id, 2, "b", MessageFrom.Agent, 1));
        var view = await _queries.GetAsync(_tenant, session.Id);
        Assert.NotNull(view);
        Assert.Equal(2, view.Messages);
        Assert.Equal("websocket", view.ChannelKind);
        Assert.Equal("active", view.State);
        Assert.Equal("{}", view.Context.GetRawText());
        Assert.Equal("[]", view.Tools.GetRawText());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task List_BrokenCursor_IsTold(string cursor) =>
        Assert.Equal("after", (await Assert.ThrowsAsync<InvalidInputException>(() => _queries.ListAsync(_tenant, new(), new(50, cursor)))).Field);

    private async Task AssertOnly(Session expected, SessionFilter filter) =>
        Assert.Equal(expected.Id, Assert.Single((await _queries.ListAsync(_tenant, filter, new(50))).Items).Id);
}
