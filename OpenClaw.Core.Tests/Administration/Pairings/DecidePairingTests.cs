using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Pairings;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Pairings;

public sealed class DecidePairingTests : IAsyncLifetime
{
    private readonly List<Guid> _told = [];
    private AdministrationHost _host = null!;
    private Guid _channel;

    private DecidePairing Decide => _host.Get<DecidePairing>();

    private Caller Admin => Caller.System(_host.Tenant);

    public async Task InitializeAsync()
    {
        _host = await AdministrationHost.StartAsync();
        _channel = _host.Catalog.Channels.Single().Id;
        _host.Get<IChannelAccess>().Changed += _told.Add;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Decision_AndItsOpposite_AreSavedAuditedAndTold()
    {
        var row = await AddAsync("u1", "Ada");
        var let = (await Decide.ApproveAsync(Admin, row.Id)).Value!;
        Assert.Equal((PairingStates.Approved, "OpenClaw", _host.Clock.GetUtcNow()), (let.State, let.DecidedBy, let.DecidedAt));
        Assert.Equal(let, (await Decide.ApproveAsync(Admin, row.Id)).Value);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PairingStates.Denied, (await Decide.DenyAsync(Admin, row.Id)).Value!.State);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var waits = (await Decide.ReopenAsync(Admin, row.Id)).Value!;
        Assert.Equal((PairingStates.Waiting, null, null, row.Code), (waits.State, waits.DecidedBy, waits.DecidedAt, waits.Code));
        Assert.Equal([_channel, _channel, _channel], _told);
        await using var db = _host.Database.System.Create();
        var entries = await db.Audit.AsNoTracking().Where(e => e.TargetId == row.Id).OrderBy(e => e.Id).ToListAsync();
        Assert.Equal(["pairing.approved", "pairing.denied", "pairing.reopened"], entries.Select(e => e.Action));
        Assert.All(entries, e => Assert.Equal("Ada", e.TargetName));
    }

    [Fact]
    public async Task Removal_TakesThemOffTheList()
    {
        var row = await AddAsync("u1", null);
        Assert.Equal(AdminStatus.Done, (await Decide.RemoveAsync(Admin, row.Id)).Status);
        Assert.Equal(AdminStatus.NotFound, (await Decide.RemoveAsync(Admin, row.Id)).Status);
        Assert.Equal(AdminStatus.NotFound, (await Decide.ApproveAsync(Admin, row.Id)).Status);
        Assert.Null(await _host.Get<PairingQueries>().GetAsync(Admin, row.Id));
        Assert.Equal([_channel], _told);
    }

    [Fact]
    public async Task Decision_WithoutTheRight_IsRefused()
    {
        var row = await AddAsync("u1", null);
        var reader = Admin with { Scopes = [ApiScopeNames.Read, ApiScopeNames.Operate] };
        await Assert.ThrowsAsync<ForbiddenException>(() => Decide.ApproveAsync(reader, row.Id));
        await Assert.ThrowsAsync<ForbiddenException>(() => Decide.DenyAsync(reader, row.Id));
        await Assert.ThrowsAsync<ForbiddenException>(() => Decide.RemoveAsync(reader, row.Id));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<PairingQueries>().ListAsync(Admin with { Scopes = [] }, new(10)));
        Assert.Equal(PairingStates.Waiting, (await _host.Get<PairingQueries>().GetAsync(reader, row.Id))!.State);
    }

    [Fact]
    public async Task List_ByStateChannelAndText_IsNarrowedAndPaged()
    {
        var (ada, bob, eve) = (await AddAsync("u1", "Ada", code: "ABCD2345"), await AddAsync("u2", "Bob_1"), await AddAsync("u3", "Eve", Guid.NewGuid()));
        await Decide.DenyAsync(Admin, bob.Id);
        Assert.Equal([eve.Id, bob.Id, ada.Id], await FindAsync(new()));
        Assert.Equal([eve.Id, ada.Id], await FindAsync(new(PairingStates.Waiting)));
        Assert.Equal([ada.Id], await FindAsync(new(PairingStates.Waiting, _channel)));
        Assert.Equal([ada.Id], await FindAsync(new(Text: "abcd-2345")));
        Assert.Equal([bob.Id], await FindAsync(new(Text: "b_1")));
        Assert.Equal([eve.Id], await FindAsync(new(Text: "u3")));
        Assert.Empty(await FindAsync(new(Text: "%")));
        var first = await _host.Get<PairingQueries>().ListAsync(Admin, new(2));
        Assert.Equal([ada.Id], (await _host.Get<PairingQueries>().ListAsync(Admin, new(2, first.Next))).Items.Select(p => p.Id));
        Assert.Equal(1, (await _host.Get<PairingQueries>().WaitingAsync(_host.Tenant))[_channel]);
    }

    [Fact]
    public async Task Channel_Deleted_TakesItsListAlong()
    {
        await AddAsync("u1", "Ada");
        Assert.Equal(AdminStatus.Done, (await _host.Get<DeleteChannel>().RunAsync(Admin, _channel)).Status);
        Assert.Empty(await FindAsync(new()));
    }

    private async Task<Guid[]> FindAsync(PairingFilter filter) => [.. (await _host.Get<PairingQueries>().ListAsync(Admin, new(10), filter)).Items.Select(p => p.Id)];

    private async Task<Pairing> AddAsync(string user, string? name, Guid? channel = null, string code = "KLMN6789")
    {
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var now = _host.Clock.GetUtcNow();
        var row = new Pairing
        {
            Id = Guid.CreateVersion7(now), TenantId = _host.Tenant, ChannelId = channel ?? _channel, UserId = user, UserName = name, Code = code, State = PairingState.Waiting, CreatedAt = now, LastAt = now,
        };
        await using var db = _host.Database.System.Create();
        db.Add(row);
        await db.SaveChangesAsync();
        return row;
    }
}
