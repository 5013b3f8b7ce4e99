using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Administration.Alerts;

namespace OpenClaw.Portal.Components.Pages.Alerts;

/// <summary>Hours of the day while they are edited.</summary>
public sealed class HoursValue
{
    /// <summary>Whether there are any.</summary>
    public bool On { get; set; }

    /// <summary>As in <c>22:00</c>.</summary>
    public string? From { get; set; } = "22:00";

    /// <summary>As in <c>07:00</c>.</summary>
    public string? To { get; set; } = "07:00";

    /// <summary>A time zone's name; null until somebody or the browser says one.</summary>
    public string? Zone { get; set; }

    /// <summary>Days on which they begin.</summary>
    public IReadOnlyList<string> Days { get; set; } = DayWindow.DayNames;

    /// <summary>What is saved.</summary>
    public static HoursValue Of(JsonObject? saved, string from, string to) => saved is null ? new() { From = from, To = to } : new()
    {
        On = true, From = (string?)saved["from"], To = (string?)saved["to"], Zone = (string?)saved["zone"],
        Days = saved["days"] is JsonArray days ? [.. days.Select(d => (string)d!)] : DayWindow.DayNames,
    };

    /// <summary>As the API takes it; null = none.</summary>
    public JsonObject? ToJson() => On
        ? new() { ["from"] = Clock(From), ["to"] = Clock(To), ["zone"] = Zone, ["days"] = new JsonArray([.. Days.Select(d => (JsonNode)d)]) }
        : null;

    // once touched, an input of the type time gives seconds, always :00
    private static string? Clock(string? text) => text is { Length: 8 } && text.EndsWith(":00", StringComparison.Ordinal) ? text[..5] : text;
}
