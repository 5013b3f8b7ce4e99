using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>One metric: what <c>/metrics</c> and a collector are told of it.</summary>
/// <param name="Name">As OpenTelemetry writes it, with dots.</param>
/// <param name="Type">How its values are to be read.</param>
/// <param name="Unit">UCUM: <c>s</c>, <c>1</c> for a ratio, <c>{message}</c> for things that are counted; empty = none.</param>
/// <param name="Help">What it means.</param>
/// <param name="Read">Its values now.</param>
internal sealed record MetricFamily(string Name, MetricType Type, string Unit, string Help, Func<MetricScope, IEnumerable<MetricSample>> Read)
{
    /// <summary>Its name in Prometheus, by the rules by which Prometheus itself renames what comes by OTLP.</summary>
    public string PrometheusName
    {
        get
        {
            var name = Name.Replace('.', '_') + Unit switch { "s" => "_seconds", "1" => "_ratio", _ => "" };
            return Type == MetricType.Counter ? name + "_total" : name;
        }
    }
}

/// <summary>One series of a metric.</summary>
/// <param name="Value">Its value; of a histogram nothing.</param>
/// <param name="Labels">What it is of.</param>
internal sealed record MetricSample(double Value, params (string Name, string Value)[] Labels)
{
    /// <summary>Of a histogram.</summary>
    public DurationBuckets? Buckets { get; init; }
}

/// <summary>Whose figures are looked at: those of all, or of one tenant and of the node.</summary>
internal sealed class MetricScope
{
    public MetricScope(ICatalog catalog, AgentLoads loads, Guid? tenant)
    {
        Tenants = [.. catalog.Tenants.Where(t => tenant is null || t.Id == tenant).OrderBy(t => t.Slug, StringComparer.Ordinal)];
        Channels = [.. catalog.Channels.Where(c => tenant is null || c.Tenant.Id == tenant).OrderBy(c => c.Tenant.Slug, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal)];
        Agents = [.. loads.Asked.Select(catalog.FindAgent).OfType<AgentModel>().Where(a => tenant is null || a.Tenant.Id == tenant).OrderBy(a => a.Tenant.Slug, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal)];
    }

    public IReadOnlyList<TenantModel> Tenants { get; }

    public IReadOnlyList<ChannelModel> Channels { get; }

    /// <summary>Those that were asked since the start.</summary>
    public IReadOnlyList<AgentModel> Agents { get; }
}
