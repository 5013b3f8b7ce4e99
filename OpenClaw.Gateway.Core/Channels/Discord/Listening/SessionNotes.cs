using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>The gateway sessions of a bot's shards over restarts: with the same token they are resumed, so that what came meanwhile is sent again.</summary>
internal sealed class SessionNotes(IChannelNotes notes, DiscordBot bot)
{
    private const string Prefix = "session:";
    private const string Me = "me";
    private readonly Dictionary<int, string> _written = [];

    /// <summary>The sessions by shard; empty where not all of them can be resumed. What is known of the bot is put into it.</summary>
    public async ValueTask<IReadOnlyList<GatewaySession>> LoadAsync(CancellationToken cancellationToken)
    {
        var me = Lenient.Parse(Encoding.UTF8.GetBytes(await notes.GetAsync(Me, cancellationToken).ConfigureAwait(false) ?? ""));
        if (me.Text("bot") != bot.Fingerprint) return [];
        if (me.Id("user") is var user and not 0) (bot.Id, bot.Application, bot.Name) = (user, me.Id("application"), me.Text("name"));
        var rows = await notes.ListAsync(Prefix, cancellationToken).ConfigureAwait(false);
        var sessions = new List<GatewaySession>();
        var shards = (int)me.Number("shards");
        for (var shard = 0; shard < shards; shard++)
        {
            if (!rows.TryGetValue(Prefix + shard.ToString(CultureInfo.InvariantCulture), out var row)) return [];
            var json = Lenient.Parse(Encoding.UTF8.GetBytes(row));
            if (json.Text("bot") != bot.Fingerprint || json.Words("id") is not { } id || !Uri.TryCreate(json.Text("url"), UriKind.Absolute, out var url)) return [];
            sessions.Add(new(id, url, json.Number("sequence")));
        }

        return sessions;
    }

    /// <summary>Keeps who the bot is.</summary>
    public ValueTask KeepMeAsync(int shards, CancellationToken cancellationToken) => notes.SetAsync(
        Me,
        JsonSerializer.Serialize(new { bot = bot.Fingerprint, user = Snowflake.Text(bot.Id), application = Snowflake.Text(bot.Application), name = bot.Name, shards }),
        cancellationToken);

    /// <summary>Keeps how far a shard is; null = nothing can be resumed.</summary>
    public async ValueTask SaveAsync(int shard, GatewaySession? session, CancellationToken cancellationToken)
    {
        var value = session is null ? "" : JsonSerializer.Serialize(new { bot = bot.Fingerprint, id = session.Id, url = session.ResumeUrl.AbsoluteUri, sequence = session.Sequence });
        if (_written.GetValueOrDefault(shard) == value) return;
        await notes.SetAsync(Prefix + shard.ToString(CultureInfo.InvariantCulture), value.Length == 0 ? null : value, cancellationToken).ConfigureAwait(false);
        _written[shard] = value;
    }
}
