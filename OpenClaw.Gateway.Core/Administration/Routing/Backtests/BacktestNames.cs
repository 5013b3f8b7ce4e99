using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Trials;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>Names for what a result holds by id.</summary>
internal sealed class BacktestNames(ICatalog catalog, Guid tenant, IReadOnlyList<RuleModel> live, IReadOnlyList<RuleModel> tried)
{
    private const string Gone = "(deleted)";
    private readonly Dictionary<Guid, string> _rules = Names(live, tried);

    public BacktestPlace Place(StoredPlace place) => place.Kind switch
    {
        DestinationKind.Agent => new("agent", place.Id, catalog.FindAgent(place.Id) is { } agent && agent.Tenant.Id == tenant ? agent.Name : Gone),
        DestinationKind.Pool => new("pool", place.Id, catalog.FindPool(place.Id) is { } pool && pool.TenantId == tenant ? pool.Name : Gone),
        DestinationKind.Capable => new("capable", null, place.Intent),
        DestinationKind.Drop => new("drop", null, null),
        _ => new("none", null, null),
    };

    public BacktestExample Example(StoredExample example, Excerpt? excerpt) => new(
        example.Message, example.Session, example.Seq, excerpt?.At, excerpt?.Text, Place(example.From), Place(example.To), Rule(example.Before), Rule(example.After));

    /// <summary>Of both sides: those that were tried in their order, then what is live only.</summary>
    public IReadOnlyList<BacktestRule> Rules(BacktestResult result)
    {
        var hits = result.Rules.ToDictionary(h => h.Rule);
        var (isLive, isTried) = (live.Select(r => r.Id).ToHashSet(), tried.Select(r => r.Id).ToHashSet());
        return
        [
            .. tried.Concat(live.Where(r => !isTried.Contains(r.Id))).Where(r => r.Enabled || hits.ContainsKey(r.Id)).Select(r => new BacktestRule(
                r.Id, r.Name, isLive.Contains(r.Id) || hits.GetValueOrDefault(r.Id)?.Before > 0 ? hits.GetValueOrDefault(r.Id)?.Before ?? 0 : null, isTried.Contains(r.Id) ? hits.GetValueOrDefault(r.Id)?.After ?? 0 : null)),
        ];
    }

    private string? Rule(Guid? rule) => rule is { } id ? _rules.GetValueOrDefault(id, Gone) : null;

    private static Dictionary<Guid, string> Names(IReadOnlyList<RuleModel> live, IReadOnlyList<RuleModel> tried)
    {
        var names = live.ToDictionary(r => r.Id, r => r.Name);
        foreach (var rule in tried) names[rule.Id] = rule.Name;
        return names;
    }
}
