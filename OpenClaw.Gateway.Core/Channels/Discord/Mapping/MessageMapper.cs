using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Discord.Mapping;

/// <summary>A file that came along, still at Discord.</summary>
internal sealed record RemoteFile(string Name, string ContentType, long Size, string Url);

/// <summary>A message as it was read, its files not yet fetched.</summary>
internal sealed record MappedMessage(PlatformMessage Message, IReadOnlyList<RemoteFile> Files);

/// <summary>From Discord's form to the gateway's.</summary>
internal static class MessageMapper
{
    private const int MostFiles = 20;
    private const int LongestName = 200;

    /// <summary>The message; null when it is nothing that anybody said to the bot: its own, a system's, or empty.</summary>
    public static MappedMessage? Map(JsonElement message, DiscordBot bot, Place place, ulong role)
    {
        var (author, id) = (message.Get("author"), message.Id());
        if (id == 0 || author.Id() is 0 || author.Id() == bot.Id) return null;
        // 0 and 19 are what people write; the others say that somebody joined, pinned, boosted
        if (message.Number("type") is not (0 or 19)) return null;
        var webhook = message.Id("webhook_id");
        if (webhook != 0 && webhook == bot.Application) return null;
        var files = FilesOf(message);
        var text = MessageText.Of(message, bot.Id, role);
        if (text.Length == 0 && files.Count == 0) return null;
        var (conversation, thread) = place.Names;
        return new(
            new()
            {
                Address = new(conversation, thread, Snowflake.Text(author.Id()), NameOf(message.Get("member"), author)),
                ExternalId = Snowflake.Text(id),
                Text = Utf8Text.From(text),
                Extras = author.Flag("bot") || author.Flag("system") || webhook != 0 ? new(Sender: new(IsBot: true)) : null,
                IsGroup = place.IsGroup,
                IsAddressed = MessageText.Names(message, bot.Id, role) || message.Get("referenced_message").Get("author").Id() == bot.Id,
                IsCommand = text.Length > 1 && text[0] == '/' && char.IsAsciiLetter(text[1]),
            },
            files);
    }

    /// <summary>What people call somebody there.</summary>
    public static string? NameOf(JsonElement member, JsonElement user)
    {
        var name = member.Words("nick") ?? user.Words("global_name") ?? user.Words("username");
        return name is { Length: > LongestName } ? Lenient.WellFormed(name[..LongestName]) : name;
    }

    /// <summary>A file as Discord describes it; null where it has no address.</summary>
    public static RemoteFile? FileOf(JsonElement file) =>
        file.Words("url") is { } url ? new(file.Words("filename") ?? "file", file.Words("content_type") ?? "application/octet-stream", file.Number("size"), url) : null;

    private static IReadOnlyList<RemoteFile> FilesOf(JsonElement message) =>
        [.. message.Items("attachments").Concat(message.Items("message_snapshots").SelectMany(s => s.Get("message").Items("attachments"))).Select(FileOf).OfType<RemoteFile>().Take(MostFiles)];
}
