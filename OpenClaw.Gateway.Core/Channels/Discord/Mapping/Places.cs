using System.Runtime.InteropServices;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Mapping;

/// <summary>Where a Discord channel stands.</summary>
/// <param name="Conversation">The channel, or the parent of a thread.</param>
/// <param name="Thread">The thread or forum post; 0 = it is none.</param>
/// <param name="Guild">The server; 0 = direct messages.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(ulong Conversation, ulong Thread, ulong Guild)
{
    /// <summary>Several people can read along.</summary>
    public bool IsGroup => Guild != 0;

    /// <summary>As the gateway calls it.</summary>
    public (string Conversation, string? Thread) Names => (Snowflake.Text(Conversation), Thread == 0 ? null : Snowflake.Text(Thread));
}

/// <summary>What is known of a bot's channels and of its roles. Bounded: what is forgotten is asked for again.</summary>
internal sealed class Places(DiscordApi api, TimeProvider time)
{
    private const int MostPlaces = 1_000;
    private const int MostGuilds = 200;
    private static readonly TimeSpan RolesKept = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Place> _places = [];
    private readonly Dictionary<ulong, (ulong Role, DateTimeOffset At)> _roles = [];

    /// <summary>What is known of it without asking; null = nothing.</summary>
    public Place? Known(ulong channel)
    {
        lock (_lock) return _places.TryGetValue(channel, out var place) ? place : null;
    }

    /// <summary>Keeps what is known of one.</summary>
    public Place Keep(ulong channel, Place place)
    {
        lock (_lock)
        {
            if (_places.Count >= MostPlaces) _places.Clear();
            return _places[channel] = place;
        }
    }

    /// <summary>Where a channel stands. Asks for it when it may be a thread and nothing says so.</summary>
    /// <param name="channel">The channel that a message came in.</param>
    /// <param name="guild">Its server; 0 = direct messages.</param>
    /// <param name="said">What came along of the channel: its <c>type</c> and <c>parent_id</c>.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async ValueTask<Place> FindAsync(ulong channel, ulong guild, JsonElement said, CancellationToken cancellationToken)
    {
        if (Known(channel) is { } known) return known;
        if (guild == 0) return Keep(channel, new(channel, 0, 0));
        if (said.Get("type").ValueKind != JsonValueKind.Number || (IsThread(said) && said.Id("parent_id") == 0))
        {
            try
            {
                said = await api.GetChannelAsync(channel, cancellationToken).ConfigureAwait(false);
            }
            catch (DiscordException e) when (e.Kind is FailureKind.Permanent or FailureKind.Forbidden)
            {
                // a channel that may be written in and not be looked at: it stands for itself
                return new(channel, 0, guild);
            }
        }

        return Keep(channel, IsThread(said) && said.Id("parent_id") is var parent and not 0 ? new(parent, channel, guild) : new(channel, 0, guild));
    }

    /// <summary>The role that a server made for the bot; 0 = none.</summary>
    public async ValueTask<ulong> RoleAsync(ulong guild, ulong bot, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_roles.TryGetValue(guild, out var known) && now - known.At < RolesKept) return known.Role;
        }

        ulong role = 0;
        try
        {
            var roles = await api.GetRolesAsync(guild, cancellationToken).ConfigureAwait(false);
            if (roles.ValueKind == JsonValueKind.Array) role = roles.EnumerateArray().Where(r => r.Get("tags").Id("bot_id") == bot).Select(r => r.Id()).FirstOrDefault();
        }
        catch (DiscordException e) when (e.Kind is FailureKind.Permanent or FailureKind.Forbidden)
        {
            // without a look at the roles nobody addresses the bot by one
        }

        lock (_lock)
        {
            if (_roles.Count >= MostGuilds) _roles.Clear();
            _roles[guild] = (role, now);
        }

        return role;
    }

    private static bool IsThread(JsonElement channel) => channel.Number("type", -1) is 10 or 11 or 12;
}
