using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>What was refused to tenants, and the tokens that models told of.</summary>
internal sealed class TenantSource(ICatalog catalog, TenantLoads loads, UsageMeter meter) : IMetricSource
{
    private static readonly RefusalCode[] Codes = Enum.GetValues<RefusalCode>();
    private readonly Dictionary<Guid, long> _refused = [];
    private readonly Dictionary<Guid, (long Read, long Written)> _tokens = [];
    private long _day;
    private bool _hasLooked;

    public void Fold(MetricFold fold)
    {
        foreach (var load in loads.All)
        {
            var refused = Codes.Sum(load.RefusedFor);
            fold.Count(load.Tenant, MetricNames.Refused, Guid.Empty, refused - _refused.GetValueOrDefault(load.Tenant));
            _refused[load.Tenant] = refused;
        }

        FoldTokens(fold);
    }

    /// <summary>The meter begins each day with nothing, and this run of the gateway with what the day's row says.</summary>
    private void FoldTokens(MetricFold fold)
    {
        var today = meter.Today;
        if (today != _day) _tokens.Clear();
        foreach (var tenant in catalog.Tenants.Select(t => t.Id))
        {
            var now = meter.Now(tenant);
            if (_hasLooked)
            {
                var (read, written) = _tokens.GetValueOrDefault(tenant);
                fold.Count(tenant, MetricNames.TokensRead, Guid.Empty, now.InputTokens - read);
                fold.Count(tenant, MetricNames.TokensWritten, Guid.Empty, now.OutputTokens - written);
            }

            _tokens[tenant] = (now.InputTokens, now.OutputTokens);
        }

        (_day, _hasLooked) = (today, true);
    }
}
