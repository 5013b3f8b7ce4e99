using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using static OpenClaw.Core.Tests.Administration.Routing.RoutingHost;

namespace OpenClaw.Core.Tests.Administration.Routing.Drafts;

public sealed class PublishDraftTests : IAsyncLifetime
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
    public async Task Publish_Draft_IsOneVersionWithItsNote()
    {
        await _host.Drafts.AddAsync(_host.Ada, _host.Body("D"));
        await DisableAsync("A");
        var outcome = (await _host.Publisher.RunAsync(_host.Bob, " New rule ")).Value!;
        Assert.Equal((4, "bob", "New rule"), (outcome.Version!.Version, outcome.Version.PublishedBy, outcome.Version.Note));
        Assert.Equal(["A", "B", "C", "D"], _host.LiveNames);
        Assert.False(_host.Live.Rules[0].Enabled);
        Assert.False((await _host.Drafts.GetAsync(_host.Host.Tenant)).Exists);
        Assert.Equal(5, await _host.CountAsync(db => db.RoutingRules)); // three, the disabled one anew, the added one
        await using var db = _host.Host.Database.System.Create();
        Assert.Contains("New rule", db.Audit.Single(a => a.Action == "rules.published").After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_NoDraft_IsNotFound() => Assert.Equal(AdminStatus.NotFound, (await _host.Publisher.RunAsync(_host.Ada, null)).Status);

    [Fact]
    public async Task Publish_LiveMovedElsewhere_TakesBoth()
    {
        await ChangeAsync("A", "A by draft");
        await _host.Drafts.AddAsync(_host.Ada, _host.Body("E", position: 1));
        await PatchLiveAsync("C", """{"name":"C by API"}""");
        await _host.MakeAsync("D");
        Assert.True((await _host.Drafts.GetAsync(_host.Host.Tenant)).IsBehind);
        var preview = (await _host.Publisher.PreviewAsync(_host.Host.Tenant))!;
        Assert.True(preview.IsClear);
        Assert.Equal([("changed", "A by draft"), ("added", "E")], preview.Changes.Select(c => (c.Change, c.Name)));
        Assert.NotNull((await _host.Publisher.RunAsync(_host.Ada, null)).Value!.Version);
        Assert.Equal(["A by draft", "E", "B", "C by API", "D"], _host.LiveNames);
    }

    [Theory]
    [InlineData(ConflictChoice.Draft, "A by draft")]
    [InlineData(ConflictChoice.Live, "A by API")]
    public async Task Publish_SameRuleChangedOnBothSides_NeedsAChoice(ConflictChoice choice, string expected)
    {
        await ChangeAsync("A", "A by draft");
        await PatchLiveAsync("A", """{"name":"A by API"}""");
        var blocked = (await _host.Publisher.RunAsync(_host.Ada, null)).Value!.Blocked!;
        var conflict = Assert.Single(blocked.Conflicts);
        Assert.Equal(("A", "A by draft", "A by API"), (conflict.Base!.Name, conflict.Draft!.Name, conflict.Live!.Name));
        Assert.Equal(4, _host.Live.Version);
        await _host.Publisher.RunAsync(_host.Ada, null, new Dictionary<Guid, ConflictChoice> { [conflict.Id] = choice }, live: 4);
        Assert.Equal(expected, _host.LiveNames.First());
        Assert.False((await _host.Drafts.GetAsync(_host.Host.Tenant)).Exists);
    }

    [Fact]
    public async Task Publish_ChangedHereDeletedThere_NeedsAChoice()
    {
        await ChangeAsync("A", "A by draft");
        await _host.Save.DeleteAsync(_host.Bob, _host.Live.Rules[0].Id);
        var conflict = Assert.Single((await _host.Publisher.PreviewAsync(_host.Host.Tenant))!.Conflicts);
        Assert.Null(conflict.Live);
        await _host.Publisher.RunAsync(_host.Ada, null, new Dictionary<Guid, ConflictChoice> { [conflict.Id] = ConflictChoice.Draft });
        Assert.Equal(["A by draft", "B", "C"], _host.LiveNames);
    }

    [Fact]
    public async Task Publish_ChoiceMadeForAnotherVersion_IsStale()
    {
        await ChangeAsync("A", "A by draft");
        await PatchLiveAsync("A", """{"name":"A by API"}""");
        await PatchLiveAsync("A by API", """{"name":"A by API again"}""");
        var choices = new Dictionary<Guid, ConflictChoice> { [_host.Live.Rules[0].Id] = ConflictChoice.Draft };
        Assert.Equal(AdminStatus.Stale, (await _host.Publisher.RunAsync(_host.Ada, null, choices, live: 4)).Status);
    }

    [Fact]
    public async Task Publish_AgentDeletedOrNameTakenMeanwhile_TellsWhatToMend()
    {
        var agent = (await _host.Host.Get<SaveAgent>().CreateAsync(_host.Ada, Json("""{"kind":"echo","name":"Billing"}"""))).Value!;
        await _host.Drafts.AddAsync(_host.Ada, Json($$$"""{"name":"Bills","target":{"agent":"{{{agent.Id}}}"}}"""));
        await _host.Drafts.AddAsync(_host.Ada, _host.Body("D"));
        await _host.Host.Get<DeleteAgent>().RunAsync(_host.Ada, agent.Id);
        await _host.MakeAsync("d");
        var blocked = (await _host.Publisher.RunAsync(_host.Ada, null)).Value!.Blocked!;
        Assert.Equal(["name", "target.agent"], blocked.Faults.Select(f => f.Field).Order());
        Assert.True((await _host.Drafts.GetAsync(_host.Host.Tenant)).Exists);
    }

    [Fact]
    public async Task Publish_OrderChangedHereRulesChangedThere_KeepsBoth()
    {
        await _host.Drafts.MoveAsync(_host.Ada, (await _host.DraftAsync("C")).Rule.Id, 0);
        await _host.MakeAsync("D", position: 1);
        await _host.Publisher.RunAsync(_host.Ada, null);
        Assert.Equal(["C", "A", "D", "B"], _host.LiveNames);
    }

    private async Task DisableAsync(string name) => await _host.Drafts.EnableAsync(_host.Ada, (await _host.DraftAsync(name)).Rule.Id, enabled: false);

    private async Task ChangeAsync(string name, string to)
    {
        var rule = await _host.DraftAsync(name);
        Assert.Equal(DraftStatus.Saved, (await _host.Drafts.ChangeAsync(_host.Ada, rule.Rule.Id, rule.Token, _host.Body(to))).Status);
    }

    private async Task PatchLiveAsync(string name, string patch) =>
        Assert.Equal(AdminStatus.Done, (await _host.Save.PatchAsync(_host.Bob, _host.Live.Rules.Single(r => r.Name == name).Id, Json(patch))).Status);
}
