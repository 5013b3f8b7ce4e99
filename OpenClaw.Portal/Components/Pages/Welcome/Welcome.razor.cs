using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Components.Pages.Welcome;

/// <summary>Where the set-up ends: one can talk at once.</summary>
public sealed partial class Welcome
{
    private ChannelModel? Chat { get; set; }

    private AgentModel? Agent { get; set; }

    private string AgentName => Agent?.Name ?? "none yet";

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Chat = Catalog.Channels.Where(c => c.Tenant.Id == TenantId && c is { Kind: "websocket", Enabled: true }).OrderBy(c => c.Id).FirstOrDefault();
        if ((Chat?.Agent ?? Catalog.FindTenant(TenantId)?.Settings.DefaultAgent) is { } agent) Agent = Catalog.FindAgent(agent);
    }
}
