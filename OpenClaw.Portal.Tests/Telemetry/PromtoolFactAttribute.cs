namespace OpenClaw.Portal.Tests.Telemetry;

/// <summary>A test that needs promtool (Debian's package prometheus); where it is missing it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        if (!File.Exists(Promtool.Path)) Skip = "promtool is not installed (Debian: apt install prometheus).";
    }
}
