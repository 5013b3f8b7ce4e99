using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Channels.WebSocket;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Components.Pages.Routing;

namespace OpenClaw.Portal.Tests.Components.Routing;

/// <summary>The pages of routing, over a draft in a real database. Nothing is live.</summary>
internal sealed class RoutingContext : IAsyncDisposable
{
    private RoutingContext(PageContext page) => Page = page;

    public PageContext Page { get; }

    public Guid Agent => Page.Database.Agent.Id;

    public Caller Bob => Caller.System(Page.Database.Tenant.Id) with { Name = "bob@example.com" };

    public RoutingDrafts Drafts => Page.Services.GetRequiredService<RoutingDrafts>();

    public static async Task<RoutingContext> CreateAsync(TenantRole role = TenantRole.Admin)
    {
        var page = await PageContext.CreateAsync();
        page.Database.Catalog.FindRules(default).ReturnsForAnyArgs(RuleSetModel.Empty);
        page.Database.Catalog.FindIntents(default).ReturnsForAnyArgs(IntentSetModel.Empty);
        page.Services.AddSingleton<IChannelKind, WebSocketKind>().AddSingleton<ChannelKinds>();
        page.Services.AddTelemetry().AddResilience().AddAgentRouting().AddLogging();
        page.Services.AddRoutingAdministration();
        await page.SignInAsync(role);
        return new(page);
    }

    public async Task<DraftRule> DraftAsync(string name, string? text = null) =>
        (await Drafts.AddAsync(Bob, Body(name, text))).Rule ?? throw new InvalidOperationException("The rule was not taken.");

    public JsonElement Body(string name, string? text = null) => JsonSerializer.SerializeToElement(
        new { name, match = text is null ? new object() : new { text = new { any = new[] { text } } }, target = new { agent = Agent } });

    public async Task<DraftView> ReadAsync() => await Drafts.GetAsync(Page.Database.Tenant.Id);

    public IRenderedComponent<RuleEditor> Editor(Guid? rule = null) => Page.Render<RuleEditor>(p => p.Add(e => e.Slug, "acme").Add(e => e.Id, rule));

    public IRenderedComponent<Portal.Components.Pages.Routing.Routing> List(string query = "")
    {
        Page.Services.GetRequiredService<NavigationManager>().NavigateTo($"/t/acme/routing{query}");
        return Page.Render<Portal.Components.Pages.Routing.Routing>(p => p.Add(r => r.Slug, "acme"));
    }

    public ValueTask DisposeAsync() => Page.DisposeAsync();
}
