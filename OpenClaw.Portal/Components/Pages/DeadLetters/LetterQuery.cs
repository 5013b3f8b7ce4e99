using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>What the address narrows the lists to, and the same as a replay's choice.</summary>
internal static class LetterQuery
{
    /// <summary>The names of the filters.</summary>
    public static IReadOnlyList<string> Names { get; } = ["state", "stage", "channel", "agent", "cause", "group", "since", "until", "text"];

    /// <summary>The filter of the present address; what cannot be read does not narrow.</summary>
    public static DeadLetterFilter Read(NavigationManager navigation) => new()
    {
        State = navigation.Query("state"), Stage = navigation.Query("stage"), Cause = navigation.Query("cause"), Group = navigation.Query("group"), Text = navigation.Query("text"),
        Channel = Id(navigation, "channel"), Agent = Id(navigation, "agent"), Since = Time(navigation, "since"), Until = Time(navigation, "until"),
    };

    /// <summary>Anything is narrowed.</summary>
    public static bool IsFiltered(NavigationManager navigation) => Names.Any(n => navigation.Query(n) is not null);

    /// <summary>All open ones that fit, as a replay takes its choice. <paramref name="now"/> bounds one that nothing else narrows.</summary>
    public static JsonObject Selection(DeadLetterFilter filter, DateTimeOffset now)
    {
        var chosen = new JsonObject();
        Put("group", filter.Group);
        Put("stage", filter.Stage);
        Put("channel", filter.Channel?.ToString());
        Put("failedAgent", filter.Agent?.ToString());
        Put("cause", filter.Cause);
        Put("since", filter.Since?.ToString("O", CultureInfo.InvariantCulture));
        Put("until", filter.Until?.ToString("O", CultureInfo.InvariantCulture));
        if (chosen.Count == 0) Put("until", now.ToString("O", CultureInfo.InvariantCulture));
        return chosen;

        void Put(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) chosen[name] = value;
        }
    }

    /// <summary>A replay takes all that fit: it knows every filter but the search for an id, and takes open ones only.</summary>
    public static bool CanBeReplayed(DeadLetterFilter filter) => string.IsNullOrEmpty(filter.Text) && (string.IsNullOrEmpty(filter.State) || filter.State == DeadLetterStates.Open);

    /// <summary>What of the address cannot be read, a sentence each.</summary>
    public static IReadOnlyList<string> Unread(NavigationManager navigation)
    {
        var unread = new List<string>();
        foreach (var name in new[] { "since", "until" })
            if (navigation.Query(name) is { } text && Time(navigation, name) is null) unread.Add($"“{text}” is not a time, so it narrows nothing. Choose one under {(name == "since" ? "From" : "To")}, as 2026-01-31T08:00:00Z.");
        foreach (var name in new[] { "channel", "agent" })
            if (navigation.Query(name) is { } text && Id(navigation, name) is null) unread.Add($"“{text}” is not the id of {(name == "channel" ? "a channel" : "an agent")}, so it narrows nothing.");
        if (navigation.Query("text")?.Trim() is { Length: > 0 } searched && !Guid.TryParse(searched, out _) && !searched.All(char.IsAsciiHexDigit))
            unread.Add($"“{searched}” is not an id. Only a whole id can be looked for: of a letter, a message, a session or a replay. Words are looked for under Conversations.");
        return unread;
    }

    /// <summary>The present address, for a letter's page to lead back to.</summary>
    public static string Origin(NavigationManager navigation) => new Uri(navigation.Uri).Query is { Length: > 1 } query ? $"?from={Uri.EscapeDataString(query[1..])}" : "";

    /// <summary>What an address that came with <see cref="Origin"/> says, as far as the lists know it; null when it says nothing.</summary>
    public static string? Back(string? origin)
    {
        var known = QueryHelpers.ParseQuery(origin).Where(q => q.Key is "tab" or "after" || Names.Contains(q.Key)).Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value.ToString())}").ToList();
        return known.Count == 0 ? null : $"?{string.Join('&', known)}";
    }

    private static Guid? Id(NavigationManager navigation, string name) => Guid.TryParse(navigation.Query(name), out var id) ? id : null;

    private static DateTimeOffset? Time(NavigationManager navigation, string name) =>
        DateTimeOffset.TryParse(navigation.Query(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
