using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Sending;

/// <summary>
/// Sends replies to Discord: as answers to an interaction while its token is good, else as messages of the channel, each with a nonce by which Discord creates it
/// once. A growing answer becomes the reply by its last edit.
/// </summary>
internal sealed partial class DiscordSender(DiscordBots bots, IChannelMemory memory, IBlobStore blobs, IFileLinks links, TimeProvider time) : IChannelSender, IChannelPreviews, IChannelBudget
{
    public string Kind => DiscordKind.Name;

    /// <summary>Ten megabytes over a slow line.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds(60);

    public bool IsReady(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return bots.Find(channel.Id) is { IsReady: true } bot && bot.Token == DiscordSettings.TokenOf(channel);
    }

    public TimeSpan? Budget(ChannelModel channel, OutgoingPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (bots.Of(channel) is not { } bot || TargetOf(part.Reply.Address) is not { } target) return null;
        var call = bot.Interactions.Find(part.Reply.InReplyTo?.ExternalId) is not null ? DiscordApi.Message(target) with { IsFree = true, Major = "" } : DiscordApi.Message(target);
        return bot.Api.Limits.WaitFor(call) is var wait && wait > TimeSpan.Zero ? wait : null;
    }

    public IReadOnlyList<OutgoingPart> Split(ChannelModel channel, OutgoingReply reply)
    {
        var plan = ReplyPlan.Of(reply);
        return [.. plan.Select((message, i) => new OutgoingPart(reply, i, plan.Count, Utf8Text.From(message.Text)))];
    }

