using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.A2a;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Echo;
using OpenClaw.Gateway.Core.Agents.Socket;
using OpenClaw.Gateway.Core.Agents.OpenAi;
using OpenClaw.Gateway.Core.Agents.Webhook;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>Registers the kinds of agents and the registry.</summary>
public static class AgentServices
{
    /// <summary>
    /// Adds them, with the guarded HTTP that they use. Needs <see cref="ICatalog"/>, <see cref="IBlobStore"/>,
    /// <see cref="IFileLinks"/>, <see cref="GatewayOptions"/>, <see cref="TimeProvider"/> and logging.
    /// </summary>
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.AddTelemetry().AddResilience();
        services.TryAddSingleton<RequestWriter>();
        services.TryAddSingleton<UsageMeter>();
        services.TryAddSingleton<BlobIntake>();
        services.TryAddSingleton<ReplyAttachments>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAgentKind, EchoKind>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAgentKind, WebhookKind>());
        services.AddSocketAgents();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAgentKind, OpenAiKind>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAgentKind, A2aKind>());
        services.TryAddSingleton<AgentRegistry>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Microsoft.Extensions.Hosting.IHostedService, Health.HealthMonitor>());
        services.TryAddSingleton<IAgentGates>(s => s.GetRequiredService<AgentRegistry>());
        return services;
    }
}
