using System.Text.Json;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Routing.Checks;
using static OpenClaw.Core.Tests.Administration.Routing.RoutingHost;

namespace OpenClaw.Core.Tests.Administration.Routing;

public sealed class SaveRuleTests : IAsyncLifetime
{
    private RoutingHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Create_AtTheEndAndAtAPosition_IsLiveInOrder()
    {
        await _host.MakeAsync("B");
        await _host.MakeAsync("C");
        var first = await _host.MakeAsync("A", "refund", position: 0);
        Assert.Equal(["A", "B", "C"], _host.LiveNames);
        Assert.Equal((3, 3), (_host.Live.Version, first.Version));
        Assert.Equal("""{"text":{"any":["refund"]}}""", first.Match.ToJsonString());
        Assert.Equal(["A", "B", "C"], (await _host.Queries.ListAsync(_host.Host.Tenant, new(10))).Items.Select(r => r.Name));
    }

    [Fact]
    public async Task Create_SeveralFaults_AreToldTogether()
    {
        await _host.MakeAsync("Taken");
        var result = await _host.Save.CreateAsync(_host.Ada, Json("""{"name":"taken\uFE0F","match":{"command":"/bill ing","text":{"regex":"(a"}},"target":{"drop":true}}"""));
        Assert.Equal(["match.command", "match.text.regex", "name"], result.Errors.Keys.Order());
    }

    /// <summary>A version writes what it changes, and nothing else.</summary>
    [Fact]
    public async Task Create_Many_WritesOneRowEach()
    {
        for (var i = 0; i < 120; i++) await _host.MakeAsync($"Rule {i}", position: i % 3 == 0 ? 0 : null);
        Assert.Equal(120, _host.Live.Version);
        Assert.Equal(120, await _host.CountAsync(db => db.RoutingRules));
        Assert.Equal(120, await _host.CountAsync(db => db.RoutingVersions));
        Assert.Equal(_host.Live.Rules.Select(r => r.Ordinal).Order(), _host.Live.Rules.Select(r => r.Ordinal));
    }

    /// <summary>Each rule is within its bounds, all together are not: the memory of a compiled list is bounded.</summary>
    [Fact]
    public async Task Create_WhenAllTextsTogetherAreTooMuch_IsRefusedAndShrinkingIsNot()
    {
        var texts = JsonSerializer.Serialize(Enumerable.Range(0, RuleLimits.Phrases).Select(i => $"{i:000}" + new string('x', RuleLimits.PhraseLength - 3)));
        AdminResult<RuleView> result;
        var made = new List<Guid>();
        do
        {
            result = await _host.Save.CreateAsync(_host.Ada, Json($$$"""{"name":"Rule {{{made.Count}}}","match":{"text":{"any":{{{texts}}}}},"target":{"drop":true}}"""));
            if (result.Value is { } rule) made.Add(rule.Id);
        }
        while (result.Status == AdminStatus.Done);
        Assert.Equal(RuleLimits.PhraseCharacters / (RuleLimits.Phrases * RuleLimits.PhraseLength), made.Count);
        Assert.Contains("allowed", result.Errors[""].Single(), StringComparison.Ordinal);
        Assert.Equal(AdminStatus.Done, (await _host.Save.DeleteAsync(_host.Ada, made[0])).Status);
    }

    /// <summary>What the catalog put together from changes is what the database holds.</summary>
    [Fact]
    public async Task Catalog_AfterManyKindsOfChange_HoldsWhatIsStored()
    {
        var rules = new List<RuleView>();
        for (var i = 0; i < 10; i++) rules.Add(await _host.MakeAsync($"Rule {i}", position: 0));
        await _host.Save.DeleteAsync(_host.Ada, rules[3].Id);
        await _host.Save.PatchAsync(_host.Ada, rules[5].Id, Json("""{"name":"Changed","position":8}"""));
        await _host.Save.OrderAsync(_host.Ada, [.. _host.Live.Rules.Select(r => r.Id).Reverse()]);
        await _host.Host.Get<RollBackRules>().RunAsync(_host.Ada, 7);
        Assert.Equal((await _host.Queries.ListAsync(_host.Host.Tenant, new(50))).Items.Select(r => (r.Name, r.Version)), _host.Live.Rules.Select(r => (r.Name, r.Since)));
    }

