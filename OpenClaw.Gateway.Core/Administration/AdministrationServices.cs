using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Alerts;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Drills;
using OpenClaw.Gateway.Core.Administration.Erasures;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Gateway.Core.Administration.Holds;
using OpenClaw.Gateway.Core.Administration.Idempotency;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Network;
using OpenClaw.Gateway.Core.Administration.Pairings;
using OpenClaw.Gateway.Core.Administration.People;
using OpenClaw.Gateway.Core.Administration.Pools;
using OpenClaw.Gateway.Core.Administration.Programs;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Administration.Settings;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Channels.WebSocket;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>What an admin can do and read; portal and API both call these.</summary>
public static class AdministrationServices
{
    /// <summary>Adds commands and queries. Needs the stores, the protection, file links, live figures and the kinds of agents.</summary>
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelKind, WebSocketKind>());
        services.AddResilience();
        services.AddTelemetry();
        services.TryAddSingleton<ChannelKinds>();
        services.TryAddSingleton<AgentKinds>();
        services.AddDrills().AddAlerts();
        return services.AddQueries().AddCommands().AddInvitations().AddRoutingAdministration().AddIntentAdministration().AddPools().AddMembers().AddPeople().AddHolds().AddPairings().AddHeldMessages().AddErasureRequests().AddJobs().AddArchiveAdministration().AddQueues().AddDeadLetters().AddEventWebhookAdministration().AddProgramCalls().AddMetricQueries();
    }

    private static IServiceCollection AddQueries(this IServiceCollection services)
    {
        services.TryAddSingleton<SessionQueries>();
        services.TryAddSingleton<SessionNeighbours>();
        services.TryAddSingleton<MessageQueries>();
        services.TryAddSingleton<RawMessages>();
        services.TryAddSingleton(s => new ChannelQueries(s.Get<ITenantDbFactory>(), s.Get<ChannelKinds>(), s.Get<SecretOverlaps>()));
        services.TryAddSingleton<ChannelHealth>();
        services.TryAddSingleton<ChannelTraffic>();
        services.TryAddSingleton<ChannelGapQueries>();
        services.TryAddSingleton<ChannelStatusQuery>();
        services.TryAddSingleton(s => new AgentQueries(s.Get<ITenantDbFactory>(), s.Get<AgentKinds>(), s.Get<SecretOverlaps>()));
        services.TryAddSingleton<AgentUses>();
        services.TryAddSingleton<AgentStatusQuery>();
        services.TryAddSingleton<DestinationCheck>();
        services.TryAddSingleton<SettingsQuery>();
        services.TryAddSingleton<ApiKeyQueries>();
        services.TryAddSingleton<ApiKeyLookup>();
        services.TryAddSingleton<AuditQueries>();
        services.TryAddSingleton<SecretAges>();
        return services;
    }

    private static IServiceCollection AddCommands(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new SaveChannel(
            s.Get<ITenantDbFactory>(), s.Get<ChannelKinds>(), s.Get<SecretProtector>(), s.Get<ICatalog>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<DeleteChannel>();
        services.TryAddSingleton<TestChannel>();
        services.TryAddSingleton<RestartChannel>();
        services.TryAddSingleton(s => new PostChannelMessage(s.GetRequiredService<ICatalog>(), new(s.GetRequiredService<OpenClaw.Gateway.Core.Channels.Http.HttpMessages>)));
        services.TryAddSingleton(s => new SaveAgent(
            s.Get<ITenantDbFactory>(), s.Get<AgentKinds>(), s.Get<SecretProtector>(), s.Get<ICatalog>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<DeleteAgent>();
        services.TryAddSingleton<TestAgent>();
        services.TryAddSingleton<SecretOverlaps>();
        services.TryAddSingleton<CheckAgent>();
        services.TryAddSingleton(s => new RotateSecret(
            s.Get<ITenantDbFactory>(), s.Get<ChannelKinds>(), s.Get<AgentKinds>(), s.Get<SecretProtector>(), s.Get<ICatalog>(), s.Get<WebhookEndpoints>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<PatchSettings>();
        services.TryAddSingleton<NetworkSettings>();
        services.TryAddSingleton<SaveApiKey>();
        services.TryAddSingleton<DeleteApiKey>();
        services.TryAddSingleton<RotateApiKey>();
        services.TryAddSingleton<ChangeSession>();
        services.TryAddSingleton(s => new ControlSession(
            s.Get<ISessionControl>(), s.Get<SessionQueries>(), s.Get<ICatalog>(), s.Get<ITenantDbFactory>(), s.Get<TimeProvider>(), s.Get<SuggestExamples>()));
        services.TryAddSingleton<SessionNoteBook>();
        services.TryAddSingleton<SavedFilters>();
        services.TryAddSingleton(s => new CreateTenant(
            s.Get<ISystemDbFactory>(), s.Get<ChannelKinds>(), s.Get<SecretProtector>(), s.Get<Invitations>(), s.Get<ICatalog>(), s.Get<TimeProvider>()));
        services.AddTenants();
        services.TryAddSingleton<Bootstrapper>();
        services.TryAddSingleton<Audit.PersonTrail>();
        services.TryAddSingleton<IdempotencyStore>();
        return services;
    }

    private static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();
}
