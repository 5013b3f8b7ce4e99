using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>This node's figures in Prometheus' text format (docs/operations/telemetry.md says what each means).</summary>
public sealed class MetricsPage
{
    /// <summary>What the answer is.</summary>
    public const string ContentType = PrometheusText.ContentType;

    private readonly MetricFamilies _families;

    internal MetricsPage(MetricFamilies families) => _families = families;

    /// <summary>All figures of the node, or those of one tenant and of the node as a whole.</summary>
    public string Write(Guid? tenant = null)
    {
        var text = new PrometheusText();
        var view = _families.View(tenant);
        foreach (var family in _families.All)
        {
            text.Metric(family.PrometheusName, family.Type, family.Help);
            foreach (var sample in family.Read(view))
                if (sample.Buckets is { } buckets) text.Histogram(buckets, sample.Labels);
                else text.Sample(sample.Value, sample.Labels);
        }

        return text.ToString();
    }
}