    [Theory]
    [InlineData("""{"name":"x","match":{"channels":["CHANNEL"]},"target":{"agent":"AGENT"}}""", null)]
    [InlineData("""{"name":"","target":{"drop":true}}""", "name")]
    [InlineData("""{"name":"Taken","target":{"drop":true}}""", "name")]
    [InlineData("""{"name":"tAKEN","target":{"drop":true}}""", "name")]
    [InlineData("""{"name":"x"}""", "target")]
    [InlineData("""{"name":"x","target":{}}""", "target")]
    [InlineData("""{"name":"x","target":{"agent":"AGENT","drop":true}}""", "target")]
    [InlineData("""{"name":"x","target":{"agent":"0198c0de-0000-7000-8000-000000000000"}}""", "target.agent")]
    [InlineData("""{"name":"x","target":{"agent":"OTHERAGENT"}}""", "target.agent")]
    [InlineData("""{"name":"x","target":{"agent":5}}""", "target.agent")]
    [InlineData("""{"name":"x","target":{"pool":"0198c0de-0000-7000-8000-000000000000"}}""", "target.pool")]
    [InlineData("""{"name":"x","target":{"colour":"red"}}""", "target.colour")]
    [InlineData("""{"name":"x","match":{"channels":["OTHERCHANNEL"]},"target":{"drop":true}}""", "match.channels")]
    [InlineData("""{"name":"x","match":{"channels":"all"},"target":{"drop":true}}""", "match.channels")]
    [InlineData("""{"name":"x","match":{"text":"refund"},"target":{"drop":true}}""", "match.text")]
    [InlineData("""{"name":"x","match":{"text":{"some":["refund"]}},"target":{"drop":true}}""", "match.text.some")]
    [InlineData("""{"name":"x","match":{"text":{"any":[5]}},"target":{"drop":true}}""", "match.text.any")]
    [InlineData("""{"name":"x","match":{"intent":"refund"},"target":{"drop":true}}""", "match.intent")]
    [InlineData("""{"name":"x","match":{"hasAttachment":"yes"},"target":{"drop":true}}""", "match.hasAttachment")]
    [InlineData("""{"name":"x","match":[],"target":{"drop":true}}""", "match")]
    [InlineData("""{"name":"x","match":{"text":{"regex":"("}},"target":{"drop":true}}""", "match.text.regex")]
    [InlineData("""{"name":"x","match":{"channels":[]},"target":{"drop":true}}""", "match.channels")]
    [InlineData("""{"name":"x","match":{"channelKinds":["pigeon"]},"target":{"drop":true}}""", "match.channelKinds")]
    [InlineData("""{"name":"x","match":{"language":"xx"},"target":{"drop":true}}""", "match.language")]
    [InlineData("""{"name":"x","match":{"command":"/help"},"target":{"drop":true}}""", "match.command")]
    [InlineData("""{"name":"x","enabled":"no","target":{"drop":true}}""", "enabled")]
    [InlineData("""{"name":"x","position":-1,"target":{"drop":true}}""", "position")]
    [InlineData("""{"name":"x","colour":"red","target":{"drop":true}}""", "colour")]
    [InlineData("[]", "")]
    public async Task Create_Input_NamesTheFieldAndSavesNothing(string body, string? field)
    {
        await _host.MakeAsync("Taken");
        var other = await _host.OtherTenantAsync();
        body = body.Replace("OTHERAGENT", _host.Host.Catalog.FindAgent(other, "Echo")!.Id.ToString(), StringComparison.Ordinal)
            .Replace("OTHERCHANNEL", _host.Host.Catalog.Channels.First(c => c.Tenant.Id == other).Id.ToString(), StringComparison.Ordinal)
            .Replace("AGENT", _host.Agent.ToString(), StringComparison.Ordinal).Replace("CHANNEL", _host.Channel.ToString(), StringComparison.Ordinal);
        var result = await _host.Save.CreateAsync(_host.Ada, Json(body));
        Assert.Equal(field is null ? AdminStatus.Done : AdminStatus.Invalid, result.Status);
        if (field is not null) Assert.Contains(field, result.Errors.Keys);
        Assert.Equal(field is null ? 2 : 1, _host.Live.Version);
    }

