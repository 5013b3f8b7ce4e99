using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Buttons;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>What is done with one update, however it came: by a poll or by the webhook.</summary>
internal sealed partial class TelegramIntake(TelegramApi api, TelegramFiles files, ButtonValues buttons, TelegramBudget budget, ILogger<TelegramIntake> log)
{
    /// <summary>What the ledger says of updates that were skipped.</summary>
    public const string Unreadable = "Telegram sent something that is not what its description says. It was skipped.";

    private const int LongestNotice = 200;

    /// <summary>Durable, known, ignored or refused at return; else it is to be offered again.</summary>
    public async ValueTask<PlatformOutcome> TakeAsync(TelegramBot bot, TelegramUpdate update, CancellationToken cancellationToken)
    {
        if (update.Membership is { } standing) LogStanding(log, bot.Connection.Channel.Tenant.Id, bot.Connection.Channel.Id, standing.Chat.Type, standing.Chat.Id, standing.Status);
        if (update.Callback is { } callback) return await TakeAsync(bot, update.Id, callback, cancellationToken);
        return update.Message is { } message ? await TakeAsync(bot, update.Id, message, cancellationToken) : new(PlatformVerdict.Ignored);
    }

    private async ValueTask<PlatformOutcome> TakeAsync(TelegramBot bot, long update, TelegramMessage message, CancellationToken cancellationToken)
    {
        var connection = bot.Connection;
        if (message.MigrateTo is { } now) await connection.RenameConversationAsync(TelegramMapper.Id(message.Chat.Id), TelegramMapper.Id(now), cancellationToken);
        if (message.MigrateFrom is { } before) await connection.RenameConversationAsync(TelegramMapper.Id(before), TelegramMapper.Id(message.Chat.Id), cancellationToken);
        if (TelegramMapper.Of(update, message, bot) is not { } mapped) return new(PlatformVerdict.Ignored);
        if (message.Files.Count == 0) return await OfferAsync(bot, message, mapped, cancellationToken);
        // files are fetched for messages that will be taken only
        if (await connection.ScreenAsync(mapped, cancellationToken) is { } not) return await ToldAsync(bot, message, not, cancellationToken);
        var fetched = await files.FetchAsync(bot, message.Files, cancellationToken);
        var isKept = false;
        try
        {
            var outcome = await OfferAsync(bot, message, WithFiles(mapped, fetched), cancellationToken);
            isKept = outcome.Verdict == PlatformVerdict.Accepted;
            if (isKept && fetched.Where(f => f.Stored is null).ToList() is { Count: > 0 } missing)
                await TellAsync(bot, message, string.Join('\n', missing.Select(f => $"The file “{f.Name}” could not be taken: {f.Why}.")), cancellationToken);
            return outcome;
        }
        finally
        {
            if (!isKept) await files.DiscardAsync(connection.Channel.Tenant, fetched);
        }
    }

    private async ValueTask<PlatformOutcome> TakeAsync(TelegramBot bot, long update, TelegramCallback callback, CancellationToken cancellationToken)
    {
        var value = callback.Data is { Length: > 0 } data ? await buttons.ValueOfAsync(bot.Connection.Channel, data, cancellationToken) : null;
        var mapped = value is null ? null : TelegramMapper.Of(update, callback, value);
        // at once: the person's program shows that it waits until then
        var answering = AnswerAsync(bot, callback, mapped is null ? "This button cannot be used any more." : null, cancellationToken);
        try
        {
            if (mapped is null) return new(PlatformVerdict.Ignored);
            return await ToldAsync(bot, callback.Message!, await bot.Connection.AcceptAsync(mapped, cancellationToken), cancellationToken);
        }
        finally
        {
            await answering;
        }
    }

    private async ValueTask<PlatformOutcome> OfferAsync(TelegramBot bot, TelegramMessage message, PlatformMessage mapped, CancellationToken cancellationToken) =>
        await ToldAsync(bot, message, await bot.Connection.AcceptAsync(mapped, cancellationToken), cancellationToken);

    private async ValueTask<PlatformOutcome> ToldAsync(TelegramBot bot, TelegramMessage message, PlatformOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Tell is { } text) await TellAsync(bot, message, text, cancellationToken);
        return outcome;
    }

    private async Task AnswerAsync(TelegramBot bot, TelegramCallback callback, string? notice, CancellationToken cancellationToken)
    {
        var answer = await api.AnswerCallbackAsync(bot.Access, callback.Id, notice?.Length > LongestNotice ? notice[..LongestNotice] : notice, cancellationToken);
        if (answer.Failure is { Trouble: not TelegramTrouble.QueryTooOld } failure) LogNotTold(log, bot.Connection.Channel.Tenant.Id, bot.Connection.Channel.Id, failure.Trouble);
    }

    /// <summary>Says something to the person that is no agent's answer. Whether it arrives does not matter to the message.</summary>
    private async ValueTask TellAsync(TelegramBot bot, TelegramMessage message, string text, CancellationToken cancellationToken)
    {
        // somebody who writes too fast is told so once in a while, not as fast as they write
        if (budget.Take(bot.Connection.Channel.Id, message.Chat.Id, spare: 1) is not null) return;
        var request = new TextRequest { ChatId = message.Chat.Id, MessageThreadId = message.TopicId, Text = text, ReplyParameters = message.Chat.IsPrivate ? null : new(message.Id) };
        if ((await api.SendTextAsync(bot.Access, request, cancellationToken)).Failure is not { } failure) return;
        if (failure.RetryAfter is { } pause) budget.Pause(bot.Connection.Channel.Id, message.Chat.Id, pause);
        LogNotTold(log, bot.Connection.Channel.Tenant.Id, bot.Connection.Channel.Id, failure.Trouble);
    }

    private static PlatformMessage WithFiles(PlatformMessage message, IReadOnlyList<FetchedFile> fetched)
    {
        var stored = fetched.Select(f => f.Stored).OfType<AttachmentRef>().ToList();
        var missing = fetched.Where(f => f.Stored is null).Select(f => $"[File not received: {f.Name}: {f.Why}]").ToList();
        return message with
        {
            Text = missing.Count == 0 ? message.Text : Utf8Text.From(string.Join('\n', missing.Prepend(message.Text.ToString()).Where(line => line.Length > 0))),
            Extras = stored.Count == 0 ? message.Extras : (message.Extras ?? new()) with { Attachments = stored },
        };
    }

    [LoggerMessage(4401, LogLevel.Information, "The bot of tenant {Tenant}, channel {Channel} is now '{Status}' in the {Type} {Chat}")]
    private static partial void LogStanding(ILogger log, Guid tenant, Guid channel, string type, long chat, string status);

    [LoggerMessage(4402, LogLevel.Warning, "A notice to a person on tenant {Tenant}, channel {Channel} did not arrive: {Trouble}")]
    private static partial void LogNotTold(ILogger log, Guid tenant, Guid channel, TelegramTrouble trouble);
}
