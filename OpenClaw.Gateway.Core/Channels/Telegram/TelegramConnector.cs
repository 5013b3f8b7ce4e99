using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>Telegram's listener: makes itself known, brings the menu of commands up to date, and then polls or has itself called.</summary>
internal sealed partial class TelegramConnector(TelegramApi api, TelegramBots bots, TelegramPolling polling, TelegramWebhooks webhooks, ILogger<TelegramConnector> log) : IChannelConnector
{
    private const string CommandsNote = "telegram.commands.";

    public string Kind => TelegramKind.Name;

    public async Task RunAsync(IChannelConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var channel = connection.Channel;
        var access = TelegramAccess.Of(channel) ?? throw new ChannelFaultException(
            "not_configured", "The bot's token or the address of the Bot API is missing or wrong.", "Set the bot token (botToken) as @BotFather gave it.", isFatal: true);
        var me = await api.GetMeAsync(access, cancellationToken);
        if (me.Failure is { } failure) throw TelegramFaults.Of(failure);
        using var bot = new TelegramBot(connection, access, me.Value!.User);
        await SetCommandsAsync(bot, TelegramSettings.Of(channel), cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bot.Refused, cancellationToken);
        bots.Add(bot);
        try
        {
            if (TelegramSettings.Of(channel).IsWebhook) await webhooks.RunAsync(bot, either.Token);
            else await polling.RunAsync(bot, either.Token);
        }
        catch (OperationCanceledException) when (bot.Refusal is { } refusal && !cancellationToken.IsCancellationRequested)
        {
            throw TelegramFaults.Of(refusal);
        }
        finally
        {
            bots.Remove(bot);
        }
    }

    /// <summary>Nothing that the connection is made of changes with who may write, or how sessions age.</summary>
    public bool NeedsReconnect(ChannelModel before, ChannelModel now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        return Connected(before) != Connected(now);

        static (string? Url, string? Token, bool IsWebhook, string Commands) Connected(ChannelModel channel) => (
            TelegramAccess.BaseOf(channel.Settings)?.AbsoluteUri, channel.Secrets.GetValueOrDefault(TelegramAccess.TokenSecret), TelegramSettings.Of(channel).IsWebhook,
            JsonSerializer.Serialize(TelegramSettings.Of(channel).Commands, RequestJson.Options));
    }

    /// <summary>The menu is written when it is not what was written last. The bot works without it, so that a refusal is told in the log and no more.</summary>
    private async Task SetCommandsAsync(TelegramBot bot, TelegramSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Commands is not { } commands) return;
        var (notes, name) = (bot.Connection.Notes, CommandsNote + bot.Access.BotId);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bot.Access.Server + JsonSerializer.Serialize(commands, RequestJson.Options))));
        var last = await notes.GetAsync(name, cancellationToken);
        if (last == hash || (last is null && commands.Count == 0)) return; // a channel that never had any leaves alone what @BotFather was told
        var set = await api.SetCommandsAsync(bot.Access, commands, cancellationToken);
        if (set.Failure is { } failure) LogNoMenu(log, bot.Connection.Channel.Tenant.Id, bot.Connection.Channel.Id, failure.Detail);
        else await notes.SetAsync(name, hash, cancellationToken);
    }

    [LoggerMessage(4411, LogLevel.Warning, "The menu of commands of tenant {Tenant}, channel {Channel} could not be written: {Detail}")]
    private static partial void LogNoMenu(ILogger log, Guid tenant, Guid channel, string detail);
}
