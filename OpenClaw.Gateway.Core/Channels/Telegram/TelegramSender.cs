using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Channels.Telegram.Text;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>Sends replies to Telegram: as many messages as a reply needs, each with what of it Telegram takes.</summary>
internal sealed partial class TelegramSender(
    TelegramApi api, TelegramBots bots, TelegramBudget budget, IConversationAliases aliases, IBlobStore blobs, IFileLinks links, TimeProvider time, ILogger<TelegramSender> log)
    : IChannelSender, IChannelPreviews, IChannelBudget
{
    /// <summary>A pause that is no longer is waited out; a longer one holds back the channel.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(5);

    /// <summary>A message is tried in so many forms at most.</summary>
    private const int MostForms = 8;

    private const int DeleteTries = 3;

    public string Kind => TelegramKind.Name;

    public TimeSpan Timeout => TelegramApi.FileLimit + TimeSpan.FromSeconds(30);

    /// <summary>It knows itself: the token was good, and the connection lasts.</summary>
    public bool IsReady(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return bots.Find(channel.Id) is { Refusal: null };
    }

    public TimeSpan? Budget(ChannelModel channel, OutgoingPart part)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(part);
        return ChatOf(part.Reply.Address.Conversation) is { } chat ? budget.Take(channel.Id, chat) : null;
    }

    public IReadOnlyList<BudgetView> Look(Guid channel) => budget.Look(channel);

    public IReadOnlyList<OutgoingPart> Split(ChannelModel channel, OutgoingReply reply)
    {
        var plan = ReplyPlan.Of(reply);
        return [.. plan.Select((message, i) => new OutgoingPart(reply, i, plan.Count, Utf8Text.From(message.Text.Text)))];
    }

    public async ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(part);
        if (bots.Find(channel.Id) is not { } bot)
            return SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.ChannelUnavailable, "The channel is not connected to Telegram.", DeadLetterRisks.NeverSent);
        var message = ReplyPlan.Of(part.Reply)[part.Index];
        if (message.IsText && !message.Text.IsVisible)
            return SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, "The reply has nothing that can be seen, and Telegram takes no empty messages.", DeadLetterRisks.NeverSent);
        if (await PlaceAsync(channel, part.Reply.Address, cancellationToken) is not { } place)
            return SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, "The conversation's id is none of Telegram's.", DeadLetterRisks.NeverSent);
        var result = await DeliverAsync(channel, bot, new(place, message, ReplyTo(part)), part.Preview, cancellationToken);
        if (result.Failure is not { } failure) return SendOutcome.Sent(TelegramMapper.Id(result.Value));
        if (failure.Trouble == TelegramTrouble.TokenRefused)
        {
            bot.Refuse(failure); // replies wait until there is a token that holds
            return SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.ChannelRejected, failure.Detail, DeadLetterRisks.NeverSent);
        }

        return failure.ToOutcome();
    }

    /// <summary>By an edit of the preview where there is one, else as a message of its own; the preview goes when that is confirmed.</summary>
    private async ValueTask<TelegramResult<long>> DeliverAsync(ChannelModel channel, TelegramBot bot, Draft draft, string? preview, CancellationToken cancellationToken)
    {
        if (!long.TryParse(preview, NumberStyles.None, CultureInfo.InvariantCulture, out var shown)) return await SendAsync(channel, bot, draft, cancellationToken);
        var isStuck = _stuck.TryRemove((channel.Id, draft.Place.ChatId, shown), out var until) && until > time.GetUtcNow();
        if (draft.Message.IsText && !isStuck)
        {
            var edited = await SendAsync(channel, bot, draft with { Edits = shown }, cancellationToken);
            if (edited.Failure is not { } failure || !EndsEdits(failure)) return edited;
        }

        var sent = await SendAsync(channel, bot, draft, cancellationToken);
        if (sent.Failure is null) await DeleteAsync(channel, bot, draft.Place.ChatId, shown, cancellationToken);
        return sent;
    }

    /// <summary>The message that was shown cannot become the reply, or not for long.</summary>
    private static bool EndsEdits(TelegramFailure failure) =>
        failure.Trouble is TelegramTrouble.MessageGone or TelegramTrouble.TooLong || (failure.Trouble == TelegramTrouble.Flood && failure.RetryAfter > LongestEditPause);

    /// <summary>Tries a message in ever plainer forms, as far as Telegram says what it does not like.</summary>
    private async ValueTask<TelegramResult<long>> SendAsync(ChannelModel channel, TelegramBot bot, Draft draft, CancellationToken cancellationToken)
    {
        for (var form = 1; ; form++)
        {
            var result = await CallAsync(channel, bot, draft, cancellationToken);
            if (result.Failure is not { } failure) return result;
            if (failure.Trouble == TelegramTrouble.NotModified && draft.Edits is { } same) return same;
            if (failure is { Trouble: TelegramTrouble.Flood, RetryAfter: { } pause })
            {
                budget.Pause(channel.Id, draft.Place.ChatId, pause);
                if (pause > ShortPause || form >= MostForms) return result;
                await Task.Delay(pause, time, cancellationToken);
                continue;
            }

            if (form >= MostForms || await PlainerAsync(channel, draft, failure, cancellationToken) is not { } plainer) return result;
            LogPlainer(log, channel.Tenant.Id, channel.Id, failure.Trouble);
            draft = plainer;
        }
    }

    /// <summary>The same message without what was refused; null where nothing helps.</summary>
    private async ValueTask<Draft?> PlainerAsync(ChannelModel channel, Draft draft, TelegramFailure failure, CancellationToken cancellationToken)
    {
        switch (failure.Trouble)
        {
            case TelegramTrouble.Migrated when failure.MigrateTo is { } now && now != draft.Place.ChatId:
                await aliases.RenameAsync(channel, TelegramMapper.Id(draft.Place.ChatId), TelegramMapper.Id(now), cancellationToken);
                return draft with { Place = draft.Place with { ChatId = now }, ReplyTo = null };
            case TelegramTrouble.EntitiesRefused when draft.Message.Text.Entities.Count > 0:
                return draft with { Message = draft.Message with { Text = new(draft.Message.Text.Text, []) } };
            case TelegramTrouble.ButtonsRefused when draft.Message.Buttons is { } buttons:
                return draft with { Message = draft.Message with { Buttons = null, Text = Cut(draft.Message.Text.Then(new(Keyboards.AsText(buttons), [])), draft.Message.IsText) } };
            case TelegramTrouble.ReplyGone when draft.ReplyTo is not null:
                return draft with { ReplyTo = null };
            case TelegramTrouble.FileRefused or TelegramTrouble.UnknownMethod or TelegramTrouble.Other when draft.Message.File is not null && !draft.AsDocument && draft.Message.File.ContentType is var type && MediaKinds.Of(type, 0) != "document":
                return draft with { AsDocument = true };
            case TelegramTrouble.FileRefused or TelegramTrouble.UnknownMethod or TelegramTrouble.Other when !draft.Message.IsText:
                return draft with { Message = AsLink(channel, draft.Message) };
            default:
                return null;
        }
    }

    private async ValueTask<TelegramResult<long>> CallAsync(ChannelModel channel, TelegramBot bot, Draft draft, CancellationToken cancellationToken)
    {
        if (draft.Message is { PictureUrl: { } url }) return await api.SendMediaAsync(bot.Access, draft.Media("photo") with { Url = url }, cancellationToken);
        if (draft.Message is not { File: { } file })
            return draft.Edits is null ? await api.SendTextAsync(bot.Access, draft.Text(), cancellationToken) : await api.EditTextAsync(bot.Access, draft.Text(), cancellationToken);
        var most = bot.Access.IsCloud ? TelegramApi.MostUp : TelegramApi.MostUpLocal;
        await using var content = file.Size > most || file.Size == 0 ? null : await blobs.OpenAsync(channel.Tenant.Id, file.Blob, cancellationToken);
        if (content is null) return await api.SendTextAsync(bot.Access, (draft with { Message = AsLink(channel, draft.Message, isThere: file.Size > most || file.Size == 0) }).Text(), cancellationToken);
        var kind = draft.AsDocument ? "document" : MediaKinds.Of(file.ContentType, file.Size);
        return await api.SendMediaAsync(bot.Access, draft.Media(kind) with { Content = content, FileName = file.Name, ContentType = file.ContentType }, cancellationToken);
    }

    /// <summary>A file or picture that Telegram does not take, as a link.</summary>
    private PlannedMessage AsLink(ChannelModel channel, PlannedMessage message, bool isThere = true)
    {
        var (name, url) = message.File is { } file ? (file.Name, isThere ? links.Create(channel.Tenant.Id, file) : null) : ("Picture", message.PictureUrl);
        TelegramText link = url is null ? new($"[{name} is not available any more]", []) : new($"{name}: {url}", []);
        return message with { File = null, PictureUrl = null, Text = message.Text.Then(link) };
    }

    private static TelegramText Cut(TelegramText text, bool isText) => TextSplitter.Split(text, isText ? TelegramText.Most : TelegramText.MostCaption)[0];

    private async ValueTask DeleteAsync(ChannelModel channel, TelegramBot bot, long chat, long message, CancellationToken cancellationToken)
    {
        for (var tried = 1; tried <= DeleteTries; tried++)
        {
            var failure = (await api.DeleteMessageAsync(bot.Access, chat, message, cancellationToken)).Failure;
            if (failure is null or { Kind: FailureKind.Permanent }) return;
            if (tried == DeleteTries || failure.RetryAfter > ShortPause) LogLeftOver(log, channel.Tenant.Id, channel.Id, failure.Trouble);
            else await Task.Delay(failure.RetryAfter ?? TimeSpan.FromSeconds(tried), time, cancellationToken);
        }
    }

    private async ValueTask<TelegramPlace?> PlaceAsync(ChannelModel channel, SessionAddress address, CancellationToken cancellationToken)
    {
        if (ChatOf(await aliases.CurrentAsync(channel, address.Conversation, cancellationToken)) is not { } chat) return null;
        return new(chat, TopicOf(address.Thread));
    }

    private static long? ChatOf(string conversation) => long.TryParse(conversation, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) && id != 0 ? id : null;

    /// <summary>The General topic has the number 1 and must not be named.</summary>
    private static long? TopicOf(string? thread) => long.TryParse(thread, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1 ? id : null;

    /// <summary>In a group the first message says what it answers.</summary>
    private static ReplyParameters? ReplyTo(OutgoingPart part) =>
        part.Index == 0 && ChatOf(part.Reply.Address.Conversation) < 0 && TelegramMapper.MessageIdOf(part.Reply.InReplyTo?.ExternalId) is { } answered ? new(answered) : null;

    /// <summary>A message as it is about to be sent; with <paramref name="Edits"/> it takes the place of that one.</summary>
    private sealed record Draft(TelegramPlace Place, PlannedMessage Message, ReplyParameters? ReplyTo, bool AsDocument = false, long? Edits = null)
    {
        public TextRequest Text() => new()
        {
            ChatId = Place.ChatId,
            MessageThreadId = Edits is null ? Place.TopicId : null,
            MessageId = Edits,
            Text = Message.Text.Text,
            Entities = Message.Text.Entities is { Count: > 0 } entities ? entities : null,
            LinkPreviewOptions = new(IsDisabled: true),
            ReplyParameters = Edits is null ? ReplyTo : null,
            ReplyMarkup = Message.Buttons,
        };

        public MediaRequest Media(string kind) => new()
        {
            Kind = kind,
            Place = Place,
            Caption = Message.Text.Text is { Length: > 0 } caption ? caption : null,
            CaptionEntities = Message.Text.Entities,
            ReplyParameters = ReplyTo,
            ReplyMarkup = Message.Buttons,
        };
    }

    [LoggerMessage(4441, LogLevel.Information, "A message of tenant {Tenant}, channel {Channel} goes in a plainer form: {Trouble}")]
    private static partial void LogPlainer(ILogger log, Guid tenant, Guid channel, TelegramTrouble trouble);

    [LoggerMessage(4442, LogLevel.Warning, "What was shown of an answer on tenant {Tenant}, channel {Channel} could not be deleted: {Trouble}")]
    private static partial void LogLeftOver(ILogger log, Guid tenant, Guid channel, TelegramTrouble trouble);
}
