using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>Channels, threads, and what is written in them.</summary>
internal sealed class ChannelRoutes(DiscordWorld world, MessageShapes shapes)
{
    /// <summary>How long a nonce is remembered.</summary>
    private static readonly TimeSpan NonceLife = TimeSpan.FromMinutes(3);

    private static readonly BucketRule Reading = BucketRule.Of("channels", 50, 10);

    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/channels/{channel_id}", Reading, call => In(call, Permissions.ViewChannel, c => RestAnswer.Ok(ChannelShapes.Channel(c)))),
        new("GET", "/channels/{channel_id}/messages", BucketRule.Of("history", 10, 5), call => In(call, Permissions.ViewChannel, c => List(call, c))),
        new("POST", "/channels/{channel_id}/messages", BucketRule.Of("messages", 5, 5), call => In(call, Permissions.ViewChannel, c => Create(call, c))),
        new("GET", "/channels/{channel_id}/messages/{message_id}", BucketRule.Of("message", 10, 5), call => At(call, Permissions.ViewChannel | Permissions.ReadMessageHistory, m => RestAnswer.Ok(Shape(m, call.Bot)))),
        new("PATCH", "/channels/{channel_id}/messages/{message_id}", BucketRule.Of("edits", 5, 5), call => At(call, Permissions.ViewChannel, m => Edit(call, m))),
        new("DELETE", "/channels/{channel_id}/messages/{message_id}", BucketRule.Of("deletes", 5, 1), call => At(call, Permissions.ViewChannel, m => Delete(call, m))) { Special = OldOrYoung },
        new("POST", "/channels/{channel_id}/typing", BucketRule.Of("typing", 5, 5), call => In(call, Permissions.ViewChannel, c => Type(call, c))),
        new("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", BucketRule.Of("reactions", 1, 0.25), call => At(call, Permissions.ViewChannel | Permissions.ReadMessageHistory | Permissions.AddReactions, m => React(call, m))),
        new("POST", "/channels/{channel_id}/threads", BucketRule.Of("threads", 10, 10), call => In(call, Permissions.ViewChannel, c => StartThread(call, c))),
        new("POST", "/channels/{channel_id}/messages/{message_id}/threads", BucketRule.Of("threads", 10, 10), call => At(call, Permissions.ViewChannel | Permissions.CreatePublicThreads, m => StartThreadOn(call, m))),
    ];

    private static Permissions Speaking(DiscordChannel channel) => channel.IsThread ? Permissions.SendMessagesInThreads : Permissions.SendMessages;

    private JsonObject Shape(DiscordMessage message, DiscordBot bot) => shapes.Message(message, bot, bot.Privileged.HasFlag(Intents.MessageContent));

    private RestAnswer In(RestCall call, Permissions needed, Func<DiscordChannel, RestAnswer> answer)
    {
        if (world.Channel(call.Id("channel_id")) is not { } channel) return Refusals.UnknownChannel;
        if (!channel.IsSeenBy(call.Bot)) return channel.Direct is null ? Refusals.MissingAccess : Refusals.UnknownChannel;
        return channel.Of(call.Bot).HasFlag(needed) ? answer(channel) : Refusals.MissingPermissions;
    }

    private RestAnswer At(RestCall call, Permissions needed, Func<DiscordMessage, RestAnswer> answer) =>
        In(call, needed, channel => channel.Find(call.Id("message_id")) is { IsEphemeral: false } message ? answer(message) : Refusals.UnknownMessage);

    private RestAnswer List(RestCall call, DiscordChannel channel)
    {
        var limit = (int)(call.Asked("limit") ?? 50);
        // without the right to the history, the platform gives an empty list and no error
        IEnumerable<DiscordMessage> all = channel.Of(call.Bot).HasFlag(Permissions.ReadMessageHistory) ? channel.Messages.Where(m => !m.IsEphemeral) : [];
        var page = call switch
        {
            _ when call.Asked("after") is { } after => all.Where(m => m.Number > after).Take(limit),
            _ when call.Asked("before") is { } before => all.Where(m => m.Number < before).TakeLast(limit),
            _ when call.Asked("around") is { } around => all.Where(m => m.Number < around).TakeLast(limit / 2).Concat(all.Where(m => m.Number >= around).Take(limit - (limit / 2))),
            _ => all.TakeLast(limit),
        };
        return RestAnswer.Ok(new JsonArray([.. page.Reverse().Select(m => Shape(m, call.Bot))]));
    }

    private RestAnswer Create(RestCall call, DiscordChannel channel)
    {
        if (!channel.TakesMessages) return Refusals.NotInThisChannel;
        if (Refused(call.Bot, channel, call.Fields, call.Files.Count) is { } no) return no;
        var fields = call.Fields;
        if (Drafts.Read(fields, "", call.Files, out var draft) is { } bad) return bad;
        if ((bool?)fields["enforce_nonce"] == true && draft!.Nonce is { } nonce && Known(call.Bot, channel, nonce.ToString()) is { } known) return RestAnswer.Ok(Shape(known, call.Bot));
        if (Drafts.Reply(fields, channel, out var reply) is { } unknown) return unknown;
        return RestAnswer.Ok(Shape(world.Send(call.Bot.User, channel, draft! with { ReplyTo = reply }), call.Bot));
    }

    private static RestAnswer? Refused(DiscordBot bot, DiscordChannel channel, JsonObject body, int files)
    {
        if (channel.Direct is { Person.TakesDirectMessages: false }) return Refusals.CannotSendToUser;
        if (channel.IsThread && channel.IsLocked) return Refusals.ThreadArchived;
        var rights = channel.Of(bot);
        if (!rights.HasFlag(Speaking(channel))) return Refusals.MissingPermissions;
        if (files > 0 && !rights.HasFlag(Permissions.AttachFiles)) return Refusals.MissingPermissions;
        // the platform drops embeds of a bot that may not embed; a message of nothing else is refused
        if (body["embeds"] is JsonArray { Count: > 0 } && !rights.HasFlag(Permissions.EmbedLinks)) return Refusals.MissingPermissions;
        return body["message_reference"] is JsonObject && !rights.HasFlag(Permissions.ReadMessageHistory)
            ? RestAnswer.Error(403, 160002, "Cannot reply without permission to read message history")
            : null;
    }

    private DiscordMessage? Known(DiscordBot bot, DiscordChannel channel, string nonce)
    {
        var since = world.Time.GetUtcNow() - NonceLife;
        return channel.Messages.LastOrDefault(m => m.Author == bot.User && m.SentAt > since && m.Nonce?.ToString() == nonce);
    }

    private RestAnswer Edit(RestCall call, DiscordMessage message)
    {
        if (message.Author != call.Bot.User) return Refusals.NotYours;
        return Drafts.Edit(world, message, call) ?? RestAnswer.Ok(Shape(message, call.Bot));
    }

    private RestAnswer Delete(RestCall call, DiscordMessage message)
    {
        if (message.Author != call.Bot.User && !message.Channel.Of(call.Bot).HasFlag(Permissions.ManageMessages)) return Refusals.MissingPermissions;
        if (message.Author != call.Bot.User && message.Channel.Direct is not null) return RestAnswer.Error(403, 50003, "Cannot execute action on a DM channel");
        world.Delete(message);
        return RestAnswer.NoContent;
    }

    /// <summary>Deletes of very old and of very young messages are limited on their own.</summary>
    private BucketRule? OldOrYoung(RestCall call)
    {
        var age = world.Time.GetUtcNow() - Snowflakes.TimeOf(call.Id("message_id"));
        return age > TimeSpan.FromDays(14) ? BucketRule.Of("deletes-old", 30, 120) : age < TimeSpan.FromSeconds(10) ? BucketRule.Of("deletes-young", 3, 1) : null;
    }

    private RestAnswer Type(RestCall call, DiscordChannel channel)
    {
        if (!channel.Of(call.Bot).HasFlag(Speaking(channel))) return Refusals.MissingPermissions;
        world.Type(call.Bot.User, channel);
        return RestAnswer.NoContent;
    }

    private RestAnswer React(RestCall call, DiscordMessage message)
    {
        world.React(call.Bot.User, message, call.Route["emoji_name"]);
        return RestAnswer.NoContent;
    }

    private RestAnswer StartThread(RestCall call, DiscordChannel channel)
    {
        if (channel.Kind is not (ChannelKind.Text or ChannelKind.Announcement or ChannelKind.Forum)) return RestAnswer.Error(400, 50024, "Cannot execute action on this channel type");
        var fields = call.Fields;
        var isForum = channel.Kind is ChannelKind.Forum;
        var kind = isForum ? ChannelKind.PublicThread : (ChannelKind)((int?)fields["type"] ?? (int)ChannelKind.PrivateThread);
        if ((string?)fields["name"] is not { Length: > 0 } name) return RestAnswer.Invalid("name", "BASE_TYPE_REQUIRED", "This field is required");
        var needed = isForum ? Permissions.SendMessages : kind is ChannelKind.PrivateThread ? Permissions.CreatePrivateThreads : Permissions.CreatePublicThreads;
        if (!channel.Of(call.Bot).HasFlag(needed)) return Refusals.MissingPermissions;
        MessageDraft? draft = null;
        if (isForum)
        {
            if (fields["message"] is not JsonObject first) return RestAnswer.Invalid("message", "BASE_TYPE_REQUIRED", "This field is required");
            if (Drafts.Read(first, "message", call.Files, out draft) is { } bad) return bad;
        }

        var thread = world.StartThread(call.Bot.User, channel, name, on: null, kind);
        if (draft is not null) world.Send(call.Bot.User, thread, draft, thread.Number);
        return Created(thread);
    }

    private RestAnswer StartThreadOn(RestCall call, DiscordMessage message)
    {
        if (message.Thread is not null) return RestAnswer.Error(400, 160004, "A thread has already been created for this message");
        return message.Channel.Kind is ChannelKind.Text or ChannelKind.Announcement
            ? Created(world.StartThread(call.Bot.User, message.Channel, (string?)call.Fields["name"] ?? "", message, ChannelKind.PublicThread))
            : RestAnswer.Error(400, 50024, "Cannot execute action on this channel type");
    }

    private static RestAnswer Created(DiscordChannel thread) => new(201, ChannelShapes.Channel(thread));
}
