using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>What a metric's values mean to Prometheus.</summary>
internal enum MetricType
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Goes up only, from 0 at the start of the process; its name ends in <c>_total</c>.</summary>
    Counter,

    /// <summary>How many durations lay at or below each bound.</summary>
    Histogram,
}

/// <summary>Writes Prometheus' text format, version 0.0.4: each metric once, with its help and type before its samples.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly StringBuilder _text = new();
    private string _name = "";

    /// <summary>Begins a metric.</summary>
    public PrometheusText Metric(string name, MetricType type, string help)
    {
        _name = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(type switch { MetricType.Counter => " counter\n", MetricType.Histogram => " histogram\n", _ => " gauge\n" });
        return this;
    }

    /// <summary>A sample of the metric that was begun last.</summary>
    public PrometheusText Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value, labels);

    /// <summary>A histogram's series with those labels, of the metric that was begun last.</summary>
    public PrometheusText Histogram(DurationBuckets buckets, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Span<(string, string)> withBound = new (string, string)[labels.Length + 1];
        labels.CopyTo(withBound);
        for (var i = 0; i < buckets.Cumulative.Count; i++)
        {
            withBound[^1] = ("le", i < DurationBuckets.Bounds.Count ? Text(DurationBuckets.Bounds[i]) : "+Inf");
            Sample("_bucket", buckets.Cumulative[i], withBound);
        }

        return Sample("_sum", buckets.Sum, labels).Sample("_count", buckets.Cumulative[^1], labels);
    }

    private PrometheusText Sample(string suffix, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_name).Append(suffix);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            Escape(labels[i].Value);
            _text.Append('"');
        }

        if (labels.Length > 0) _text.Append('}');
        _text.Append(' ').Append(Text(value)).Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Text(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private void Escape(string value)
    {
        foreach (var c in value)
        {
            switch (c)
            {
                case '\\':
                    _text.Append(@"\\");
                    break;
                case '"':
                    _text.Append("\\\"");
                    break;
                case '\n':
                    _text.Append(@"\n");
                    break;
                default:
                    _text.Append(c);
                    break;
            }
        }
    }
}
