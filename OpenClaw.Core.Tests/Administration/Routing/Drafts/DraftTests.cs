using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using static OpenClaw.Core.Tests.Administration.Routing.RoutingHost;

namespace OpenClaw.Core.Tests.Administration.Routing.Drafts;

public sealed class DraftTests : IAsyncLifetime
{
    private RoutingHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await StartAsync();
        await _host.MakeAsync("A", "one");
        await _host.MakeAsync("B", "two");
        await _host.MakeAsync("C", "three");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Get_NoDraft_ShowsWhatIsLive()
    {
        var draft = await _host.Drafts.GetAsync(_host.Host.Tenant);
        Assert.Equal((false, 3, 3, false), (draft.Exists, draft.Base, draft.Live, draft.IsBehind));
        Assert.Equal(["A", "B", "C"], draft.Rules.Select(r => r.Rule.Name));
    }

    [Fact]
    public async Task Edits_OfAllKinds_StandInTheDraftAndNotLive()
    {
        await _host.Drafts.AddAsync(_host.Ada, _host.Body("D", position: 1));
        var b = await _host.DraftAsync("B");
        await _host.Drafts.ChangeAsync(_host.Ada, b.Rule.Id, b.Token, _host.Body("B2", "two"));
        await _host.Drafts.MoveAsync(_host.Bob, (await _host.DraftAsync("C")).Rule.Id, 0);
        var a = await _host.DraftAsync("A");
        await _host.Drafts.DeleteAsync(_host.Bob, a.Rule.Id, a.Token);
        var draft = await _host.Drafts.GetAsync(_host.Host.Tenant);
        Assert.Equal(["C", "D", "B2"], draft.Rules.Select(r => r.Rule.Name));
        Assert.Equal([("removed", "A"), ("moved", "C"), ("added", "D"), ("changed", "B2")], draft.Changes.Select(c => (c.Change, c.Name)));
        Assert.Equal(("bob", "ada"), (draft.UpdatedBy, draft.Rules[2].ChangedBy));
        Assert.Equal(["A", "B", "C"], _host.LiveNames);
    }

    [Fact]
    public async Task Change_SameRuleByTwo_WarnsTheSecondWithTheFirstsState()
    {
        var seen = await _host.DraftAsync("B");
        Assert.Equal(DraftStatus.Saved, (await _host.Drafts.ChangeAsync(_host.Ada, seen.Rule.Id, seen.Token, _host.Body("B by Ada"))).Status);
        var second = await _host.Drafts.ChangeAsync(_host.Bob, seen.Rule.Id, seen.Token, _host.Body("B by Bob"));
        Assert.Equal((DraftStatus.ChangedByOther, "B by Ada", "ada"), (second.Status, second.Rule!.Rule.Name, second.Rule.ChangedBy));
        Assert.Equal(["A", "B by Ada", "C"], await _host.DraftNamesAsync());
        // having seen it, Bob may save over it
        Assert.Equal(DraftStatus.Saved, (await _host.Drafts.ChangeAsync(_host.Bob, seen.Rule.Id, second.Rule.Token, _host.Body("B by Bob"))).Status);
    }

    [Fact]
    public async Task Change_RuleThatAnotherPublishedOrDeleted_IsWarned()
    {
        var seen = await _host.DraftAsync("B");
        await _host.Drafts.ChangeAsync(_host.Ada, seen.Rule.Id, seen.Token, _host.Body("B by Ada"));
        await _host.Publisher.RunAsync(_host.Ada, "Ada's");
        Assert.Equal(DraftStatus.ChangedByOther, (await _host.Drafts.ChangeAsync(_host.Bob, seen.Rule.Id, seen.Token, _host.Body("B by Bob"))).Status);
        var now = await _host.DraftAsync("B by Ada");
        await _host.Drafts.DeleteAsync(_host.Ada, now.Rule.Id, now.Token);
        Assert.Equal(DraftStatus.DeletedByOther, (await _host.Drafts.ChangeAsync(_host.Bob, now.Rule.Id, now.Token, _host.Body("B by Bob"))).Status);
        // nothing is lost: Bob's comes back under its id
        Assert.Equal(DraftStatus.Saved, (await _host.Drafts.AddAsync(_host.Bob, _host.Body("B by Bob"), now.Rule.Id)).Status);
    }

