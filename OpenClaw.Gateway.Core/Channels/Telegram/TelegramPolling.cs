using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>
/// Fetches updates by long polls. What a poll brought is confirmed to Telegram only when all of it is durable here; a crash in between brings it again, and
/// its ids make it a duplicate.
/// </summary>
internal sealed partial class TelegramPolling(TelegramApi api, TelegramIntake intake, IIntakePressure pressure, TimeProvider time, ILogger<TelegramPolling> log)
{
    /// <summary>How long a poll waits at Telegram, where nothing on the way cuts it short.</summary>
    public static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(50);

    /// <summary>So long the poll of another program may still be open.</summary>
    public static readonly TimeSpan ConflictPause = TimeSpan.FromSeconds(70);

    /// <summary>Telegram keeps what is not fetched for so long.</summary>
    public static readonly TimeSpan KeptByTelegram = TimeSpan.FromHours(24);

    private const string OffsetNote = "telegram.offset.";
    private const int ChatsAtOnce = 8;
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MalformedPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(1);

    /// <summary>After a week without updates Telegram begins its ids anew at random: an older offset would throw away what has a smaller one.</summary>
    private static readonly TimeSpan OffsetHolds = TimeSpan.FromDays(6);

    private readonly ConcurrentDictionary<Guid, TimeSpan> _timeouts = new();

