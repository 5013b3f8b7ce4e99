using OpenClaw.Gateway.Core.Abstractions;
using Quartz;

namespace OpenClaw.Portal.Jobs;

/// <summary>Cron expressions as people write them: five fields as in a crontab, or Quartz's six or seven with seconds. Always UTC.</summary>
internal static class CronText
{
    private const int UnixFields = 5;

    /// <summary>The full form, or what is wrong.</summary>
    public static CronReading Read(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0) return new(null, "A schedule is needed.");
        if (fields.Length is < UnixFields or > UnixFields + 2 && !text.TrimStart().StartsWith('@'))
            return new(null, $"A schedule has five fields (minute, hour, day of the month, month, day of the week), or six with seconds before them; these are {fields.Length}.");
        try
        {
            var read = CronExpression.Parse(string.Join(' ', fields), fields.Length > UnixFields ? CronFormat.Quartz : CronFormat.Unix);
            return new(read.CronExpressionString, null);
        }
        catch (FormatException fault)
        {
            return new(null, Sentence(fault.Message));
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

    private static string Sentence(string message) => message.TrimEnd().EndsWith('.') ? message.TrimEnd() : message.TrimEnd() + ".";
}
