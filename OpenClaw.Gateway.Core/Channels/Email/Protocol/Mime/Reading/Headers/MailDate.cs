using System.Globalization;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>Reads dates (RFC 5322 3.3, with the obsolete zones, two-digit years, and the order of asctime).</summary>
internal static class MailDate
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, int> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UT"] = 0, ["UTC"] = 0, ["GMT"] = 0, ["Z"] = 0, ["EST"] = -300, ["EDT"] = -240, ["CST"] = -360, ["CDT"] = -300, ["MST"] = -420, ["MDT"] = -360, ["PST"] = -480, ["PDT"] = -420,
        ["CET"] = 60, ["MET"] = 60, ["MEZ"] = 60, ["CEST"] = 120, ["MEST"] = 120, ["MESZ"] = 120, ["BST"] = 60, ["WET"] = 0, ["WEST"] = 60, ["EET"] = 120, ["EEST"] = 180, ["MSK"] = 180, ["JST"] = 540, ["KST"] = 540,
    };

    /// <summary>The moment; null when it cannot be told.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null || text.Length > 200) return null;
        var words = WithoutComments(text).Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
        int? day = null, month = null, year = null, zone = null;
        TimeSpan? clock = null;
        foreach (var word in words)
        {
            if (word.Contains(':', StringComparison.Ordinal) && clock is null)
            {
                clock = Clock(word, ref zone);
                if (clock is null) return Iso(text);
            }
            else if (word[0] is '+' or '-' && clock is not null) zone ??= Offset(word);
            else if (word.Contains('-', StringComparison.Ordinal) && day is null) Dashed(word, ref day, ref month, ref year);
            else if (Month(word) is { } named) month ??= named;
            else if (int.TryParse(word.AsSpan().TrimEnd('.'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) Number(number, word.Length, ref day, ref year);
            else if (clock is not null && Zones.TryGetValue(word, out var named2)) zone ??= named2;
        }

        return day is { } d && month is { } m && year is { } y ? Make(y, m, d, clock ?? TimeSpan.Zero, zone ?? 0) : Iso(text);
    }

    private static void Number(int number, int length, ref int? day, ref int? year)
    {
        if (length <= 2 && day is null && number is >= 1 and <= 31) day = number;
        else year ??= length > 3 ? number : length == 3 ? 1900 + number : number < 50 ? 2000 + number : 1900 + number;
    }

    private static DateTimeOffset? Make(int year, int month, int day, TimeSpan clock, int zone)
    {
        if (year is < 1 or > 9998 || day < 1 || day > DateTime.DaysInMonth(year, month) || Math.Abs(zone) > 14 * 60) return null;
        var local = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified) + clock;
        return local.Ticks < TimeSpan.TicksPerDay ? null : new DateTimeOffset(local, TimeSpan.FromMinutes(zone));
    }

    private static DateTimeOffset? Iso(string text) =>
        text.Length >= 10 && char.IsAsciiDigit(text[0]) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static TimeSpan? Clock(string word, ref int? zone)
    {
        var end = word.IndexOfAny(['+', '-', 'Z']);
        if (end > 0) zone = word[end] == 'Z' ? 0 : Offset(word[end..]);
        var parts = (end > 0 ? word[..end] : word).Split(':', '.');
        Span<int> values = [0, 0, 0];
        for (var i = 0; i < Math.Min(3, parts.Length); i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out values[i])) return null;
        }

        return values[0] > 24 || values[1] > 59 || values[2] > 60 ? null : new TimeSpan(values[0], values[1], Math.Min(values[2], 59));
    }

    private static int? Offset(string word)
    {
        var digits = word[1..].Replace(":", "", StringComparison.Ordinal);
        if (digits.Length is < 3 or > 4 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
        var minutes = value / 100 * 60 + value % 100;
        return word[0] == '-' ? -minutes : minutes;
    }

    private static void Dashed(string word, ref int? day, ref int? month, ref int? year)
    {
        var parts = word.Split('-');
        if (parts.Length != 3 || Month(parts[1]) is not { } named || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)) return;
        Number(first, parts[0].Length, ref day, ref year);
        month = named;
        if (int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var last)) Number(last, Math.Max(2, parts[2].Length), ref day, ref year);
    }

    private static int? Month(string word) => word.Length >= 3 && Array.IndexOf(Months, word[..3].ToLowerInvariant()) is var at and >= 0 ? at + 1 : null;

    private static string WithoutComments(string text)
    {
        while (text.IndexOf('(', StringComparison.Ordinal) is var open and >= 0)
        {
            var close = text.IndexOf(')', open);
            text = close < 0 ? text[..open] : text.Remove(open, close + 1 - open);
        }

        return text;
    }
}
