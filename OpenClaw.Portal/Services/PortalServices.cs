using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Portal.Components.Pages.Channels;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Endpoints;

namespace OpenClaw.Portal.Services;

/// <summary>What pages call: they never open the database themselves.</summary>
internal static class PortalServices
{
    public static IServiceCollection AddPortalServices(this IServiceCollection services)
    {
        services.AddSingleton<LiveRefreshes>();
        services.AddSingleton<TenantNames>();
        services.AddSingleton<RuleNaming>();
        services.AddSingleton<OverviewService>();
        services.AddSingleton<ChannelsService>();
        services.AddSingleton<ChannelSpecs>();
        services.AddSingleton<FirstStepsService>();
        services.TryAddSingleton<Invites>();
        services.AddSingleton<JumpSearch>();
        services.TryAddSingleton<IChatPageSource, ChatPageSource>();
        services.AddControls();
        return services;
    }
}
