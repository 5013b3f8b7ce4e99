using System.Globalization;

namespace OpenClaw.Portal.Components.Controls;

/// <summary>Numbers as people read them.</summary>
public static class Humanize
{
    /// <summary>A duration: <c>0.4 ms</c>, <c>12 ms</c>, <c>1.3 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 0 => "0 ms",
        < 10 => Text($"{time.TotalMilliseconds:0.#} ms"),
        < 1000 => Text($"{time.TotalMilliseconds:0} ms"),
        < 60_000 => Text($"{time.TotalSeconds:0.#} s"),
        < 3_600_000 => Two((int)time.TotalMinutes, "min", time.Seconds, "s"),
        < 86_400_000 => Two((int)time.TotalHours, "h", time.Minutes, "min"),
        _ => Two((int)time.TotalDays, "d", time.Hours, "h"),
    };

    /// <summary>A duration in milliseconds.</summary>
    public static string Milliseconds(double value) => Duration(TimeSpan.FromMilliseconds(value));

    /// <summary>A size: <c>812 B</c>, <c>1.2 MB</c>.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1000 && unit < units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return unit == 0 ? Text($"{bytes} B") : Text($"{value:0.#} {units[unit]}");
    }

    /// <summary>A rate: <c>0.2</c>, <c>12</c>, <c>4,100</c>.</summary>
    public static string Rate(double value) => value is > 0 and < 10 ? Text($"{value:0.#}") : Text($"{value:N0}");

    /// <summary>A count with thousands apart.</summary>
    public static string Count(long value) => Text($"{value:N0}");

    /// <summary>A dead letter's cause or another name of ours as words: <c>agent_timeout</c> → <c>Agent timeout</c>.</summary>
    public static string Words(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    /// <summary>A trace's <c>cause: detail</c> with the cause in words.</summary>
    public static string Cause(string error)
    {
        var colon = error.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !error[..colon].Contains(' ', StringComparison.Ordinal) ? $"{Words(error[..colon])}: {error[(colon + 2)..]}" : error;
    }

    private static string Two(int large, string unit, int small, string smallUnit) => small == 0 ? Text($"{large} {unit}") : Text($"{large} {unit} {small} {smallUnit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
