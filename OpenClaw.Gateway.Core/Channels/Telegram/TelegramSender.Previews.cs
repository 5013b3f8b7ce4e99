using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Channels.Telegram.Text;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <content>Shows that an agent works, and its answer while it grows.</content>
internal sealed partial class TelegramSender
{
    /// <summary>A pause that is longer ends the edits of an answer: the final goes as a message.</summary>
    private static readonly TimeSpan LongestEditPause = TimeSpan.FromSeconds(10);

    /// <summary>Messages that cannot be edited before then. A message's number is its own only within its chat.</summary>
    private readonly System.Collections.Concurrent.ConcurrentDictionary<(Guid Channel, long Chat, long Message), DateTimeOffset> _stuck = new();

    private static readonly TimeSpan PrivatePace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GroupPace = TimeSpan.FromSeconds(3);

    /// <summary>Telegram shows that somebody types for five seconds.</summary>
    public TimeSpan TypingEvery => TimeSpan.FromSeconds(4.5);

    public bool Streams(ChannelModel channel, SessionAddress address) => TelegramSettings.Of(channel).Streams;

    public TimeSpan Pace(ChannelModel channel, SessionAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ChatOf(address.Conversation) < 0 ? GroupPace : PrivatePace;
    }

    public async ValueTask TypingAsync(ChannelModel channel, SessionAddress address, AnsweredEntry? inReplyTo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(address);
        if (bots.Find(channel.Id) is not { } bot || await PlaceAsync(channel, address, cancellationToken) is not { } place) return;
        _ = await api.SendChatActionAsync(bot.Access, place, cancellationToken); // no more than a sign
    }

    public async ValueTask<PreviewOutcome> ShowAsync(ChannelModel channel, GrowingAnswer answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(answer);
        if (bots.Find(channel.Id) is not { } bot || await PlaceAsync(channel, answer.Address, cancellationToken) is not { } place) return PreviewOutcome.Over;
        // the first message of what will be the reply: a longer answer grows on when it is whole
        var text = TextSplitter.Split(MarkdownReader.Read(answer.Text.ToString()))[0];
        if (!text.IsVisible) return PreviewOutcome.Later(Pace(channel, answer.Address));
        if (budget.Take(channel.Id, place.ChatId, spare: 1) is { } wait) return wait > LongestEditPause ? PreviewOutcome.Over : PreviewOutcome.Later(wait);
        var part = new OutgoingPart(new() { Id = answer.ReplyId, SessionId = default, Seq = 0, From = MessageFrom.Agent, Text = answer.Text, At = default, Address = answer.Address, InReplyTo = answer.InReplyTo }, 0, 1, answer.Text);
        var draft = new Draft(place, new(text), ReplyTo(part));
        return await ShowAsync(bot, draft, answer.Receipt, cancellationToken);
    }

    public async ValueTask<bool> RemoveAsync(ChannelModel channel, SessionAddress address, string receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(address);
        if (!long.TryParse(receipt, NumberStyles.None, CultureInfo.InvariantCulture, out var message)) return true;
        if (bots.Find(channel.Id) is not { } bot) return false;
        if (await PlaceAsync(channel, address, cancellationToken) is not { } place) return true;
        return (await api.DeleteMessageAsync(bot.Access, place.ChatId, message, cancellationToken)).Failure is null or { Kind: FailureKind.Permanent };
    }

    private async ValueTask<PreviewOutcome> ShowAsync(TelegramBot bot, Draft draft, string? receipt, CancellationToken cancellationToken)
    {
        if (long.TryParse(receipt, NumberStyles.None, CultureInfo.InvariantCulture, out var shown)) draft = draft with { Edits = shown };
        for (var form = 1; ; form++)
        {
            var result = draft.Edits is null ? await api.SendTextAsync(bot.Access, draft.Text(), cancellationToken) : await api.EditTextAsync(bot.Access, draft.Text(), cancellationToken);
            if (result.Failure is not { } failure) return PreviewOutcome.Shown(TelegramMapper.Id(draft.Edits ?? result.Value));
            switch (failure.Trouble)
            {
                case TelegramTrouble.NotModified when draft.Edits is { } same:
                    return PreviewOutcome.Shown(TelegramMapper.Id(same));
                case TelegramTrouble.MessageGone when draft.Edits is not null && form < MostForms:
                    draft = draft with { Edits = null }; // somebody has deleted it
                    break;
                case TelegramTrouble.EntitiesRefused when draft.Message.Text.Entities.Count > 0 && form < MostForms:
                    draft = draft with { Message = new(new(draft.Message.Text.Text, [])) };
                    break;
                case TelegramTrouble.Flood when draft.Edits is { } stuck && failure.RetryAfter > LongestEditPause:
                    // edits have had enough, messages perhaps not: the final is one
                    Stick((bot.Connection.Channel.Id, draft.Place.ChatId, stuck), failure.RetryAfter.Value);
                    return PreviewOutcome.Over;
                case TelegramTrouble.Flood when failure.RetryAfter is { } pause:
                    budget.Pause(bot.Connection.Channel.Id, draft.Place.ChatId, pause);
                    return pause > LongestEditPause ? PreviewOutcome.Over : PreviewOutcome.Later(pause);
                default:
                    return PreviewOutcome.Over;
            }
        }
    }

    private void Stick((Guid Channel, long Chat, long Message) message, TimeSpan pause)
    {
        var now = time.GetUtcNow();
        foreach (var (other, until) in _stuck)
            if (until <= now) _stuck.TryRemove(new(other, until));
        _stuck[message] = now + pause;
    }
}
