using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Trials;

/// <summary>Makes <see cref="RuleTrial"/>s.</summary>
internal sealed class RuleTrials(Router router, ICatalog catalog)
{
    /// <summary>Takes up to some hundred milliseconds for thousands of rules.</summary>
    public RuleTrial Of(Guid tenant, RuleSetModel rules) => new(router, catalog, tenant, rules);
}
