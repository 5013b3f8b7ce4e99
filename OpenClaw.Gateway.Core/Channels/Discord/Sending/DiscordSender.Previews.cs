using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Discord.Sending;

/// <summary>Growing answers, and that the bot types.</summary>
internal sealed partial class DiscordSender
{
    /// <summary>What shows an answer to a slash command is called so, with the interaction's id behind it.</summary>
    private const string OriginalMark = "@";

    /// <summary>Of the calls of a second, so many are left to what is more than a sign of work.</summary>
    private const int KeptForReplies = 10;

    private static readonly TimeSpan PaceOfTwo = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan PaceOfMany = TimeSpan.FromSeconds(2);

    /// <summary>A pause that is longer ends the edits: the final comes as a message.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(20);

    public TimeSpan TypingEvery => TimeSpan.FromSeconds(8);

    public bool Streams(ChannelModel channel, SessionAddress address)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return DiscordSettings.Of(channel.Settings).Streaming;
    }

    public TimeSpan Pace(ChannelModel channel, SessionAddress address)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return TargetOf(address) is { } target && bots.Find(channel.Id)?.Places.Known(target) is { IsGroup: false } ? PaceOfTwo : PaceOfMany;
    }

    public async ValueTask TypingAsync(ChannelModel channel, SessionAddress address, AnsweredEntry? inReplyTo, CancellationToken cancellationToken)
    {
        // to who gave a command Discord shows by itself that the bot thinks
        if (bots.Of(channel) is not { } bot || TargetOf(address) is not { } target || bot.Interactions.Find(inReplyTo?.ExternalId) is { HasOriginal: true }) return;
        if (bot.Api.Limits.Global.Left <= GlobalLimit.PerSecond / 2 || bot.Api.Limits.WaitFor(DiscordApi.Typing(target)) > TimeSpan.Zero) return; // replies first
        try
        {
            await bot.Api.TypeAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (DiscordException)
        {
            // a sign of work, not the work: what is really wrong is met by the reply
        }
    }

    public async ValueTask<PreviewOutcome> ShowAsync(ChannelModel channel, GrowingAnswer answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (bots.Of(channel) is not { } bot || TargetOf(answer.Address) is not { } target) return PreviewOutcome.Over;
        if (bot.Api.Limits.Global.Left <= KeptForReplies) return PreviewOutcome.Later(TimeSpan.FromSeconds(1));
        var body = MessageBody.Plain(MarkdownSplitter.Split(answer.Text.ToString(), ReplyPlan.MostText)[0]);
        try
        {
            if (answer.Receipt is { } shown && EditOf(bot, target, shown) is { } edit)
            {
                if (ulong.TryParse(shown, out var message) && bot.Api.Limits.WaitFor(DiscordApi.Edit(target, message)) is var wait && wait > TimeSpan.Zero) return Paused(wait);
                try
                {
                    await edit(body, [], cancellationToken).ConfigureAwait(false);
                    return PreviewOutcome.Shown(shown);
                }
                catch (DiscordException e) when (e.IsGone)
                {
                    // somebody deleted it: it is shown anew
                }
            }

            return await BeginAsync(bot, channel, answer, target, body, cancellationToken).ConfigureAwait(false);
        }
        catch (DiscordException e)
        {
            return e.Kind switch
            {
                FailureKind.RateLimited => Paused(e.RetryAfter ?? RateLimits.Blind),
                FailureKind.Transient or FailureKind.Timeout => PreviewOutcome.Later(TimeSpan.FromSeconds(5)),
                _ => PreviewOutcome.Over,
            };
        }
    }

    public async ValueTask<bool> RemoveAsync(ChannelModel channel, SessionAddress address, string receipt, CancellationToken cancellationToken)
    {
        if (bots.Of(channel) is not { } bot || TargetOf(address) is not { } target) return true;
        try
        {
            await TakeAwayAsync(bot, target, receipt, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DiscordException e)
        {
            return e.Kind is FailureKind.Permanent or FailureKind.Forbidden;
        }
    }

    private async ValueTask<PreviewOutcome> BeginAsync(DiscordBot bot, ChannelModel channel, GrowingAnswer answer, ulong target, Dictionary<string, object?> body, CancellationToken cancellationToken)
    {
        if (bot.Interactions.Find(answer.InReplyTo?.ExternalId) is { HasOriginal: true } open
            && await ClaimAsync(bot, channel, open.Id, answer.ReplyId, cancellationToken).ConfigureAwait(false) == answer.ReplyId)
        {
            await bot.Api.EditFollowUpAsync(open.Application, open.Token, null, body, [], cancellationToken).ConfigureAwait(false);
            return PreviewOutcome.Shown(OriginalMark + Snowflake.Text(open.Id));
        }

        // another nonce than the reply's: should this message be deleted, the reply must be a new one; a third where it was already
        MessageBody.Once(body, (answer.Receipt is null ? "p" : "q") + MessageBody.Nonce(answer.ReplyId));
        if (answer.InReplyTo?.ExternalId is { } id && Snowflake.TryParse(id, out _) && bot.Places.Known(target) is not { IsGroup: false }) MessageBody.Answers(body, id);
        var message = await bot.Api.CreateMessageAsync(target, body, [], cancellationToken).ConfigureAwait(false);
        return message.Words("id") is { } receipt ? PreviewOutcome.Shown(receipt) : PreviewOutcome.Over;
    }

    /// <summary>How what shows an answer is changed; null where its time is over.</summary>
    private static Func<Dictionary<string, object?>, IReadOnlyList<DiscordFile>, CancellationToken, ValueTask<System.Text.Json.JsonElement>>? EditOf(DiscordBot bot, ulong target, string receipt)
    {
        if (receipt.StartsWith(OriginalMark, StringComparison.Ordinal))
        {
            return bot.Interactions.Find(InteractionBook.Mark + receipt[OriginalMark.Length..]) is { } open
                ? (body, files, token) => bot.Api.EditFollowUpAsync(open.Application, open.Token, null, body, files, token)
                : null;
        }

        return Snowflake.TryParse(receipt, out var message) ? (body, files, token) => bot.Api.EditMessageAsync(target, message, body, files, token) : null;
    }

    private static async ValueTask TakeAwayAsync(DiscordBot bot, ulong target, string receipt, CancellationToken cancellationToken)
    {
        try
        {
            if (Snowflake.TryParse(receipt, out var message)) await bot.Api.DeleteMessageAsync(target, message, cancellationToken).ConfigureAwait(false);
            else if (bot.Interactions.Find(InteractionBook.Mark + receipt[OriginalMark.Length..]) is { } open) await bot.Api.DeleteFollowUpAsync(open.Application, open.Token, null, cancellationToken).ConfigureAwait(false);
        }
        catch (DiscordException e) when (e.IsGone || e.IsLateInteraction)
        {
            // it is away
        }
    }

    private static PreviewOutcome Paused(TimeSpan pause) => pause > LongPause ? PreviewOutcome.Over : PreviewOutcome.Later(pause);
}
