using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Access;
using OpenClaw.Gateway.Core.Channels.Buttons;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>What every platform's channel stands on, and how a kind is added to it.</summary>
internal static class PlatformServices
{
    /// <summary>The door, the connections and what they remember. Needs the inbox, the catalog, the journal, the event bus and the outbox.</summary>
    public static IServiceCollection AddPlatforms(this IServiceCollection services)
    {
        services.AddResilience();
        services.TryAddSingleton<ChannelInbox>();
        services.AddChannelAccess();
        services.TryAddSingleton<ConversationAliases>();
        services.TryAddSingleton<IConversationAliases>(s => s.GetRequiredService<ConversationAliases>());
        services.TryAddSingleton<ChannelMemory>();
        services.TryAddSingleton<IChannelMemory>(s => s.GetRequiredService<ChannelMemory>());
        services.TryAddSingleton<GapLedger>();
        services.TryAddSingleton<ChannelDoor>();
        services.TryAddSingleton<ButtonValues>();
        services.TryAddSingleton<BlobIntake>();
        services.TryAddSingleton(s => new Lazy<IOutbox>(() => s.GetRequiredService<IOutbox>()));
        services.TryAddSingleton<ChannelSupervisor>();
        services.TryAddSingleton<IChannelLinks>(s => s.GetRequiredService<ChannelSupervisor>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantRemoval, ChannelSupervisor>(s => s.GetRequiredService<ChannelSupervisor>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ChannelSupervisor>(s => s.GetRequiredService<ChannelSupervisor>()));
        return services;
    }

    /// <summary>A kind: its description, its listener, its sender.</summary>
    public static IServiceCollection AddPlatform<TKind, TConnector, TSender>(this IServiceCollection services, string kind)
        where TKind : class, IChannelKind
        where TConnector : class, IChannelConnector
        where TSender : class, IChannelSender
    {
        services.AddPlatforms();
        services.TryAddSingleton<TSender>();
        services.TryAddSingleton<TConnector>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelKind, TKind>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelConnector, TConnector>(s => s.GetRequiredService<TConnector>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, TSender>(s => s.GetRequiredService<TSender>()));
        if (typeof(IChannelBudget).IsAssignableFrom(typeof(TSender))) services.AddSingleton(s => (IChannelBudget)s.GetRequiredService<TSender>());
        services.AddSingleton<IChannelRestart>(s => new ConnectionRestart(kind, s.GetRequiredService<ChannelSupervisor>()));
        return services;
    }
}