    [Fact]
    public async Task Patch_MergesAndKeepsTheRest()
    {
        var made = await _host.MakeAsync("Refunds", "refund");
        var patched = (await _host.Save.PatchAsync(_host.Ada, made.Id, Json("""{"enabled":false,"match":{"text":{"any":null,"keywords":["money"]}},"target":{"drop":true}}"""), made.Version)).Value!;
        Assert.Equal(("Refunds", false, """{"text":{"keywords":["money"]}}""", """{"drop":true}""", 2),
            (patched.Name, patched.Enabled, patched.Match.ToJsonString(), patched.Target.ToJsonString(), patched.Version));
        Assert.Equal(made.CreatedAt, patched.CreatedAt);
    }

    [Fact]
    public async Task Patch_ThatChangesNothing_PublishesNothing()
    {
        var made = await _host.MakeAsync("Refunds", "refund");
        var same = await _host.Save.PatchAsync(_host.Ada, made.Id, Json("""{"name":"Refunds"}"""));
        Assert.Equal((AdminStatus.Done, 1, 1), (same.Status, same.Value!.Version, _host.Live.Version));
    }

    [Fact]
    public async Task PatchAndDelete_OldVersion_AreStaleAndChangeNothing()
    {
        var made = await _host.MakeAsync("Refunds");
        await _host.Save.PatchAsync(_host.Ada, made.Id, Json("""{"enabled":false}"""));
        Assert.Equal(AdminStatus.Stale, (await _host.Save.PatchAsync(_host.Bob, made.Id, Json("""{"name":"Mine"}"""), made.Version)).Status);
        Assert.Equal(AdminStatus.Stale, (await _host.Save.DeleteAsync(_host.Bob, made.Id, made.Version)).Status);
        Assert.Equal(["Refunds"], _host.LiveNames);
    }

