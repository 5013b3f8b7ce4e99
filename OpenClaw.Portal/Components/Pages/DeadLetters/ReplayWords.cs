using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>What a replay was told to take, in words: two replays can be told apart by it.</summary>
internal static class ReplayWords
{
    /// <summary>The group that was chosen; null when none was.</summary>
    public static string? Group(ReplayView replay) => Text(replay.Selection, "group");

    /// <summary>What was chosen: <c>Agent timeout, Web chat, Support</c>.</summary>
    public static string What(ReplayView replay, TenantNames names, IReadOnlyDictionary<string, DeadLetterView> examples)
    {
        var chosen = replay.Selection;
        var parts = new List<string>();
        if (chosen.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array) parts.Add(ids.GetArrayLength() == 1 ? "1 chosen letter" : $"{Humanize.Count(ids.GetArrayLength())} chosen letters");
        if (Group(replay) is { } group)
        {
            if (examples.TryGetValue(group, out var example))
                parts.AddRange([Humanize.Words(example.Cause), names.Channel(example.Channel), .. names.Agent(example.Agent) is { } failed ? [failed] : Array.Empty<string>()]);
            else parts.Add("a group whose letters are gone");
        }

        if (Text(chosen, "cause") is { } cause) parts.Add(Humanize.Words(cause));
        if (Text(chosen, "stage") is { } stage) parts.Add(LetterWords.Stage(stage));
        if (Guid.TryParse(Text(chosen, "channel"), out var channel)) parts.Add(names.Channel(channel));
        if (Guid.TryParse(Text(chosen, "failedAgent"), out var agent) && names.Agent(agent) is { } name) parts.Add(name);
        if (Text(chosen, "since") is { } since) parts.Add($"failed since {Moment(since)}");
        if (Text(chosen, "until") is { } until) parts.Add($"{(parts.Count == 0 ? "all that " : "")}failed before {Moment(until)}");
        return parts.Count == 0 ? "dead letters" : string.Join(", ", parts.Distinct(StringComparer.Ordinal));
    }

    private static string Moment(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : text;

    private static string? Text(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