    public async ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (bots.Of(channel) is not { } bot || TargetOf(part.Reply.Address) is not { } target)
            return SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, "The conversation is none of Discord's, or the channel has no bot token.", DeadLetterRisks.NeverSent);
        try
        {
            return SendOutcome.Sent(await SendAsync(bot, channel, part, target, cancellationToken).ConfigureAwait(false));
        }
        catch (DiscordException e)
        {
            if (e.Kind == FailureKind.Authentication) bot.Refuse(e);
            return DiscordFailures.Of(e);
        }
    }

    /// <summary>
    /// Looks for it among the channel's newest messages: by its nonce, or by its text where Discord keeps none. Where it is not found it may be sent: for some
    /// minutes its nonce keeps Discord from creating it twice.
    /// </summary>
    public async ValueTask<SettleOutcome> SettleAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (bots.Of(channel) is not { } bot || TargetOf(part.Reply.Address) is not { } target) return SettleOutcome.NotFound;
        // what is edited can be edited again
        if (part.Preview is not null || bot.Interactions.Find(part.Reply.InReplyTo?.ExternalId) is { HasOriginal: true } open && open.Original == part.Id) return SettleOutcome.NotFound;
        try
        {
            var newest = await bot.Api.GetMessagesAsync(target, null, 50, cancellationToken).ConfigureAwait(false);
            if (newest.ValueKind != JsonValueKind.Array) return SettleOutcome.CannotKnow;
            var messages = newest.EnumerateArray().ToList();
            if (messages.FirstOrDefault(m => m.Get("author").Id() == bot.Id && IsPart(m, part)) is { ValueKind: JsonValueKind.Object } found) return SettleOutcome.Found(found.Text("id"));
            // all that came since the reply was written has been seen, and it was not there
            var reachesBack = messages.Count < 50 || messages.Min(m => m.Id()) < Snowflake.At(part.Reply.At);
            return reachesBack ? SettleOutcome.NotFound : SettleOutcome.CannotKnow;
        }
        catch (DiscordException)
        {
            // without the right to read the history nobody can know
            return SettleOutcome.CannotKnow;
        }
    }

    private static bool IsPart(JsonElement message, OutgoingPart part) => message.Text("nonce") is { Length: > 0 } nonce
        ? nonce == MessageBody.Nonce(part.Id)
        : message.Id() >= Snowflake.At(part.Reply.At) && part.Text.ToString() is { Length: > 0 } text && message.Text("content") == text.Trim();

    private async ValueTask<string?> SendAsync(DiscordBot bot, ChannelModel channel, OutgoingPart part, ulong target, CancellationToken cancellationToken)
    {
        var message = ReplyPlan.Of(part.Reply)[part.Index];
        var way = await WayAsync(bot, channel, part, target, cancellationToken).ConfigureAwait(false);
        string? receipt;
        try
        {
            receipt = await DegradingAsync(channel, part.Reply, message, way, cancellationToken).ConfigureAwait(false);
        }
        catch (DiscordException e) when (way.Fallback is not null && (e.IsGone || e.IsLateInteraction || (way.IsEdit && e.Kind is FailureKind.Permanent or FailureKind.RateLimited)))
        {
            // the preview was deleted, the interaction's time is over, or edits have to rest for long
            receipt = await DegradingAsync(channel, part.Reply, message, way.Fallback, cancellationToken).ConfigureAwait(false);
            if (part.Preview is { } preview) await TakeAwayAsync(bot, target, preview, cancellationToken).ConfigureAwait(false);
        }

        return receipt;
    }

    /// <summary>How a part goes: an edit of what shows it already, an answer to an interaction, or a message.</summary>
    private async ValueTask<Way> WayAsync(DiscordBot bot, ChannelModel channel, OutgoingPart part, ulong target, CancellationToken cancellationToken)
    {
        var asMessage = new Way((body, files, token) =>
        {
            MessageBody.Once(body, MessageBody.Nonce(part.Id));
            if (part.Index == 0 && IsAnsweredByReference(bot, target, part.Reply)) MessageBody.Answers(body, part.Reply.InReplyTo!.ExternalId!);
            return bot.Api.CreateMessageAsync(target, body, files, token);
        });
        if (part.Preview is { } preview && EditOf(bot, target, preview) is { } edit) return new(edit) { Fallback = asMessage, IsEdit = true };
        if (bot.Interactions.Find(part.Reply.InReplyTo?.ExternalId) is not { HasOriginal: true } open) return asMessage;
        var claimed = await ClaimAsync(bot, channel, open.Id, part.Id, cancellationToken).ConfigureAwait(false);
        return claimed == part.Id
            ? new((body, files, token) => bot.Api.EditFollowUpAsync(open.Application, open.Token, null, body, files, token)) { Fallback = asMessage, IsEdit = true }
            : new((body, files, token) => bot.Api.FollowUpAsync(open.Application, open.Token, body, files, token)) { Fallback = asMessage };
    }

    /// <summary>The part that fills in the deferred answer: this one, when there was none before.</summary>
    private async ValueTask<Guid?> ClaimAsync(DiscordBot bot, ChannelModel channel, ulong interaction, Guid part, CancellationToken cancellationToken) =>
        (await bot.Interactions.ChangeAsync(memory.Of(channel), interaction, i => i.Original is null ? i with { Original = part } : i, cancellationToken).ConfigureAwait(false))?.Original;

    /// <summary>Sends with all that the message has; without embed or files, as text and links, where Discord refuses those.</summary>
    private async ValueTask<string?> DegradingAsync(ChannelModel channel, OutgoingReply reply, PlannedMessage message, Way way, CancellationToken cancellationToken)
    {
        var (hasCard, hasFiles) = (message.Card is not null, message.Files.Count > 0);
        while (true)
        {
            var files = hasFiles ? message.Files : [];
            var text = hasCard || message.Card is null ? message.Text : MessageBody.WithCardAsText(message);
            if (!hasFiles && message.Files.Count > 0) text = string.Join('\n', message.Files.Select(f => LinkTo(channel, f)).Prepend(text)).Trim();
            if (message.Link is { } large) text = LinkTo(channel, large);
            try
            {
                var answer = await way.Call(MessageBody.Of(message, reply.Id, text, hasCard, files), [.. files.Select(f => FileOf(channel, f))], cancellationToken).ConfigureAwait(false);
                return answer.Words("id");
            }
            catch (DiscordException e) when (hasFiles && (e.Status == 413 || e.Code is DiscordErrors.TooLarge or DiscordErrors.MissingPermissions))
            {
                hasFiles = false;
            }
            catch (DiscordException e) when (hasCard && e.Code is DiscordErrors.MissingPermissions or DiscordErrors.InvalidForm)
            {
                hasCard = false;
            }
        }
    }

    private string LinkTo(ChannelModel channel, AttachmentRef file) => $"{DiscordRequest.SafeName(file.Name)}: {links.Create(channel.Tenant.Id, file)}";

    private DiscordFile FileOf(ChannelModel channel, AttachmentRef file) => new(file.Name, file.ContentType, async token =>
        await blobs.OpenAsync(channel.Tenant.Id, file.Blob, token).ConfigureAwait(false)
        ?? throw new DiscordException(FailureKind.Permanent, $"The attachment {DiscordRequest.SafeName(file.Name)} is not in the store any more.") { NeverSent = true });

    /// <summary>In a group people see what is answered; between two it is plain.</summary>
    private static bool IsAnsweredByReference(DiscordBot bot, ulong target, OutgoingReply reply) =>
        reply.InReplyTo?.ExternalId is { } id && Snowflake.TryParse(id, out _) && bot.Places.Known(target) is not { IsGroup: false };

    private static ulong? TargetOf(SessionAddress address) => Snowflake.TryParse(address.Thread ?? address.Conversation, out var id) ? id : null;

    private sealed record Way(Func<Dictionary<string, object?>, IReadOnlyList<DiscordFile>, CancellationToken, ValueTask<JsonElement>> Call)
    {
        /// <summary>What is done when the thing to be changed is gone.</summary>
        public Way? Fallback { get; init; }

        /// <summary>It changes something: done twice it is the same.</summary>
        public bool IsEdit { get; init; }
    }
}
