using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Routing.Backtests;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Routing;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Routing rules, their drafts and versions.</summary>
public static class RoutingAdministration
{
    /// <summary>Adds commands and queries. Needs the stores and the routing.</summary>
    public static IServiceCollection AddRoutingAdministration(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<RuleInput>();
        services.TryAddSingleton<RulePublisher>();
        services.TryAddSingleton<RuleQueries>();
        services.TryAddSingleton<RecentMessages>();
        services.TryAddSingleton(s => new SaveRule(s.GetRequiredService<RulePublisher>(), s.GetRequiredService<RuleInput>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new RollBackRules(s.GetRequiredService<RulePublisher>(), s.GetRequiredService<RuleInput>()));
        services.TryAddSingleton<RoutingNews>();
        services.TryAddSingleton<DraftStore>();
        services.TryAddSingleton(s => new RoutingDrafts(s.GetRequiredService<DraftStore>(), s.GetRequiredService<RuleInput>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new PublishDraft(
            s.GetRequiredService<DraftStore>(), s.GetRequiredService<RulePublisher>(), s.GetRequiredService<RuleInput>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<RoutingNews>()));
        services.TryAddSingleton(s => new EvaluateRules(s.GetRequiredService<ICatalog>(), s.GetRequiredService<RouteExplainer>(), s.GetRequiredService<RoutingDrafts>(), s.GetRequiredService<IIntentRecognizer>()));
        return services.AddBacktests();
    }
}
