using System.Globalization;

namespace OpenClaw.Portal.Components.Pages.Jobs;

/// <summary>The common schedules in words; the others are shown as they are written.</summary>
internal static class CronWords
{
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary><c>0 40 3 * * ?</c> → <c>Every day at 03:40 UTC</c>; null where there are no plain words for it.</summary>
    public static string? Of(string cron)
    {
        if (cron.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var seconds, var minutes, var hours, var day, "*", var weekday] || !Number(seconds, out _)) return null;
        var everyDay = IsAny(day) && IsAny(weekday);
        if (everyDay && IsAny(hours)) return OfMinutes(minutes);
        if (everyDay && Number(minutes, out var past) && Every(hours, out var step)) return $"Every {step} hours{Past(past)}";
        if (!Number(minutes, out var minute) || !Number(hours, out var hour)) return null;
        var at = string.Create(CultureInfo.InvariantCulture, $"at {hour:00}:{minute:00} UTC");
        if (everyDay) return $"Every day {at}";
        if (IsAny(day) && DayOf(weekday) is { } name) return $"Every {name} {at}";
        return IsAny(weekday) && Number(day, out var number) ? string.Create(CultureInfo.InvariantCulture, $"On day {number} of every month {at}") : null;
    }

    private static string? OfMinutes(string minutes)
    {
        if (IsAny(minutes)) return "Every minute";
        if (minutes.Split('/') is [var start, var often] && Number(start, out var from) && from > 0 && Number(often, out var by) && by > 1) return string.Create(CultureInfo.InvariantCulture, $"Every {by} minutes, from {from} past");
        if (Every(minutes, out var step)) return string.Create(CultureInfo.InvariantCulture, $"Every {step} minutes");
        return Number(minutes, out var past) ? $"Every hour{Past(past)}" : null;
    }

    private static string Past(int minutes) => minutes switch
    {
        0 => "", 1 => ", 1 minute past", _ => string.Create(CultureInfo.InvariantCulture, $", {minutes} minutes past"),
    };

    private static bool IsAny(string field) => field is "*" or "?";

    private static bool Every(string field, out int step)
    {
        step = 0;
        return field.Split('/') is ["*" or "0", var text] && Number(text, out step) && step > 1;
    }

    private static bool Number(string field, out int number) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string? DayOf(string weekday)
    {
        var index = Number(weekday, out var number) ? number - 1 : Array.IndexOf(Days, weekday.ToUpperInvariant());
        return index is >= 0 and < 7 ? CultureInfo.InvariantCulture.DateTimeFormat.DayNames[index] : null;
    }
}
