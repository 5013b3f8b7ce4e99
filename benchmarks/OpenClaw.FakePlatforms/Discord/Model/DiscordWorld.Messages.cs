using System.Globalization;
using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>What a new message consists of.</summary>
internal sealed record MessageDraft
{
    public string Content { get; init; } = "";

    public JsonArray Embeds { get; init; } = [];

    public JsonArray Components { get; init; } = [];

    public IReadOnlyList<DiscordFile> Files { get; init; } = [];

    public int Flags { get; init; }

    public JsonNode? Nonce { get; init; }

    public DiscordMessage? ReplyTo { get; init; }

    /// <summary>Null: everything that the text mentions is a mention.</summary>
    public JsonObject? AllowedMentions { get; init; }

    public IReadOnlyList<string> Stickers { get; init; } = [];

    public DiscordInteraction? Interaction { get; init; }

    public int? Type { get; init; }
}

internal sealed partial class DiscordWorld
{
    /// <summary>A person (or another bot, or a webhook) writes.</summary>
    public DiscordMessage Say(DiscordUser author, DiscordChannel channel, string text, DiscordMessage? replyTo, IReadOnlyList<DiscordFile> files, ulong? number = null) =>
        Send(author, channel, new() { Content = text, Files = files, ReplyTo = replyTo }, number);

    public DiscordMessage Send(DiscordUser author, DiscordChannel channel, MessageDraft draft, ulong? number = null)
    {
        lock (Gate)
        {
            if (!channel.TakesMessages) throw new InvalidOperationException($"{channel.Name} is a {channel.Kind}: it takes posts, no messages.");
            channel.Guild?.Take(author);
            if (channel.IsThread && channel.IsArchived && !channel.IsLocked) ChangeChannel(channel, c => c.IsArchived = false);
            DiscordMessage message = new(number ?? Ids.Next(), channel, author, Time.GetUtcNow())
            {
                Type = draft.Type ?? (draft.ReplyTo is null ? 0 : 19),
                Embeds = draft.Embeds,
                Components = draft.Components,
                Flags = draft.Flags,
                Nonce = draft.Nonce,
                ReplyTo = draft.ReplyTo,
                Stickers = draft.Stickers,
                Interaction = draft.Interaction,
                Attachments = [.. draft.Files.Select(f => Keep(channel, f))],
            };
            message.SetContent(draft.Content);
            Mention(message, draft.AllowedMentions);
            channel.Add(message);
            Trim(channel);
            if (IsOfABot(message)) Written.Add(message);
            if (!message.IsEphemeral) Gateway?.MessageCreated(message);
            Changes.Raise();
            return message;
        }
    }

    public void Edit(DiscordMessage message, string text) => Change(message, m => m.Rewrite(text, Time.GetUtcNow()));

    /// <summary>Changes a message and tells of it.</summary>
    public void Change(DiscordMessage message, Action<DiscordMessage> change, JsonObject? allowedMentions = null)
    {
        lock (Gate)
        {
            change(message);
            Mention(message, allowedMentions);
            if (IsOfABot(message)) Written.Changed(message);
            if (!message.IsEphemeral) Gateway?.MessageUpdated(message);
            Changes.Raise();
        }
    }

    public void Delete(DiscordMessage message)
    {
        lock (Gate)
        {
            message.IsDeleted = true;
            message.Channel.Remove(message);
            if (!message.IsEphemeral) Gateway?.MessageDeleted(message);
            Changes.Raise();
        }
    }

    public void React(DiscordUser user, DiscordMessage message, string emoji)
    {
        lock (Gate)
        {
            message.Reactions.Add((emoji, user));
            Gateway?.ReactionAdded(user, message, emoji);
            Changes.Raise();
        }
    }

    public void Type(DiscordUser user, DiscordChannel channel)
    {
        lock (Gate)
        {
            if (user.IsBot)
            {
                channel.Typing.Add(Time.GetUtcNow());
                if (channel.Typing.Count > keptMessages) channel.Typing.RemoveAt(0);
            }

            Gateway?.Typing(user, channel);
            Changes.Raise();
        }
    }

    private bool IsOfABot(DiscordMessage message) => message.Author.IsBot && _bots.Exists(b => b.User == message.Author);

    /// <summary>A long run must not fill the memory of the process that it measures.</summary>
    private void Trim(DiscordChannel channel)
    {
        if (channel.Messages.Count <= keptMessages) return;
        var oldest = channel.Messages[0];
        channel.Remove(oldest);
        foreach (var file in oldest.Attachments) _files.Remove(file.Number);
    }

    /// <summary>Finds whom the text mentions, as far as it may.</summary>
    private void Mention(DiscordMessage message, JsonObject? allowed)
    {
        var parse = allowed is null ? null : (allowed["parse"] as JsonArray)?.Select(p => (string?)p).ToList() ?? [];
        var named = (allowed?["users"] as JsonArray)?.Select(u => (string?)u).ToList() ?? [];
        var users = MentionPattern.Matches(message.Content)
            .Select(m => m.Groups["id"].Value)
            .Where(id => parse is null || parse.Contains("users") || named.Contains(id))
            .Select(id => ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? User(number) : null)
            .OfType<DiscordUser>();
        if (message.ReplyTo is { } replied && (allowed is null || (bool?)allowed["replied_user"] == true)) users = users.Append(replied.Author);
        message.Mentions = [.. users.Distinct()];
        message.MentionsEveryone = (parse is null || parse.Contains("everyone"))
            && (message.Content.Contains("@everyone", StringComparison.Ordinal) || message.Content.Contains("@here", StringComparison.Ordinal));
    }
}
