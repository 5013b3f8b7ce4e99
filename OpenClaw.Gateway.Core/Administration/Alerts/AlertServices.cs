using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Alerts.Conditions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Alert rules.</summary>
public static class AlertServices
{
    /// <summary>Adds conditions, commands and queries. Needs the stores, the protection, live figures, jobs and outgoing HTTP; mail where there is any.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IDiskSpace, SystemDiskSpace>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IAlertCondition, CircuitOpen>(), ServiceDescriptor.Singleton<IAlertCondition, DeadLettersRising>(),
            ServiceDescriptor.Singleton<IAlertCondition, ChannelDown>(), ServiceDescriptor.Singleton<IAlertCondition, ChannelDeaf>(),
            ServiceDescriptor.Singleton<IAlertCondition, QueueAge>(), ServiceDescriptor.Singleton<IAlertCondition, WebhookDisabled>(),
            ServiceDescriptor.Singleton<IAlertCondition, JobFailed>(), ServiceDescriptor.Singleton<IAlertCondition, DiskLow>(),
        ]);
        services.TryAddSingleton(s => new AlertConditions(s.GetServices<IAlertCondition>()));
        services.TryAddSingleton<AlertLinks>();
        services.TryAddSingleton<AlertBoard>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertMeans, WebhookMeans>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertMeans, MailMeans>(s => new MailMeans(s.GetService<IMailer>())));
        services.TryAddSingleton<AlertNotices>();
        services.TryAddSingleton<AlertWatch>();
        services.TryAddSingleton(s => new AlertQueries(s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<AlertConditions>(), s.GetRequiredService<AlertLinks>()));
        services.TryAddSingleton(s => new SaveAlertRule(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<AlertConditions>(), s.GetRequiredService<SecretProtector>(), s.GetService<IMailer>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new TestAlertRule(s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<AlertConditions>(), s.GetRequiredService<AlertNotices>()));
        return services;
    }

    /// <summary>Adds the worker that looks and tells.</summary>
    public static IServiceCollection AddAlertKeeper(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IHostedService, AlertKeeper>();
        return services;
    }
}
