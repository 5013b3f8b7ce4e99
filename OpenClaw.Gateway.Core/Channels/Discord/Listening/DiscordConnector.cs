using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>Holds the connections of a channel's bot to Discord's gateway.</summary>
internal sealed class DiscordConnector(ListenerTools tools) : IChannelConnector
{
    public string Kind => DiscordKind.Name;

    public async Task RunAsync(IChannelConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var bot = tools.Bots.Of(connection.Channel)
            ?? throw new ChannelFaultException("token_missing", "The channel has no bot token.", "Paste it into the channel's secret Bot token (botToken).", isFatal: true);
        if (bot.Refused.IsCompleted) bot = tools.Bots.Renew(connection.Channel); // the same token once more: somebody asked for it, or hours have gone
        await new DiscordRun(tools, bot!, connection).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How answers are shown and how far is looked back asks for no other connection.</summary>
    public bool NeedsReconnect(ChannelModel before, ChannelModel now)
    {
        var (old, fresh) = (DiscordSettings.Of(before.Settings), DiscordSettings.Of(now.Settings));
        return DiscordSettings.TokenOf(before) != DiscordSettings.TokenOf(now) || old.ApiBaseUrl != fresh.ApiBaseUrl
            || before.UserCommands != now.UserCommands || old.Commands?.GetRawText() != fresh.Commands?.GetRawText();
    }
}
