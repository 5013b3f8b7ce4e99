using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Conversations;

public sealed class SessionNeighboursTests : IAsyncLifetime
{
    private static readonly Guid Channel = Guid.NewGuid();
    private TestDatabase _database = null!;
    private Guid _tenant;
    private ConversationRows _rows = null!;
    private SessionQueries _queries = null!;
    private SessionNeighbours _neighbours = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
        _rows = new(_tenant, Channel);
        (_queries, _neighbours) = (new(_database.Tenants, _database.Index), new(_database.Tenants, _database.Index));
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Newer_FromTheEnd_LeadsBackToTheStartWithoutGapOrRepeat()
    {
        await _database.AddAsync([.. Enumerable.Range(0, 25).Select(i => _rows.Session(i / 3))]);
        var all = (await _queries.ListAsync(_tenant, new(), new(50))).Items.Select(s => s.Id).ToList();
        var seen = new List<Guid>();
        string? place = SessionNeighbours.PlaceOf((await _queries.GetAsync(_tenant, all[^1]))!);
        while (place is not null)
        {
            var page = await _neighbours.NewerAsync(_tenant, new(), new(4, place));
            seen.InsertRange(0, page.Items.Select(s => s.Id));
            place = page.Next;
        }

        Assert.Equal(all[..^1], seen);
    }

    [Fact]
    public async Task CountNewer_ByFilter_CountsWhatStandsBefore()
    {
        var sessions = Enumerable.Range(0, 10).Select(i => _rows.Session(i, i % 2 == 0 ? "ada" : "bob")).ToArray();
        await _database.AddAsync([.. sessions]);
        var place = SessionNeighbours.PlaceOf((await _queries.GetAsync(_tenant, sessions[3].Id))!);
        Assert.Equal(6, await _neighbours.CountNewerAsync(_tenant, new(), place));
        Assert.Equal(3, await _neighbours.CountNewerAsync(_tenant, new() { User = "ada" }, place));
        Assert.Equal(0, await _neighbours.CountNewerAsync(await _database.AddTenantAsync("other"), new(), place));
    }

    [Fact]
    public async Task Related_EpisodesAndSameUser_NewestFirstWithArchivedOnesAndWithoutStrangers()
    {
        var root = Guid.NewGuid();
        var now = _rows.Session(9);
        (now.RootId, now.Episode) = (root, 2);
        var episode = _rows.Session(1, "other name", SessionState.Archived);
        episode.RootId = root;
        var sameUser = _rows.Session(3, state: SessionState.Expired);
        var elsewhere = _rows.Session(4);
        elsewhere.ChannelId = Guid.NewGuid();
        await _database.AddAsync(now, episode, sameUser, elsewhere, _rows.Session(5, "bob"));
        Assert.Equal([sameUser.Id, episode.Id], (await _neighbours.RelatedAsync(_tenant, now.Id)).Select(s => s.Id));
        Assert.Empty(await _neighbours.RelatedAsync(await _database.AddTenantAsync("other"), now.Id));
        Assert.Empty(await _neighbours.RelatedAsync(_tenant, Guid.NewGuid()));
    }

    [Fact]
    public async Task List_ByTrouble_FindsEachKind()
    {
        var (dead, waiting, sending, taken, archived) = (_rows.Session(1), _rows.Session(2), _rows.Session(3), _rows.Session(4), _rows.Session(5, state: SessionState.Archived));
        (taken.TakenById, taken.TakenByName) = (Guid.NewGuid(), "Grace");
        var deadMessage = _rows.Message(dead.Id, 1, "a");
        var waits = _rows.Message(waiting.Id, 1, "b");
        waits.Pending = PendingWork.Handle;
        var sends = _rows.Message(sending.Id, 1, "c");
        sends.Pending = PendingWork.Send;
        await _database.AddAsync(dead, waiting, sending, taken, archived, deadMessage, waits, sends, _rows.Dead(deadMessage, 1), _rows.Dead(sends, 1, state: "discarded"));
        await _database.AddAsync(Report(sends, DeliveryVerdict.Hard), Report(waits, DeliveryVerdict.Delayed));
        Assert.Equal([sending.Id], await IdsAsync(new() { HasBounces = true }));
        Assert.Equal([dead.Id], await IdsAsync(new() { HasDeadLetters = true }));
        Assert.Equal([waiting.Id], await IdsAsync(new() { WaitingSince = waits.At.AddSeconds(1) }));
        Assert.Empty(await IdsAsync(new() { WaitingSince = waits.At }));
        Assert.Equal([taken.Id], await IdsAsync(new() { IsTaken = true }));
        Assert.DoesNotContain(archived.Id, await IdsAsync(new() { IsLive = true }));
        Assert.Equal([dead.Id], await IdsAsync(new() { Until = waiting.LastActivityAt }));
    }

    private DeliveryReport Report(Message reply, DeliveryVerdict verdict) => new()
    {
        Id = Guid.CreateVersion7(), TenantId = _tenant, ChannelId = reply.ChannelId, ReplyId = reply.Id, SessionId = reply.SessionId, ExternalId = "x", Recipient = "ada@example.org", Verdict = verdict, Detail = "",
    };

    private async Task<IEnumerable<Guid>> IdsAsync(SessionFilter filter) => (await _queries.ListAsync(_tenant, filter, new(50))).Items.Select(s => s.Id);
}