    [Fact]
    public async Task Steps_OnDifferentRulesAtOnce_AllHold()
    {
        var rules = (await _host.Drafts.GetAsync(_host.Host.Tenant)).Rules;
        await Task.WhenAll(rules.Select(r => _host.Drafts.ChangeAsync(_host.Ada, r.Rule.Id, r.Token, _host.Body(r.Rule.Name + "!"))));
        Assert.Equal(["A!", "B!", "C!"], await _host.DraftNamesAsync());
    }

    [Fact]
    public async Task Change_BackToWhatItWas_LeavesNoDraft()
    {
        var b = (await _host.DraftAsync("B")).Rule.Id;
        await _host.Drafts.EnableAsync(_host.Ada, b, enabled: false);
        Assert.True((await _host.Drafts.GetAsync(_host.Host.Tenant)).Exists);
        await _host.Drafts.EnableAsync(_host.Ada, b, enabled: true);
        Assert.False((await _host.Drafts.GetAsync(_host.Host.Tenant)).Exists);
    }

    [Fact]
    public async Task Change_Invalid_TellsTheFieldAndSavesNothing()
    {
        var b = await _host.DraftAsync("B");
        var outcome = await _host.Drafts.ChangeAsync(_host.Ada, b.Rule.Id, b.Token, Json("""{"name":"a","target":{}}"""));
        Assert.Equal(DraftStatus.Invalid, outcome.Status);
        Assert.Equal(["name", "target"], outcome.Errors.Keys.Order());
        Assert.False((await _host.Drafts.GetAsync(_host.Host.Tenant)).Exists);
    }

    [Fact]
    public async Task Discard_Draft_CanBeBroughtBack()
    {
        await _host.Drafts.AddAsync(_host.Ada, _host.Body("D"));
        var discarded = (await _host.Drafts.DiscardAsync(_host.Ada))!;
        Assert.Equal(1, discarded.Changes);
        Assert.Equal(["A", "B", "C"], await _host.DraftNamesAsync());
        Assert.True(await _host.Drafts.RestoreAsync(_host.Ada, discarded));
        Assert.Equal(["A", "B", "C", "D"], await _host.DraftNamesAsync());
        Assert.False(await _host.Drafts.RestoreAsync(_host.Ada, discarded));
    }

    [Fact]
    public async Task Edit_Draft_TellsOpenPages()
    {
        var told = new List<Guid>();
        _host.Host.Get<RoutingNews>().DraftChanged += told.Add;
        await _host.Drafts.AddAsync(_host.Ada, _host.Body("D"));
        await _host.Publisher.RunAsync(_host.Ada, null);
        Assert.Equal([_host.Host.Tenant, _host.Host.Tenant], told);
    }

    [Fact]
    public async Task Draft_OfAnotherTenant_IsItsOwn()
    {
        await _host.Drafts.AddAsync(_host.Ada, _host.Body("D"));
        var stranger = Caller.System(await _host.OtherTenantAsync());
        Assert.Empty((await _host.Drafts.GetAsync(stranger.Tenant)).Rules);
        Assert.Null(await _host.Drafts.DiscardAsync(stranger));
        Assert.Equal(DraftStatus.DeletedByOther, (await _host.Drafts.EnableAsync(stranger, (await _host.DraftAsync("A")).Rule.Id, enabled: false)).Status);
        Assert.Equal(AdminStatus.NotFound, (await _host.Publisher.RunAsync(stranger, null)).Status);
    }
}
