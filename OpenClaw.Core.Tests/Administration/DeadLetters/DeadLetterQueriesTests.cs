using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.DeadLetters;

namespace OpenClaw.Core.Tests.Administration.DeadLetters;

public sealed class DeadLetterQueriesTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private Guid _tenant;
    private ConversationRows _rows = null!;
    private DeadLetterQueries _queries = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
        _rows = new(_tenant, Guid.NewGuid());
        _queries = new(_database.Tenants);
        var session = _rows.Session(1);
        var message = _rows.Message(session.Id, 1, "hi");
        await _database.AddAsync(session, message);
        await _database.AddAsync([.. Enumerable.Range(1, 7).Select(i => _rows.Dead(message, i, i < 3 ? "f1" : "f2", i == 7 ? "discarded" : "open"))]);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task List_ByPages_IsNewestFirst()
    {
        var first = await _queries.ListAsync(_tenant, new(), new(4));
        var second = await _queries.ListAsync(_tenant, new(), new(4, first.Next));
        Assert.Equal([7, 6, 5, 4, 3, 2, 1], first.Items.Concat(second.Items).Select(d => (int)(d.LastAt - ConversationRows.Start).TotalSeconds));
        Assert.Null(second.Next);
        Assert.Equal("hi", first.Items[0].Payload.GetProperty("text").GetString());
    }

    [Fact]
    public async Task List_Filtered_Narrows()
    {
        Assert.Equal(2, (await _queries.ListAsync(_tenant, new() { Group = "f1" }, new(50))).Items.Count);
        Assert.Single((await _queries.ListAsync(_tenant, new() { State = "discarded" }, new(50))).Items);
        Assert.Empty((await _queries.ListAsync(_tenant, new() { Cause = "no_route" }, new(50))).Items);
    }

    [Fact]
    public async Task Groups_CountTheOpenOnes()
    {
        var groups = (await _queries.GroupsAsync(_tenant)).Items;
        Assert.Equal([("f2", 4), ("f1", 2)], groups.Select(g => (g.Fingerprint, g.Count)));
    }

    [Fact]
    public async Task Get_OfAnotherTenant_IsNull()
    {
        var letter = (await _queries.ListAsync(_tenant, new(), new(1))).Items[0];
        Assert.NotNull(await _queries.GetAsync(_tenant, letter.Id));
        Assert.Null(await _queries.GetAsync(await _database.AddTenantAsync("other"), letter.Id));
    }
}
