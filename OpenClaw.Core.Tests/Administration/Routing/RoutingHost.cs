using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Core.Tests.Administration.Routing;

/// <summary>The administration with the tenant of a first run, and short words for what tests do with rules.</summary>
internal sealed class RoutingHost(AdministrationHost host) : IAsyncDisposable
{
    public AdministrationHost Host => host;

    public Caller Ada { get; } = Caller.System(host.Tenant) with { Name = "ada" };

    public Caller Bob { get; } = Caller.System(host.Tenant) with { Name = "bob" };

    public Guid Agent { get; } = host.Catalog.FindAgent(host.Tenant, "Echo")!.Id;

    public Guid Channel { get; } = host.Catalog.Channels.First(c => c.Tenant.Id == host.Tenant).Id;

    public SaveRule Save => host.Get<SaveRule>();

    public RuleQueries Queries => host.Get<RuleQueries>();

    public RoutingDrafts Drafts => host.Get<RoutingDrafts>();

    public PublishDraft Publisher => host.Get<PublishDraft>();

    public RuleSetModel Live => host.Catalog.FindRules(host.Tenant);

    public IEnumerable<string> LiveNames => Live.Rules.Select(r => r.Name);

    public static async Task<RoutingHost> StartAsync() => new(await AdministrationHost.StartAsync());

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public JsonElement Body(string name, string? text = null, int? position = null) => JsonSerializer.SerializeToElement(
        new { name, match = text is null ? new object() : new { text = new { any = new[] { text } } }, target = new { agent = Agent }, position });

    public async Task<RuleView> MakeAsync(string name, string? text = null, int? position = null)
    {
        var result = await Save.CreateAsync(Ada, Body(name, text, position));
        Assert.True(result.Status == AdminStatus.Done, string.Join(" ", result.Errors.SelectMany(e => e.Value)));
        return result.Value!;
    }

    public async Task<DraftRule> DraftAsync(string name) => (await Drafts.GetAsync(Host.Tenant)).Rules.Single(r => r.Rule.Name == name);

    public async Task<IEnumerable<string>> DraftNamesAsync() => (await Drafts.GetAsync(Host.Tenant)).Rules.Select(r => r.Rule.Name);

    public async Task<Guid> OtherTenantAsync() => (await Host.Get<CreateTenant>().RunAsync("other")).Value;

    public async Task<int> CountAsync(Func<GatewayDbContext, IQueryable<object>> rows)
    {
        await using var db = Host.Database.System.Create();
        return await rows(db).CountAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
