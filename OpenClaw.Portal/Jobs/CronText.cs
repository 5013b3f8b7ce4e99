using System.Globalization;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;
using Quartz;

namespace OpenClaw.Portal.Jobs;

/// <summary>Cron expressions as people write them: five fields as in a crontab, or Quartz's six or seven with seconds. Always UTC.</summary>
internal static partial class CronText
{
    private const int UnixFields = 5;
    private const string DayOfWeek = "day of the week";

    private static readonly Unit[] Units =
        [new("second", 0, 59), new("minute", 0, 59), new("hour", 0, 23), new("day of the month", 1, 31), new("month", 1, 12), new(DayOfWeek, 1, 7), new("year", 1970, 2099)];

    /// <summary>The full form, or what is wrong.</summary>
    public static CronReading Read(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0) return new(null, "A schedule is needed.");
        if (fields.Length is < UnixFields or > UnixFields + 2 && !text.TrimStart().StartsWith('@'))
            return new(null, $"A schedule has five fields (minute, hour, day of the month, month, day of the week), or six with seconds before them; these are {fields.Length}.");
        if (NumberFault(fields) is { } fault) return new(null, fault);
        try
        {
            var read = CronExpression.Parse(string.Join(' ', fields), fields.Length > UnixFields ? CronFormat.Quartz : CronFormat.Unix);
            return new(read.CronExpressionString, null);
        }
        catch (FormatException wrong)
        {
            return new(null, Sentence(wrong.Message));
        }
    }

    /// <summary>The next times after a moment; fewer where the expression ends.</summary>
    public static IReadOnlyList<DateTimeOffset> Next(string cron, DateTimeOffset after, int count)
    {
        if (!CronExpression.TryParse(cron, out var parsed)) return [];
        var expression = parsed.WithTimeZone(TimeZoneInfo.Utc);
        List<DateTimeOffset> times = [];
        for (var time = expression.GetNextValidTimeAfter(after); time is { } next && times.Count < count; time = expression.GetNextValidTimeAfter(next)) times.Add(next.ToUniversalTime());
        return times;
    }

    /// <summary>Looked at here, as Quartz takes some numbers that are too large for its own marks: 99 would be every minute.</summary>
    private static string? NumberFault(string[] fields)
    {
        var units = fields.Length > UnixFields ? Units : [.. Units[1..^1].Select(u => u.Name == DayOfWeek ? u with { Min = 0 } : u)];
        foreach (var (field, unit) in fields.Zip(units))
        foreach (var match in Numbers().EnumerateMatches(field))
        {
            var text = field.Substring(match.Index, match.Length);
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < unit.Min || number > unit.Max)
                return $"'{text}' is no {unit.Name}: those are {unit.Min} to {unit.Max}.";
        }

        return null;
    }

    private static string Sentence(string message) => message.TrimEnd().EndsWith('.') ? message.TrimEnd() : message.TrimEnd() + ".";

    [GeneratedRegex(@"\d+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();

    private sealed record Unit(string Name, int Min, int Max);
}
