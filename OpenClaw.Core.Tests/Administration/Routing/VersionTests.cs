using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Routing;
using static OpenClaw.Core.Tests.Administration.Routing.RoutingHost;

namespace OpenClaw.Core.Tests.Administration.Routing;

public sealed class VersionTests : IAsyncLifetime
{
    private RoutingHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Version_Past_HasTheRulesOfThen()
    {
        var a = await _host.MakeAsync("A");
        await _host.MakeAsync("B");
        await _host.Save.PatchAsync(_host.Ada, a.Id, Json("""{"name":"A2"}"""));
        await _host.Save.DeleteAsync(_host.Ada, a.Id);
        Assert.Equal(["A", "B"], (await _host.Queries.VersionAsync(_host.Host.Tenant, 2))!.Rules.Select(r => r.Name));
        Assert.Equal(["A2", "B"], (await _host.Queries.VersionAsync(_host.Host.Tenant, 3))!.Rules.Select(r => r.Name));
        Assert.Equal(["B"], (await _host.Queries.VersionAsync(_host.Host.Tenant, 4))!.Rules.Select(r => r.Name));
        Assert.Null(await _host.Queries.VersionAsync(_host.Host.Tenant, 5));
    }

    [Fact]
    public async Task Diff_BetweenAnyTwo_TellsWhatBecameOfEachRule()
    {
        var (a, b) = (await _host.MakeAsync("A", "one"), await _host.MakeAsync("B"));
        var c = await _host.MakeAsync("C");
        await _host.Save.PatchAsync(_host.Ada, a.Id, Json("""{"match":{"text":{"any":["two"]}}}"""));
        await _host.Save.OrderAsync(_host.Ada, [c.Id, a.Id, b.Id]);
        await _host.Save.DeleteAsync(_host.Ada, b.Id);
        await _host.MakeAsync("D");
        var diff = (await _host.Queries.DiffAsync(_host.Host.Tenant, 3, 7))!;
        Assert.Equal([("removed", "B", false), ("moved", "C", true), ("changed", "A", false), ("added", "D", false)], diff.Changes.Select(d => (d.Change, d.Name, d.Moved)));
        Assert.Equal((2, 0), (diff.Changes[1].PositionBefore, diff.Changes[1].PositionAfter));
        Assert.Equal(["added", "added", "added"], (await _host.Queries.DiffAsync(_host.Host.Tenant, 0, 3))!.Changes.Select(d => d.Change));
        Assert.Null(await _host.Queries.DiffAsync(_host.Host.Tenant, 3, 99));
    }

    [Fact]
    public async Task RollBack_BringsRulesAndOrderBackAsANewVersion()
    {
        var (a, b) = (await _host.MakeAsync("A"), await _host.MakeAsync("B"));
        await _host.Save.OrderAsync(_host.Ada, [b.Id, a.Id]);
        await _host.Save.DeleteAsync(_host.Ada, a.Id);
        var back = (await _host.Host.Get<RollBackRules>().RunAsync(_host.Ada, 2)).Value!;
        Assert.Equal((5, 2), (back.Version, back.RolledBackTo));
        Assert.Equal([a.Id, b.Id], _host.Live.Rules.Select(r => r.Id));
        Assert.Empty((await _host.Queries.DiffAsync(_host.Host.Tenant, 2, 5))!.Changes);
        Assert.Equal(["B"], (await _host.Queries.VersionAsync(_host.Host.Tenant, 4))!.Rules.Select(r => r.Name));
    }

    [Fact]
    public async Task RollBack_ToARuleOfADeletedAgent_IsRefusedByName()
    {
        var agent = (await _host.Host.Get<SaveAgent>().CreateAsync(_host.Ada, Json("""{"kind":"echo","name":"Billing"}"""))).Value!;
        var rule = (await _host.Save.CreateAsync(_host.Ada, Json($$$"""{"name":"Bills","target":{"agent":"{{{agent.Id}}}"}}"""))).Value!;
        await _host.Save.DeleteAsync(_host.Ada, rule.Id);
        await _host.Host.Get<DeleteAgent>().RunAsync(_host.Ada, agent.Id);
        var result = await _host.Host.Get<RollBackRules>().RunAsync(_host.Ada, 1);
        Assert.Equal((AdminStatus.InUse, 2), (result.Status, _host.Live.Version));
        Assert.Contains("'Bills'", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RollBack_ExpectingAnotherLiveVersion_IsStale()
    {
        await _host.MakeAsync("A");
        await _host.MakeAsync("B");
        Assert.Equal(AdminStatus.Stale, (await _host.Host.Get<RollBackRules>().RunAsync(_host.Ada, 1, live: 1)).Status);
    }

    [Fact]
    public async Task Versions_ByPages_AreNewestFirst()
    {
        for (var i = 0; i < 5; i++) await _host.MakeAsync($"{i}");
        var first = await _host.Queries.VersionsAsync(_host.Host.Tenant, new(3));
        var second = await _host.Queries.VersionsAsync(_host.Host.Tenant, new(3, first.Next));
        Assert.Equal([5, 4, 3, 2, 1], first.Items.Concat(second.Items).Select(v => v.Version));
        Assert.Null(second.Next);
    }
}
