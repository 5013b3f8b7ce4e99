using System.Globalization;

namespace OpenClaw.FakePlatforms.Capture;

/// <summary>Adds up a folder of captured counts: a table per method, the broken rules, and one line of totals for each platform.</summary>
internal static class CapturedCommand
{
    /// <returns>1 when a rule was broken, 2 when there is nothing to add up.</returns>
    public static int Run(string folder, TextWriter output)
    {
        var lines = Directory.Exists(folder) ? CapturedLine.In(folder).ToList() : [];
        if (lines.Count == 0)
        {
            output.WriteLine($"Nothing was captured in {folder}. Set {RequestLedger.FolderVariable} to this folder before the run.");
            return 2;
        }

        foreach (var platform in lines.GroupBy(l => l.Platform, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            Tell(platform.Key, [.. platform], output);
        output.WriteLine(Totals(lines));
        return lines.Exists(l => l.Violations > 0) ? 1 : 0;
    }

    private static void Tell(string platform, List<CapturedLine> lines, TextWriter output)
    {
        var violations = lines.SelectMany(l => l.Texts).ToList();
        output.WriteLine($"{platform}: {Totals(lines)}");
        foreach (var method in lines.SelectMany(l => l.Methods).GroupBy(m => m.Key, StringComparer.Ordinal).OrderByDescending(g => g.Sum(m => m.Value)))
        {
            var broken = violations.Count(v => string.Equals(v.Method, method.Key, StringComparison.Ordinal));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {method.Key,-48} {method.Sum(m => m.Value),8} {broken,6}"));
        }

        foreach (var text in violations.GroupBy(v => $"{v.Method}: {v.Text}", StringComparer.Ordinal).OrderByDescending(g => g.Count()))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ! {text.Count()} x {text.Key}"));
        output.WriteLine();
    }

    private static string Totals(List<CapturedLine> lines) =>
        string.Create(CultureInfo.InvariantCulture, $"{lines.Sum(l => (long)l.Requests)} requests, {lines.Sum(l => (long)l.Violations)} violations");
}
