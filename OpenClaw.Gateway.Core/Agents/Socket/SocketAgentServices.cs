using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>Registers the kind <c>socket</c>.</summary>
internal static class SocketAgentServices
{
    public static IServiceCollection AddSocketAgents(this IServiceCollection services)
    {
        services.TryAddSingleton<AgentSockets>();
        services.TryAddSingleton<IAgentSockets>(s => s.GetRequiredService<AgentSockets>());
        services.TryAddSingleton<IAgentConnections>(s => s.GetRequiredService<AgentSockets>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAgentTyping, AgentSockets>(s => s.GetRequiredService<AgentSockets>()));
        services.AddSingleton<ITenantRemoval>(s => s.GetRequiredService<AgentSockets>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAgentKind, SocketKind>());
        services.AddHostedService<AgentSocketLife>();
        return services;
    }
}
