using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>What people read when a channel cannot be connected: cause and fix.</summary>
internal static class TelegramFaults
{
    public const string TokenFix = "Ask @BotFather for the bot's token (/mybots, API Token), and put it in under Secrets, as the bot token.";
    public const string ConflictFix = "Stop the other program that uses this bot, or let @BotFather make a new token (/revoke) that only this channel has.";

    public static ChannelFaultException Of(TelegramFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Trouble switch
        {
            TelegramTrouble.TokenRefused => new("token_refused", $"Telegram refuses the bot's token: it was mistyped or revoked. {failure.Detail}", TokenFix, isFatal: true),
            TelegramTrouble.AddressForbidden => new("destination_forbidden", failure.Detail, FixOf(failure), isFatal: true),
            TelegramTrouble.Flood => new("rate_limited", failure.Detail, null, retryAfter: failure.RetryAfter),
            TelegramTrouble.Conflict => new("conflict", failure.Detail, ConflictFix),
            TelegramTrouble.NotTelegram => new("not_telegram", failure.Detail, FixOf(failure), retryAfter: failure.RetryAfter),
            TelegramTrouble.NoAnswer => new("no_answer", failure.Detail, FixOf(failure)),
            TelegramTrouble.Unreachable => new("unreachable", failure.Detail, FixOf(failure)),
            _ => new(failure.Kind == FailureKind.Permanent ? "refused" : "telegram_error", failure.Detail, FixOf(failure), isFatal: failure.Kind == FailureKind.Permanent),
        };
    }

    /// <summary>What to do about it.</summary>
    public static string FixOf(TelegramFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Trouble switch
        {
            TelegramTrouble.TokenRefused => TokenFix,
            TelegramTrouble.Conflict => ConflictFix,
            TelegramTrouble.AddressForbidden => $"Use a public address, or ask the owner of the installation to allow this one ({DestinationForbiddenException.Key}).",
            TelegramTrouble.NotTelegram => "Check the address of the Bot API server (baseUrl, under Advanced settings): what answers there is not a Bot API server, or a proxy stands in between.",
            TelegramTrouble.NoAnswer or TelegramTrouble.Unreachable => "Check the address of the Bot API server (baseUrl, under Advanced settings), and that this machine may reach it (name resolution, firewall).",
            TelegramTrouble.Flood => "Wait: Telegram has asked for a pause.",
            TelegramTrouble.ServerError => "Wait: the server has trouble of its own.",
            _ => "Read what Telegram said, and change the channel's settings accordingly.",
        };
    }
}
