using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Discord.Mapping;

/// <summary>What a message of Discord says, as people read it: the bot's own name left out, others by their names, embeds and stickers in words.</summary>
internal static partial class MessageText
{
    private const int MostNames = 100;
    private const int MostEmbeds = 10;
    private const int LongestName = 100;

    /// <summary>The text.</summary>
    /// <param name="message">The message.</param>
    /// <param name="bot">The bot's user.</param>
    /// <param name="role">The role that the server made for the bot; 0 = none.</param>
    public static string Of(JsonElement message, ulong bot, ulong role)
    {
        List<string> parts = [];
        Add(Readable(Lenient.WellFormed(message.Text("content") ?? ""), message, bot, role));
        foreach (var snapshot in message.Items("message_snapshots").Take(MostEmbeds).Select(s => s.Get("message")))
        {
            if (Readable(Lenient.WellFormed(snapshot.Text("content") ?? ""), snapshot, 0, 0) is { Length: > 0 } forwarded) Add("[forwarded]\n" + forwarded);
        }

        foreach (var embed in message.Items("embeds").Take(MostEmbeds)) Add(OfEmbed(embed));
        foreach (var sticker in message.Items("sticker_items").Take(MostEmbeds)) Add($"[sticker: {sticker.Words("name") ?? "unnamed"}]");
        if (message.Get("poll").Get("question").Words("text") is { } question) Add($"[poll: {question}]");
        return string.Join("\n\n", parts);

        void Add(string text)
        {
            if (!string.IsNullOrWhiteSpace(text)) parts.Add(text);
        }
    }

    /// <summary>True when the bot, or its role, is named in it.</summary>
    public static bool Names(JsonElement message, ulong bot, ulong role) =>
        message.Items("mentions").Any(m => m.Id() == bot)
        || (role != 0 && message.Items("mention_roles").Any(r => Lenient.Text(r) == Snowflake.Text(role)))
        || (message.Text("content") is { } content && (content.Contains($"<@{bot}>", StringComparison.Ordinal) || content.Contains($"<@!{bot}>", StringComparison.Ordinal)));

    private static string Readable(string content, JsonElement message, ulong bot, ulong role)
    {
        if (content.IndexOf('<', StringComparison.Ordinal) < 0) return content;
        Dictionary<string, string>? names = null;
        var text = Marks().Replace(content, mark =>
        {
            var id = mark.Groups["id"].Value;
            var after = mark.Groups["after"].Value;
            if (mark.Groups["emoji"].Value is { Length: > 0 } emoji) return $":{emoji}:{after}";
            // where the bot's name stood there is nothing, and not two spaces
            if (mark.Groups["role"].Success) return role != 0 && id == Snowflake.Text(role) ? "" : mark.Value;
            if (id == Snowflake.Text(bot)) return "";
            names ??= NamesOf(message);
            return names.TryGetValue(id, out var name) ? $"@{name}{after}" : mark.Value;
        });
        return text.Length == content.Length ? text : text.Trim(' ');
    }

    private static Dictionary<string, string> NamesOf(JsonElement message)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (var user in message.Items("mentions").Take(MostNames))
        {
            var name = user.Get("member").Words("nick") ?? user.Words("global_name") ?? user.Words("username");
            if (user.Text("id") is { } id && name is not null) names[id] = name.Length > LongestName ? name[..LongestName] : name;
        }

        return names;
    }

    /// <summary>An embed that somebody wrote; what Discord makes of a link says nothing that the link does not.</summary>
    private static string OfEmbed(JsonElement embed)
    {
        if (embed.Words("type") is not (null or "rich")) return "";
        var text = new StringBuilder();
        Line(embed.Get("author").Words("name"));
        Line(embed.Words("title"));
        Line(embed.Words("description"));
        foreach (var field in embed.Items("fields").Take(25)) Line($"{field.Text("name")}: {field.Text("value")}");
        Line(embed.Get("footer").Words("text"));
        Line(embed.Words("url"));
        return text.ToString().TrimEnd();

        void Line(string? words)
        {
            if (!string.IsNullOrWhiteSpace(words)) text.Append(words).Append('\n');
        }
    }

    [GeneratedRegex("<(?:@!?(?<id>[0-9]{1,20})|@&(?<role>)(?<id>[0-9]{1,20})|a?:(?<emoji>[A-Za-z0-9_]{1,64}):[0-9]{1,20})>(?<after> ?)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Marks();
}