    [Fact]
    public async Task Create_ManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => _host.MakeAsync($"Rule {i}")));
        Assert.Equal(24, _host.Live.Rules.Count);
        Assert.Equal(Enumerable.Range(1, 24), (await _host.Queries.VersionsAsync(_host.Host.Tenant, new(50))).Items.Select(v => v.Version).Order());
    }

    [Fact]
    public async Task Order_Given_HoldsAndMovesOnlyWhatMoves()
    {
        var rules = new List<RuleView>();
        for (var i = 0; i < 6; i++) rules.Add(await _host.MakeAsync($"{i}"));
        Guid[] wanted = [rules[5].Id, .. rules.Take(5).Select(r => r.Id)];
        Assert.Equal(7, (await _host.Save.OrderAsync(_host.Ada, wanted)).Value!.Version);
        Assert.Equal(wanted, _host.Live.Rules.Select(r => r.Id));
        Assert.Equal(7, await _host.CountAsync(db => db.RoutingRules));
    }

    [Fact]
    public async Task Order_NotEachRuleOnce_NamesWhich()
    {
        var (a, b) = (await _host.MakeAsync("A"), await _host.MakeAsync("B"));
        foreach (var ids in (Guid[][])[[a.Id], [a.Id, b.Id, b.Id], [a.Id, b.Id, Guid.NewGuid()]])
            Assert.Contains("ids", (await _host.Save.OrderAsync(_host.Ada, ids)).Errors.Keys);
        Assert.Equal(AdminStatus.Stale, (await _host.Save.OrderAsync(_host.Ada, [b.Id, a.Id], version: 1)).Status);
    }

    [Fact]
    public async Task AnotherTenantsRule_IsNotThere()
    {
        var made = await _host.MakeAsync("Mine");
        var stranger = Caller.System(await _host.OtherTenantAsync());
        Assert.Null(await _host.Queries.GetAsync(stranger.Tenant, made.Id));
        Assert.Equal(AdminStatus.NotFound, (await _host.Save.PatchAsync(stranger, made.Id, Json("{}"))).Status);
        Assert.Equal(AdminStatus.NotFound, (await _host.Save.DeleteAsync(stranger, made.Id)).Status);
        Assert.Equal(AdminStatus.NotFound, (await _host.Host.Get<RollBackRules>().RunAsync(stranger, 1)).Status);
        Assert.Null(await _host.Queries.VersionAsync(stranger.Tenant, 1));
        Assert.Null(await _host.Queries.DiffAsync(stranger.Tenant, 0, 1));
    }

    [Fact]
    public async Task WithoutTheRight_NothingIsDone()
    {
        var viewer = _host.Ada with { Scopes = ["read", "operate"] };
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Save.CreateAsync(viewer, _host.Body("x")));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Drafts.AddAsync(viewer, _host.Body("x")));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Publisher.RunAsync(viewer, null));
        Assert.Equal(0, _host.Live.Version);
    }

    [Fact]
    public async Task DeleteAgentOrChannel_NamedByARule_IsInUse()
    {
        var agent = (await _host.Host.Get<SaveAgent>().CreateAsync(_host.Ada, Json("""{"kind":"echo","name":"Billing"}"""))).Value!;
        var channel = (await _host.Host.Get<SaveChannel>().CreateAsync(_host.Ada, Json("""{"kind":"websocket","name":"Shop"}"""))).Value!;
        var rule = (await _host.Save.CreateAsync(_host.Ada, Json($$$"""{"name":"Shop's bills","match":{"channels":["{{{channel.Id}}}"]},"target":{"agent":"{{{agent.Id}}}"}}"""))).Value!;
        var kept = await _host.Host.Get<DeleteAgent>().RunAsync(_host.Ada, agent.Id);
        Assert.Equal(AdminStatus.InUse, kept.Status);
        Assert.Contains("Shop's bills", kept.Reason, StringComparison.Ordinal);
        Assert.Contains("Shop's bills", (await _host.Host.Get<DeleteChannel>().RunAsync(_host.Ada, channel.Id)).Reason, StringComparison.Ordinal);
        await _host.Save.DeleteAsync(_host.Ada, rule.Id);
        Assert.Equal(AdminStatus.Done, (await _host.Host.Get<DeleteAgent>().RunAsync(_host.Ada, agent.Id)).Status);
        Assert.Equal(AdminStatus.Done, (await _host.Host.Get<DeleteChannel>().RunAsync(_host.Ada, channel.Id)).Status);
    }

    [Fact]
    public async Task EachChange_IsInTheAudit()
    {
        var made = await _host.MakeAsync("Refunds", "refund");
        _host.Host.Clock.Advance(TimeSpan.FromSeconds(1));
        await _host.Save.PatchAsync(_host.Bob, made.Id, Json("""{"name":"Money back"}"""));
        _host.Host.Clock.Advance(TimeSpan.FromSeconds(1));
        await _host.Save.DeleteAsync(_host.Bob, made.Id);
        await using var db = _host.Host.Database.System.Create();
        var entries = db.Audit.Where(a => a.TargetId == made.Id).OrderBy(a => a.Id).ToList();
        Assert.Equal([("rule.created", "ada"), ("rule.changed", "bob"), ("rule.deleted", "bob")], entries.Select(e => (e.Action, e.ActorName)));
        Assert.Equal("""{"name":"Refunds"}""", entries[1].Before);
        Assert.Equal("""{"name":"Money back"}""", entries[1].After);
    }
}
