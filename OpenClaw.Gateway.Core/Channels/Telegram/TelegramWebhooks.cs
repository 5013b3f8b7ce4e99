using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>Has Telegram call the gateway, and looks now and then whether it still does.</summary>
internal sealed class TelegramWebhooks(TelegramApi api, GatewayOptions options, IKeyMaterial keys, TimeProvider time)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan WhileCatchingUp = TimeSpan.FromSeconds(2);
    private readonly byte[] _key = keys.Derive("telegram-webhook");
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, int> _taken = new();

    /// <summary>Where Telegram calls a channel.</summary>
    public Uri UrlOf(Guid channel) => new($"{options.PublicUrl.AbsoluteUri.TrimEnd('/')}/hooks/telegram/{channel}");

    /// <summary>What Telegram sends with every call: the channel's own, another one for another bot.</summary>
    public string SecretOf(Guid channel, string botId) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{channel:N}/{botId}")));

    /// <summary>Why Telegram cannot call this gateway; null when nothing is in the way that can be seen from here.</summary>
    public string? ReasonAgainst(TelegramAccess access)
    {
        ArgumentNullException.ThrowIfNull(access);
        var url = options.PublicUrl;
        if (!access.IsCloud) return null; // a server of one's own calls wherever it can reach
        if (url.Scheme != "https") return $"Telegram calls https addresses only, and PublicUrl is {url.GetLeftPart(UriPartial.Authority)}.";
        if (url.IsLoopback) return "Telegram cannot reach this machine by PublicUrl, which is its own name for itself.";
        return url.Port is 443 or 80 or 88 or 8443 ? null : $"Telegram calls the ports 443, 80, 88 and 8443 only, and PublicUrl has {url.Port}.";
    }

    public async Task RunAsync(TelegramBot bot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bot);
        var connection = bot.Connection;
        if (ReasonAgainst(bot.Access) is { } reason) throw new ChannelFaultException("webhook_address", reason, UrlFix, isFatal: true);
        _taken.TryRemove(connection.Channel.Id, out _);
        await SetAsync(bot, cancellationToken);
        connection.Connected(AccountOf(bot));
        var began = time.GetUtcNow();
        for (var isWell = true; ; await Task.Delay(connection.Gap is null ? LookEvery : WhileCatchingUp, time, cancellationToken))
        {
            var looked = await api.GetWebhookInfoAsync(bot.Access, cancellationToken);
            if (looked.Failure is { } failure) throw TelegramFaults.Of(failure);
            var info = looked.Value!;
            connection.Proof();
            if (info.Url != UrlOf(connection.Channel.Id).AbsoluteUri)
            {
                isWell = false;
                connection.Waits("webhook_changed", "Another program has changed the bot's webhook. It is set again.", TelegramFaults.ConflictFix);
                await SetAsync(bot, cancellationToken);
            }
            else if (info is { LastErrorAt: { } at, LastError: { } error, Pending: > 0 } && at >= began)
            {
                isWell = false;
                connection.Waits("webhook_failed", $"Telegram could not call {info.Url}: {error} Updates that wait there: {info.Pending}.", UrlFix);
            }
            else
            {
                if (!isWell) connection.Connected(AccountOf(bot));
                isWell = true;
                if (info.Pending == 0 && connection.Gap is { } gap) await CloseGapAsync(connection, gap, cancellationToken);
            }
        }
    }

    /// <summary>A message came in by a call.</summary>
    public void Count(Guid channel) => _taken.AddOrUpdate(channel, 1, static (_, n) => n + 1);

    public const string UrlFix = "Set PublicUrl to the https address that this gateway is reached by from the internet, with a certificate that browsers trust, or use the mode polling.";

    private static string AccountOf(TelegramBot bot) => bot.Me.Username is { } name ? "@" + name : bot.Me.Name ?? bot.Access.BotId;

    private async Task SetAsync(TelegramBot bot, CancellationToken cancellationToken)
    {
        var channel = bot.Connection.Channel.Id;
        var set = await api.SetWebhookAsync(bot.Access, UrlOf(channel), SecretOf(channel, bot.Access.BotId), cancellationToken);
        if (set.Failure is not { } failure) return;
        throw failure.Trouble is TelegramTrouble.Other or TelegramTrouble.FileRefused ? new ChannelFaultException("webhook_refused", failure.Detail, UrlFix, isFatal: true) : TelegramFaults.Of(failure);
    }

    private async Task CloseGapAsync(IChannelConnection connection, OpenGap gap, CancellationToken cancellationToken)
    {
        _taken.TryRemove(connection.Channel.Id, out var recovered);
        var isWhole = time.GetUtcNow() - gap.Since < TelegramPolling.KeptByTelegram;
        await connection.CloseGapAsync(
            recovered, isWhole ? 0 : null, isWhole ? "Nothing waits at Telegram any more." : "Telegram keeps messages for 24 hours: what is older is lost.", cancellationToken);
    }
}
