using System.Runtime.CompilerServices;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Matching;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>Compiles each published rule set once and forgets it when the catalog does.</summary>
internal sealed class RuleSets(RuleHits hits)
{
    private readonly ConditionalWeakTable<RuleSetModel, Lazy<CompiledRules>> _compiled = [];

    public CompiledRules Get(Guid tenant, RuleSetModel set) => (_compiled.TryGetValue(set, out var compiled) ? compiled : Add(tenant, set)).Value;

    private Lazy<CompiledRules> Add(Guid tenant, RuleSetModel set) =>
        _compiled.GetValue(set, key => new(() => RuleCompiler.Compile(key, rule => hits.Counter(tenant, rule))));
}
