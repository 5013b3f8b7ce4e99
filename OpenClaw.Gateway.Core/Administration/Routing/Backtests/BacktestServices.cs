using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Routing.Trials;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>Trying rules on stored messages.</summary>
internal static class BacktestServices
{
    /// <summary>Adds commands, queries and what carries them out. Needs the stores, the archive and, to run, the choice of the agent.</summary>
    public static IServiceCollection AddBacktests(this IServiceCollection services)
    {
        services.TryAddSingleton<BacktestExcerpts>();
        services.TryAddSingleton<BacktestRunner>();
        services.TryAddSingleton<Func<BacktestTools>>(s => () => new(
            s.GetRequiredService<ITenantDbFactory>(), new(s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<ISystemDbFactory>()),
            new(s.GetRequiredService<Router>(), s.GetRequiredService<ICatalog>()), s.GetRequiredService<ICatalog>(), s.GetRequiredService<IIntentRecognizer>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ArchiveReader>()));
        services.TryAddSingleton<IBacktestStart>(s => s.GetRequiredService<BacktestRunner>());
        services.TryAddSingleton(s => new BacktestQueries(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<IBacktestStart>(), s.GetRequiredService<BacktestExcerpts>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new StartBacktest(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<RuleInput>(), s.GetRequiredService<RoutingDrafts>(),
            s.GetRequiredService<BacktestQueries>(), s.GetRequiredService<IBacktestStart>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new CancelBacktest(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<BacktestQueries>(), s.GetRequiredService<IBacktestStart>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BacktestRunner>(s => s.GetRequiredService<BacktestRunner>()));
        return services;
    }
}
