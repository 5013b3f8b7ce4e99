using System.Globalization;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>One line of the closing table.</summary>
/// <param name="Goal">What is measured.</param>
/// <param name="Accept">The bound that has to hold.</param>
/// <param name="Aim">The bound that is aimed at; empty = none of its own.</param>
/// <param name="Result">What came out.</param>
/// <param name="Accepted">Null where there was nothing to compare with.</param>
/// <param name="Aimed">Null where the aim has no bound.</param>
internal sealed record Row(string Goal, string Accept, string Aim, string Result, bool? Accepted, bool? Aimed)
{
    /// <summary>The verdict in a word.</summary>
    public string Verdict => (Accepted, Aimed) switch
    {
        (null, _) => "-",
        (false, _) => "MISSED",
        (true, true) => "met, aim too",
        _ => "met",
    };

    /// <summary>A figure that shall not be below its bounds.</summary>
    public static Row AtLeast(string goal, double accept, double aim, string unit, double result) =>
        new(goal, $">= {Text(accept)}{unit}", $">= {Text(aim)}{unit}", $"{Text(result)}{unit}", result >= accept, result >= aim);

    /// <summary>A figure that shall not be above its bounds.</summary>
    public static Row AtMost(string goal, double accept, double aim, string unit, double result) =>
        new(goal, $"<= {Text(accept)}{unit}", $"<= {Text(aim)}{unit}", $"{Text(result)}{unit}", result <= accept, result <= aim);

    /// <summary>What could not be measured here.</summary>
    public static Row Skipped(string goal, string why) => new(goal, "", "", why, null, null);

    /// <summary>A figure with as many digits as it is worth.</summary>
    public static string Text(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "#,##0" : Math.Abs(value) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
