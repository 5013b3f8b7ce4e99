using System.Globalization;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>Says in words what a message holds that is neither text nor file, so that an agent can read it.</summary>
internal static class MessageWords
{
    private const int MostOptions = 20;

    /// <summary>Null where there is nothing to say.</summary>
    public static string? Of(JsonElement message)
    {
        if (message.Member("venue") is { } venue) return Line("Place", venue.Text("title"), venue.Text("address"), Point(venue.Member("location")));
        if (message.Member("location") is { } location) return Line("Location", Point(location));
        if (message.Member("contact") is { } contact) return Line("Contact", Name(contact), contact.Text("phone_number"));
        if (message.Member("poll") is { } poll) return Line("Poll", [poll.Text("question"), .. poll.List("options").Take(MostOptions).Select(option => "• " + option.Text("text"))]);
        if (message.Member("dice") is { } dice) return Line("Dice", dice.Text("emoji"), dice.Number("value")?.ToString(CultureInfo.InvariantCulture));
        if (message.Member("sticker") is { } sticker) return Line("Sticker", sticker.Text("emoji"));
        return message.Member("story") is not null ? Line("Story", "forwarded") : null;
    }

    private static string Line(string what, params string?[] parts) => $"[{what}: {string.Join(", ", parts.Where(part => !string.IsNullOrWhiteSpace(part)))}]";

    private static string? Point(JsonElement? location) =>
        location?.Fraction("latitude") is { } latitude && location.Value.Fraction("longitude") is { } longitude ? string.Create(CultureInfo.InvariantCulture, $"{latitude}, {longitude}") : null;

    private static string Name(JsonElement contact) => $"{contact.Text("first_name")} {contact.Text("last_name")}".Trim();
}
