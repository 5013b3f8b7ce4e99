using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Alerts;
using OpenClaw.Gateway.Core.Administration.Drills;
using OpenClaw.Gateway.Core.Administration.Erasures;
using OpenClaw.Gateway.Core.Administration.Mail;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Discord;
using OpenClaw.Gateway.Core.Channels.Email;
using OpenClaw.Gateway.Core.Channels.Http;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Gateway.Core.Channels.Telegram;
using OpenClaw.Gateway.Core.Channels.WebSocket;
using OpenClaw.Gateway.Core.Delivery;
using OpenClaw.Gateway.Core.Events;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Maintenance.Metrics;
using OpenClaw.Gateway.Core.Maintenance.Retention;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Hosting;

/// <summary>The road, wired: channels ▸ ingest ▸ [inbox] ▸ sessions ▸ route ▸ agents ▸ conclude ▸ [outbox] ▸ channels.</summary>
public static class GatewayFlow
{
    /// <summary>Adds the gateway over a database. Options are valid.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options, IDatabase database)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(database);
        services
            .AddTelemetry()
            .AddProtection()
            .AddStores()
            .AddJournal()
            .AddEvents()
            .AddEventWebhooks()
            .AddDirectoryBlobs()
            .AddArchive()
            .AddWebSocketChannel()
            .AddPlatforms()
            .AddHttpChannel()
            .AddProgramChannels()
            .AddTelegramChannel()
            .AddDiscordChannel()
            .AddEmailChannel()
            .AddIngest()
            .AddSessions()
            .AddAgentRouting()
            .AddAgents()
            .AddPipeline()
            .AddDelivery()
            .AddAdministration()
            .AddErasures()
            .AddReplays()
            .AddMail()
            .AddArchiveJobs()
            .AddRetention()
            .AddMetricsPage()
            .AddDrillKeeper()
            .AddAlertKeeper();
        // Before every other hosted service, the framework's own too: those may read the database, which this one migrates.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, GatewayHost>());
        services.TryAddSingleton<DatabaseStart>();
        services.TryAddSingleton<UsageBook>();
        services.AddSessionJobs().AddUpkeepJobs().AddMetricHistory();
        services.AddHostedService<GatewayCare>();
        services.AddHostedService<MetricWorker>();
        services.AddHostedService(s => s.GetRequiredService<EventSender>());
        return services;
    }
}
