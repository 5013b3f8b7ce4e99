namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>Looks at counters that something else keeps, and tells what was added since its last look. Called by the recorder only, one at a time.</summary>
internal interface IMetricSource
{
    void Fold(MetricFold fold);
}
