using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Telemetry;

/// <summary>The text format, to the letter.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void Write_OddNamesAndValues_AreEscaped()
    {
        var text = new PrometheusText();
        text.Metric("a_total", MetricType.Counter, "Back\\slash\nand line.").Sample(3).Sample(0.25, ("name", "a \"b\" \\ c\nd"), ("other", "é"));
        text.Metric("b", MetricType.Gauge, "B.").Sample(double.NaN).Sample(double.PositiveInfinity, ("x", "")).Sample(1e21, ("x", "y"));
        Assert.Equal(
            "# HELP a_total Back\\\\slash\\nand line.\n# TYPE a_total counter\na_total 3\na_total{name=\"a \\\"b\\\" \\\\ c\\nd\",other=\"é\"} 0.25\n"
            + "# HELP b B.\n# TYPE b gauge\nb NaN\nb{x=\"\"} +Inf\nb{x=\"y\"} 1E+21\n",
            text.ToString());
    }
}
