using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>
/// A stretch of the day in some place: <c>{"from":"22:00","to":"07:00","zone":"Europe/Berlin","days":["mon","tue"]}</c>. It may go over midnight;
/// <c>days</c> are those on which it begins (absent = every day). Times are what clocks show there: when clocks are put forward over its beginning
/// or end, that comes at the moment of the change; when they are put back, it begins at the first time that they show <c>from</c> and ends at the last that they show <c>to</c>.
/// </summary>
public sealed class DayWindow
{
    /// <summary>The names of the days, Sunday first.</summary>
    public static readonly IReadOnlyList<string> DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private const string Form = "HH':'mm";
    private static readonly string[] Fields = ["from", "to", "zone", "days"];
    private readonly TimeOnly _from;
    private readonly TimeOnly _to;
    private readonly TimeZoneInfo _zone;
    private readonly HashSet<DayOfWeek> _days;

    private DayWindow(TimeOnly from, TimeOnly to, TimeZoneInfo zone, IEnumerable<DayOfWeek> days) => (_from, _to, _zone, _days) = (from, to, zone, [.. days]);

    /// <summary>Reads one that was checked before; null where there is none.</summary>
    public static DayWindow? Of(JsonElement? saved) => saved is { ValueKind: JsonValueKind.Object } json ? Read(json, "", new()) : null;

    /// <summary>Since when it goes on at that moment; null when it does not.</summary>
    public DateTimeOffset? Since(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, _zone).DateTime);
        for (var day = today.AddDays(-1); day <= today.AddDays(1); day = day.AddDays(1))
        {
            if (!_days.Contains(day.DayOfWeek)) continue;
            var begins = Moment(day.ToDateTime(_from), first: true);
            var ends = Moment((_to > _from ? day : day.AddDays(1)).ToDateTime(_to), first: false);
            if (now >= begins && now < ends) return begins;
        }

        return null;
    }

    /// <summary>Whether it goes on at that moment.</summary>
    public bool Holds(DateTimeOffset now) => Since(now) is not null;

    /// <summary>Reads one and notes what is wrong; null when something is.</summary>
    internal static DayWindow? Read(JsonElement json, string path, FieldErrors errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path, "Must be an object: {from, to, zone, days}.");
            return null;
        }

        var prefix = path.Length == 0 ? "" : path + ".";
        foreach (var field in json.EnumerateObject().Where(f => !Fields.Contains(f.Name))) errors.Add(prefix + field.Name, $"There is no such field. There are: {string.Join(", ", Fields)}.");
        var (from, to) = (Clock(json, "from", prefix, errors), Clock(json, "to", prefix, errors));
        if (from is not null && from == to) errors.Add(prefix + "to", "Must be another time than from.");
        var zone = Zone(json, prefix, errors);
        var days = Days(json, prefix, errors);
        return from is { } begin && to is { } end && begin != end && zone is not null && days is not null ? new(begin, end, zone, days) : null;
    }

    /// <summary>As it is stored and shown.</summary>
    internal JsonObject ToJson() => new()
    {
        ["from"] = _from.ToString(Form, CultureInfo.InvariantCulture), ["to"] = _to.ToString(Form, CultureInfo.InvariantCulture), ["zone"] = _zone.Id,
        ["days"] = new JsonArray([.. Enumerable.Range(1, 7).Select(d => (DayOfWeek)(d % 7)).Where(_days.Contains).Select(d => (JsonNode)DayNames[(int)d])]),
    };

    private DateTimeOffset Moment(DateTime wall, bool first)
    {
        while (_zone.IsInvalidTime(wall)) wall = wall.AddMinutes(1);
        if (!_zone.IsAmbiguousTime(wall)) return new(wall, _zone.GetUtcOffset(wall));
        var offsets = _zone.GetAmbiguousTimeOffsets(wall);
        return new(wall, first ? offsets.Max() : offsets.Min());
    }

    private static TimeOnly? Clock(JsonElement json, string field, string prefix, FieldErrors errors)
    {
        if (Text(json, field) is { } text && TimeOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        errors.Add(prefix + field, "Must be a time of day as in 22:00.");
        return null;
    }

    private static TimeZoneInfo? Zone(JsonElement json, string prefix, FieldErrors errors)
    {
        if (Text(json, "zone") is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        errors.Add(prefix + "zone", "Must be the name of a time zone as in Europe/Berlin or UTC.");
        return null;
    }

    private static IReadOnlyList<DayOfWeek>? Days(JsonElement json, string prefix, FieldErrors errors)
    {
        if (!json.TryGetProperty("days", out var days) || days.ValueKind == JsonValueKind.Null) return Enum.GetValues<DayOfWeek>();
        if (days.ValueKind == JsonValueKind.Array && days.GetArrayLength() > 0)
        {
            var indexes = days.EnumerateArray().Select(d => d.ValueKind == JsonValueKind.String ? DayNames.ToList().IndexOf(d.GetString()!) : -1).ToList();
            if (!indexes.Contains(-1)) return [.. indexes.Select(i => (DayOfWeek)i)];
        }

        errors.Add(prefix + "days", $"Must be a list of one or more of: {string.Join(", ", DayNames)}; left out, it is every day.");
        return null;
    }

    private static string? Text(JsonElement json, string field) => json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
