using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Pools;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Settings;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Administration.Tenants.Transfer;
using OpenClaw.Gateway.Core.Storage.Entities;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Tenants;

/// <summary>A tenant's configuration goes out and comes in again.</summary>
public sealed class TransferTests : IAsyncLifetime
{
    private static readonly Caller Owner = new(Guid.Empty, ActorKind.Person, Guid.NewGuid(), "owner@example.com", ApiScopeNames.All);
    private AdministrationHost _host = null!;
    private Guid _fresh;

    public async Task InitializeAsync()
    {
        _host = await StartAsync();
        _fresh = (await _host.Get<CreateTenant>().RunAsync("fresh")).Value;
        await ConfigureAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Export_HasNamesForIdsAndNoSecret()
    {
        var text = await ExportAsync(_host.Tenant);
        var export = JsonNode.Parse(text)!;
        Assert.Equal("Helper", (string?)export["settings"]!["defaultAgent"]);
        Assert.Equal(["Echo", "Helper"], export["agents"]!.AsArray().Select(a => (string?)a!["name"]));
        Assert.Equal("""{"signingSecret":{"set":true},"token":{"set":true}}""", export["agents"]![1]!["secrets"]!.ToJsonString());
        Assert.Equal("Helper", (string?)export["channels"]![0]!["agent"]);
        Assert.Equal("Shop", (string?)export["routingRules"]![0]!["match"]!["channels"]![0]);
        Assert.Equal("Echo", (string?)export["routingRules"]![0]!["target"]!["agent"]);
        Assert.Equal("""{"email":"ada@example.com","role":"operator"}""", export["members"]![0]!.ToJsonString());
        Assert.DoesNotContain("very-secret", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("[0-9a-f]{8}-[0-9a-f]{4}", text);
    }

    /// <summary>What a form would refuse comes in by no document either: such a rule would match everything, and could not be mended.</summary>
    [Theory]
    [InlineData("""{"text":{"regex":"("}}""", "match.text.regex")]
    [InlineData("""{"text":{"regex":""}}""", "match.text.regex")]
    [InlineData("""{"text":{"all":[]}}""", "match.text.all")]
    [InlineData("""{"text":{"any":[""]}}""", "match.text.any")]
    [InlineData("""{"language":"xx"}""", "match.language")]
    [InlineData("""{"command":"/x"}""", "match.command")]
    [InlineData("""{"users":[]}""", "match.users")]
    [InlineData("""{"channelKinds":["zzz"]}""", "match.channelKinds")]
    public async Task Import_RuleThatAFormWouldRefuse_IsRefusedAtItsPath(string match, string field)
    {
        var export = JsonNode.Parse(await ExportAsync(_host.Tenant))!;
        export["routingRules"]![0]!["match"] = JsonNode.Parse(match);
        var result = await ImportAsync(_fresh, export.ToJsonString(), replace: true);
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Contains(result.Errors.Keys, k => k.StartsWith($"routingRules[0].{field}", StringComparison.Ordinal));
        Assert.Empty(_host.Catalog.FindRules(_fresh).Rules);
    }

    [Fact]
    public async Task Import_IntoAFreshTenant_ThenExport_IsEqual()
    {
        var export = await ExportAsync(_host.Tenant);
        var report = (await ImportAsync(_fresh, export, replace: true)).Value!;
        var helper = _host.Catalog.FindAgent(_fresh, "Helper")!.Id;
        await _host.Get<SaveAgent>().PatchAsync(Caller.System(_fresh), helper, Json("""{"secrets":{"token":"set anew"}}"""));
        Assert.Equal(export, await ExportAsync(_fresh));
        Assert.Contains(new ImportSecret("agent", "Helper", "token", Made: false), report.Secrets);
        Assert.Contains(new ImportSecret("agent", "Helper", "signingSecret", Made: true), report.Secrets);
        Assert.Equal("Helper", _host.Catalog.FindAgent(_fresh, "helper")!.Name);
        Assert.Equal("Refunds", Assert.Single(_host.Catalog.FindRules(_fresh).Rules).Name);
        Assert.NotEqual(_host.Catalog.FindAgent(_host.Tenant, "Helper")!.Id, _host.Catalog.FindTenant("fresh")!.Settings.DefaultAgent);
        await using var db = _host.Database.System.Create();
        Assert.Equal("owner@example.com", Assert.Single(await db.Audit.Where(e => e.TenantId == _fresh && e.Action == "tenant.imported").ToListAsync()).ActorName);
        Assert.All((await ImportAsync(_fresh, export, replace: true)).Value!.Items, i => Assert.Equal("unchanged", i.Action));
    }

    [Fact]
    public async Task Import_DryRun_SaysWhatWouldBeAndChangesNothing()
    {
        var (export, before) = (await ExportAsync(_host.Tenant), await ExportAsync(_fresh));
        var report = (await ImportAsync(_fresh, export, replace: true, dryRun: true)).Value!;
        Assert.True(report.DryRun);
        Assert.Equal(
            ["agent Echo unchanged", "agent Helper create", "channel Shop create", "settings Settings change", "routingRule Refunds create", "member ada@example.com create"],
            report.Items.Select(i => $"{i.Resource} {i.Name} {i.Action}"));
        Assert.Equal(before, await ExportAsync(_fresh));
        Assert.Equal(["change", "change"], (await ImportAsync(_host.Tenant, export.Replace("\"weight\": 1", "\"weight\": 2", StringComparison.Ordinal), replace: true, dryRun: true)).Value!.Items.Where(i => i.Resource == "agent").Select(i => i.Action));
    }

    [Fact]
    public async Task Import_Skipping_LeavesWhatIsThere()
    {
        var export = (await ExportAsync(_host.Tenant)).Replace("\"weight\": 1", "\"weight\": 2", StringComparison.Ordinal);
        var before = await ExportAsync(_host.Tenant);
        var report = (await ImportAsync(_host.Tenant, export, replace: false)).Value!;
        Assert.Equal(["weight"], report.Items.First(i => i.Name == "Helper").Fields!);
        Assert.Equal(2, report.Items.Count(i => i.Action == "skip"));
        Assert.Equal(before, await ExportAsync(_host.Tenant));
    }

    [Theory]
    [InlineData("$.format", "\"x\"", "format")]
    [InlineData("$.version", "2", "version")]
    [InlineData("$.fish", "1", "fish")]
    [InlineData("$.agents", "5", "agents")]
    [InlineData("$.agents[1].kind", "\"fish\"", "agents[1].kind")]
    [InlineData("$.agents[1].name", "\"Echo\"", "agents[1].name")]
    [InlineData("$.agents[1].settings", "{\"bad\":1}", "agents[1].settings.bad")]
    [InlineData("$.agents[1].secrets", "{\"token\":\"plain\"}", "agents[1].secrets.token")]
    [InlineData("$.agents[1].weight", "-1", "agents[1].weight")]
    [InlineData("$.agents[1].fish", "1", "agents[1].fish")]
    [InlineData("$.channels[0].agent", "\"Nobody\"", "channels[0].agent")]
    [InlineData("$.channels[0].settings", "{\"fish\":1}", "channels[0].settings.fish")]
    [InlineData("$.settings.defaultAgent", "\"Nobody\"", "settings.defaultAgent")]
    [InlineData("$.settings.fish", "1", "settings.fish")]
    [InlineData("$.settings.retentionDays", "-1", "settings.retentionDays")]
    [InlineData("$.routingRules[0].target", "{\"agent\":\"Nobody\"}", "routingRules[0].target.agent")]
    [InlineData("$.routingRules[0].match", "{\"channels\":[\"Nowhere\"]}", "routingRules[0].match.channels[0]")]
    [InlineData("$.members[0].role", "\"king\"", "members[0].role")]
    [InlineData("$.members[0].email", "\"nobody\"", "members[0].email")]
    public async Task Import_WrongDocument_IsToldByPathAndNothingIsChanged(string place, string value, string field)
    {
        var document = JsonNode.Parse(await ExportAsync(_host.Tenant))!;
        Set(document, place, JsonNode.Parse(value));
        var before = await ExportAsync(_fresh);
        var result = await ImportAsync(_fresh, document.ToJsonString(), replace: true);
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Equal(field, Assert.Single(result.Errors).Key);
        Assert.Equal(before, await ExportAsync(_fresh));
    }

    [Fact]
    public async Task Import_PoolsAndRulesThatLeadToThem_GoAlongByName()
    {
        var (caller, echo, helper) = (Caller.System(_host.Tenant), _host.Catalog.FindAgent(_host.Tenant, "Echo")!.Id, _host.Catalog.FindAgent(_host.Tenant, "Helper")!.Id);
        var pool = (await _host.Get<SavePool>().CreateAsync(caller, Json($$"""{"name":"Team","strategy":"weighted","members":[{"agent":"{{echo}}","weight":9},"{{helper}}"],"affinityMinutes":15}"""))).Value!;
        await _host.Get<SaveRule>().CreateAsync(caller, Json($$"""{"name":"To the team","match":{},"target":{"pool":"{{pool.Id}}"} }"""));
        var export = await ExportAsync(_host.Tenant);
        Assert.Contains("\"pool\": \"Team\"", export, StringComparison.Ordinal);
        Assert.DoesNotMatch("[0-9a-f]{8}-[0-9a-f]{4}", export);

        Assert.Equal(AdminStatus.Done, (await ImportAsync(_fresh, export, replace: true)).Status);

        var taken = _host.Catalog.FindPool(_fresh, "team")!;
        Assert.Equal((PoolStrategy.Weighted, TimeSpan.FromMinutes(15)), (taken.Strategy, taken.AffinityFor));
        Assert.Equal([new PoolMember(_host.Catalog.FindAgent(_fresh, "Echo")!.Id, 9), new(_host.Catalog.FindAgent(_fresh, "Helper")!.Id)], taken.Members);
        Assert.Contains(_host.Catalog.FindRules(_fresh).Rules, r => r.Target.Pool == taken.Id);
        Assert.All((await ImportAsync(_fresh, export, replace: true)).Value!.Items, i => Assert.Equal("unchanged", i.Action));
    }

    [Fact]
    public async Task Import_ManyFaults_AllAreTold()
    {
        var result = await ImportAsync(_fresh, """{"format":"openclaw-tenant","version":1,"agents":[{},{"name":"A","kind":"echo","weight":"x"}],"channels":[5]}""", replace: false);
        Assert.Equal(["agents[0].kind", "agents[0].name", "agents[1].weight", "channels[0]", "channels[0].kind", "channels[0].name"], result.Errors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Import_AboveAQuota_IsRefused()
    {
        await _host.Get<SaveTenant>().PatchAsync(Owner, _fresh, Json("""{"quotas":{"agents":1}}"""));
        Assert.Contains("agents", (await ImportAsync(_fresh, await ExportAsync(_host.Tenant), replace: true)).Errors.Keys);
    }

    [Fact]
    public async Task Both_WithoutTheRightOrTheTenant_AreRefused()
    {
        var admin = Owner with { Tenant = _host.Tenant, Scopes = Roles.ScopesOf(TenantRole.Admin) };
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<ExportTenant>().RunAsync(admin, _host.Tenant));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<ImportTenant>().RunAsync(admin, _host.Tenant, Json("{}"), false, false));
        Assert.Null(await _host.Get<ExportTenant>().RunAsync(Owner, Guid.NewGuid()));
        Assert.Equal(AdminStatus.NotFound, (await ImportAsync(Guid.NewGuid(), "{}", replace: false)).Status);
    }

    private async Task<string> ExportAsync(Guid tenant) => TransferJson.Text((await _host.Get<ExportTenant>().RunAsync(Owner, tenant))!);

    private Task<AdminResult<ImportReport>> ImportAsync(Guid tenant, string document, bool replace, bool dryRun = false) =>
        _host.Get<ImportTenant>().RunAsync(Owner, tenant, JsonElement.Parse(document), replace, dryRun);

    private static void Set(JsonNode document, string path, JsonNode? value)
    {
        var steps = path[2..].Replace("[", ".[", StringComparison.Ordinal).Split('.');
        var at = document;
        foreach (var step in steps[..^1]) at = step[0] == '[' ? at[int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture)]! : at[step]!;
        at[steps[^1]] = value;
    }

    private async Task ConfigureAsync()
    {
        var caller = Caller.System(_host.Tenant);
        var helper = (await _host.Get<SaveAgent>().CreateAsync(caller, Json("""{"kind":"echo","name":"Helper","settings":{"busy":"collect"},"secrets":{"token":"very-secret"},"intents":["buy"]}"""))).Value!.Id;
        var echo = _host.Catalog.FindAgent(_host.Tenant, "Echo")!.Id;
        await _host.Get<PatchSettings>().RunAsync(caller, Json($$"""{"defaultAgent":"{{helper}}","retentionDays":90}"""));
        var web = _host.Catalog.Channels.Single(c => c.Tenant.Id == _host.Tenant).Id;
        await _host.Get<SaveChannel>().PatchAsync(caller, web, Json($$$"""{"name":"Shop","agent":"{{{helper}}}","settings":{"title":"Shop","allowedOrigins":["https://shop.example.com"]}}"""));
        await _host.Get<DeleteChannel>().RunAsync(Caller.System(_fresh), _host.Catalog.Channels.Single(c => c.Tenant.Id == _fresh).Id);
        var person = new Person { Id = Guid.NewGuid(), UserName = "ada@example.com", Email = "ada@example.com", NormalizedEmail = "ADA@EXAMPLE.COM", NormalizedUserName = "ADA@EXAMPLE.COM" };
        await _host.Database.AddAsync(
            person, new Membership { PersonId = person.Id, TenantId = _host.Tenant, Role = TenantRole.Operator },
            new RoutingVersion { TenantId = _host.Tenant, Number = 1, PublishedBy = "x" },
            new RoutingRule { Id = Guid.NewGuid(), FromVersion = 1, TenantId = _host.Tenant, Name = "Refunds", Enabled = true, Ordinal = 1, Match = $$$"""{"channels":["{{{web}}}"],"text":{"any":["refund"]}}""", Target = $$"""{"agent":"{{echo}}"}""" });
        await _host.Catalog.ReloadAsync(default);
    }
}
