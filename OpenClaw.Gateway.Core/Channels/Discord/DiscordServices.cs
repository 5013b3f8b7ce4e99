using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Discord.Listening;
using OpenClaw.Gateway.Core.Channels.Discord.Mapping;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;
using OpenClaw.Gateway.Core.Channels.Discord.Sending;

namespace OpenClaw.Gateway.Core.Channels.Discord;

/// <summary>Registration of the Discord channel. Needs what every platform stands on.</summary>
internal static class DiscordServices
{
    public static IServiceCollection AddDiscordChannel(this IServiceCollection services)
    {
        services.TryAddSingleton<DiscordBots>();
        services.TryAddSingleton<GatewaySockets>();
        services.TryAddSingleton<InteractionMapper>();
        services.TryAddSingleton<FileFetcher>();
        services.TryAddSingleton<DiscordPreflight>();
        services.TryAddSingleton<ListenerTools>();
        return services.AddPlatform<DiscordKind, DiscordConnector, DiscordSender>(DiscordKind.Name);
    }
}