    public async Task RunAsync(TelegramBot bot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bot);
        var connection = bot.Connection;
        await RemoveWebhookAsync(bot, cancellationToken);
        var offset = await ReadOffsetAsync(bot, cancellationToken);
        var recovered = 0;
        var (isConnected, isFirst) = (false, true);
        if (pressure.IsHigh(connection.Channel.Tenant.Id)) connection.Connected(AccountOf(bot)); // it fetches nothing for now; what it owes is sent all the same
        while (true)
        {
            await pressure.WaitAsync(connection.Channel.Tenant.Id, cancellationToken);
            var (began, asked) = (time.GetTimestamp(), offset.Holds(time.GetUtcNow()));
            var poll = await PollAsync(bot, asked, isFirst, cancellationToken);
            if (poll is null)
            {
                isConnected = false; // another poller: waited out
                continue;
            }

            // a server that answers at once with nothing new would be asked thousands of times a second
            var isIdle = !isFirst && (poll.Highest is not { } newest || newest < asked) && time.GetElapsedTime(began) < IdlePause;
            isFirst = false;
            if (!isConnected) connection.Connected(AccountOf(bot));
            isConnected = true;
            connection.Proof();
            recovered += await TakeAllAsync(bot, poll, cancellationToken);
            if (poll.Highest is { } highest)
            {
                offset = new(highest + 1, time.GetUtcNow());
                await connection.Notes.SetAsync(OffsetNote + bot.Access.BotId, offset.ToString(), cancellationToken);
            }
            else if (poll.Malformed > 0)
            {
                await Task.Delay(MalformedPause, time, cancellationToken); // they cannot be confirmed and come again at once
            }

            if (isIdle) await Task.Delay(IdlePause, time, cancellationToken);
            if (connection.Gap is { } gap && poll.Updates.Count + poll.Malformed < TelegramApi.MostUpdates) recovered = await CloseGapAsync(connection, gap, recovered, cancellationToken);
            else if (connection.Gap is null) recovered = 0;
        }
    }

    private static string AccountOf(TelegramBot bot) => bot.Me.Username is { } name ? "@" + name : bot.Me.Name ?? bot.Access.BotId;

    /// <summary>A poll that was not refused; null when another program polls with this token, after a pause.</summary>
    private async Task<TelegramPoll?> PollAsync(TelegramBot bot, long? offset, bool isFirst, CancellationToken cancellationToken)
    {
        var channel = bot.Connection.Channel.Id;
        // what waits is fetched at once; only then a poll waits for more
        var timeout = isFirst ? TimeSpan.Zero : _timeouts.GetValueOrDefault(channel, LongestPoll);
        var began = time.GetTimestamp();
        var poll = await api.GetUpdatesAsync(bot.Access, offset, timeout, cancellationToken);
        if (poll.Failure is not { } failure)
        {
            if (!isFirst && timeout < LongestPoll && poll.Value!.Updates.Count == 0) _timeouts[channel] = Shorter(timeout + ShortestPoll, LongestPoll);
            return poll.Value;
        }

        if (failure.Trouble != TelegramTrouble.Conflict)
        {
            // something on the way does not let a connection be silent for so long
            var wasCut = failure.Trouble is TelegramTrouble.NoAnswer or TelegramTrouble.Unreachable or TelegramTrouble.NotTelegram && time.GetElapsedTime(began) > ShortestPoll;
            if (wasCut) _timeouts[channel] = timeout / 2 < ShortestPoll ? ShortestPoll : timeout / 2;
            throw TelegramFaults.Of(failure);
        }

        if (failure.Detail.Contains("webhook", StringComparison.OrdinalIgnoreCase))
        {
            bot.Connection.Waits("webhook_set", "Another program has set a webhook for this bot while the channel polls. It is removed.", TelegramFaults.ConflictFix);
            await RemoveWebhookAsync(bot, cancellationToken);
            await Task.Delay(RetryPause, time, cancellationToken);
            return null;
        }

        LogConflict(log, bot.Connection.Channel.Tenant.Id, channel, ConflictPause);
        bot.Connection.Waits("another_poller", "Another poller uses this token: Telegram gives the bot's messages to one program only. The channel waits, and tries again.", TelegramFaults.ConflictFix);
        await Task.Delay(ConflictPause, time, cancellationToken);
        return null;
    }

    /// <summary>Offers everything, chats side by side, a chat's messages in their order. Returns when all is settled; how many messages are new.</summary>
    private async Task<int> TakeAllAsync(TelegramBot bot, TelegramPoll poll, CancellationToken cancellationToken)
    {
        if (poll.Malformed > 0) await NoteMalformedAsync(bot, poll.Malformed, cancellationToken);
        MarkAlbums(bot, poll);
        var taken = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ChatsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(poll.Updates.GroupBy(ChatOf), options, async (chat, token) =>
        {
            foreach (var update in chat.OrderBy(u => u.Id))
                if (await SettleAsync(bot, update, token)) Interlocked.Increment(ref taken);
        });
        return taken;
    }

    /// <summary>What cannot be read may have been a message: it is in the ledger, and no reason to stop.</summary>
    private async Task NoteMalformedAsync(TelegramBot bot, int count, CancellationToken cancellationToken)
    {
        LogMalformed(log, bot.Connection.Channel.Tenant.Id, bot.Connection.Channel.Id, count);
        await bot.Connection.NoteGapAsync(time.GetUtcNow(), 0, count, TelegramIntake.Unreadable, null, cancellationToken);
    }

    /// <summary>Offers one until it is settled: what is not confirmed is not lost, but everything behind it waits.</summary>
    private async Task<bool> SettleAsync(TelegramBot bot, TelegramUpdate update, CancellationToken cancellationToken)
    {
        while (true)
        {
            var outcome = await intake.TakeAsync(bot, update, cancellationToken);
            if (outcome.IsSettled) return outcome.Verdict == PlatformVerdict.Accepted;
            await Task.Delay(outcome.RetryAfter is { } wish && wish > RetryPause ? wish : RetryPause, time, cancellationToken);
        }
    }

    /// <summary>Of an album that came together every part is for the bot when one is, whichever has the caption.</summary>
    private static void MarkAlbums(TelegramBot bot, TelegramPoll poll)
    {
        foreach (var update in poll.Updates)
            if (update.Message is { Album: not null } message) _ = TelegramMapper.Of(update.Id, message, bot);
    }

    private static long ChatOf(TelegramUpdate update) => update.Message?.Chat.Id ?? update.Callback?.Message?.Chat.Id ?? 0;

    private async Task<int> CloseGapAsync(IChannelConnection connection, OpenGap gap, int recovered, CancellationToken cancellationToken)
    {
        var isWhole = time.GetUtcNow() - gap.Since < KeptByTelegram;
        await connection.CloseGapAsync(
            recovered, isWhole ? 0 : null,
            isWhole ? "Telegram kept what came meanwhile, and has given all of it." : "Telegram keeps messages for 24 hours: what is older is lost. What it still had was fetched.", cancellationToken);
        return 0;
    }

    /// <summary>While a webhook is set Telegram answers no polls. What waits at Telegram stays.</summary>
    private async Task RemoveWebhookAsync(TelegramBot bot, CancellationToken cancellationToken)
    {
        var info = await api.GetWebhookInfoAsync(bot.Access, cancellationToken);
        if (info.Failure is { Trouble: not TelegramTrouble.UnknownMethod } failure) throw TelegramFaults.Of(failure);
        if (info.Value is { Url.Length: 0 }) return;
        var removed = await api.DeleteWebhookAsync(bot.Access, cancellationToken);
        if (removed.Failure is { Trouble: not TelegramTrouble.UnknownMethod } refused) throw TelegramFaults.Of(refused);
    }

    private static async Task<Offset> ReadOffsetAsync(TelegramBot bot, CancellationToken cancellationToken) =>
        Offset.Parse(await bot.Connection.Notes.GetAsync(OffsetNote + bot.Access.BotId, cancellationToken));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>The id of the next update that is wanted, and when it was known.</summary>
    private sealed record Offset(long? Next, DateTimeOffset At)
    {
        public static Offset Parse(string? note)
        {
            var parts = note?.Split('@') ?? [];
            return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var next)
                && DateTimeOffset.TryParse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? new(next, at) : new(null, default);
        }

        public long? Holds(DateTimeOffset now) => now - At < OffsetHolds ? Next : null;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Next}@{At:O}");
    }

    [LoggerMessage(4421, LogLevel.Warning, "Another poller uses the token of tenant {Tenant}, channel {Channel}; tried again in {Pause}")]
    private static partial void LogConflict(ILogger log, Guid tenant, Guid channel, TimeSpan pause);

    [LoggerMessage(4422, LogLevel.Warning, "Skipped updates of tenant {Tenant}, channel {Channel} that are not what Telegram's description says: {Count}")]
    private static partial void LogMalformed(ILogger log, Guid tenant, Guid channel, int count);
}
