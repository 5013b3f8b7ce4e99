using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Discord;

/// <summary>The bots of this node's channels.</summary>
internal sealed class DiscordBots(OutgoingHttp http, ICatalog catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, DiscordBot> _bots = new();
    private readonly ConcurrentDictionary<string, InvalidBudget> _invalid = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A channel's bot; null where it has no token. Another one once its token or address changed.</summary>
    public DiscordBot? Of(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (DiscordSettings.TokenOf(channel) is not { } token) return null;
        var url = DiscordSettings.Of(channel.Settings).ApiBaseUrl;
        if (_bots.TryGetValue(channel.Id, out var known) && known.Token == token && known.BaseUrl == url) return known;
        foreach (var gone in _bots.Keys.Where(id => id != channel.Id && catalog.FindChannel(id) is null)) _bots.TryRemove(gone, out _);
        return _bots.AddOrUpdate(channel.Id, _ => Create(channel.Id, url, token), (_, bot) => bot.Token == token && bot.BaseUrl == url ? bot : Create(channel.Id, url, token));
    }

    /// <summary>A channel's bot as if nothing had been asked by it yet.</summary>
    public DiscordBot? Renew(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _bots.TryRemove(channel.Id, out _);
        return Of(channel);
    }

    /// <summary>The bot that is there already; null when there is none.</summary>
    public DiscordBot? Find(Guid channel) => _bots.GetValueOrDefault(channel);

    /// <summary>What the host of an API still forgives this address.</summary>
    public InvalidBudget InvalidOf(Uri url) => _invalid.GetOrAdd(url.Authority, _ => new(time));

    /// <summary>A bot that nobody shares, for a test of the settings: with limits of its own.</summary>
    public DiscordBot Create(Guid channel, Uri url, string token) => new(channel, url, token, new(http, url, token, new(InvalidOf(url), time), time), time);
}
