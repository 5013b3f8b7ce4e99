using System.Globalization;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>Days as the table of usage has them: 20261123.</summary>
internal static class UsageDays
{
    public static int Of(DateTimeOffset at) => Of(DateOnly.FromDateTime(at.UtcDateTime));

    public static int Of(DateOnly day) => (day.Year * 10_000) + (day.Month * 100) + day.Day;

    public static DateOnly ToDate(int day) => new(day / 10_000, day / 100 % 100, day % 100);

    /// <summary>As people and programs write it: 2026-11-23.</summary>
    public static bool TryParse(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
