using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;
using OpenClaw.Gateway.Core.Channels.Discord.Sending;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>What is done when a shard has a session: who we are, what was missed, which commands there are.</summary>
internal sealed partial class DiscordRun
{
    private IReadOnlyList<OpenInteraction> _lost = [];
    private int _recovered;
    private int _open;
    private bool _hasUnknown;
    private bool _isFirst = true;
    private bool _isRegistered;
    private List<string> _found = [];

    /// <summary>A new session began. Called by the shard's reader.</summary>
    public void Began(ShardEvents shard, JsonElement ready)
    {
        var user = ready.Get("user");
        if (user.Id() is var id and not 0) _bot.Id = id;
        _bot.Application = ready.Get("application").Id() is var application and not 0 ? application : _bot.Id;
        _bot.Name = user.Words("username") ?? _bot.Name;
        var isWithin = shard.HasBeenLive && Connection.Gap is null;
        var lost = isWithin || Connection.Gap is not null;
        shard.IsBehind = lost;
        var held = lost ? _catchUp.Hold(guild => (long)((guild >> 22) % (ulong)_shards.Count) == shard.Shard) : [];
        Live(shard);
        Follow(() => AfterBeginningAsync(shard, held, lost, isWithin ? shard.AliveBefore ?? Now : null));
    }

    /// <summary>The session goes on. Called by the shard's reader.</summary>
    public void WentOn(ShardEvents shard, Tally tally)
    {
        var (ledger, reached, since) = (shard.Ledger, shard.LastTaken, shard.HasBeenLive && Connection.Gap is null ? shard.AliveBefore ?? Now : (DateTimeOffset?)null);
        var before = since is null ? "" : shard.Before?.Detail + ". ";
        Live(shard);
        Follow(async () =>
        {
            await RegisterAsync(shard).ConfigureAwait(false);
            await ledger.ReachAsync(reached, _over).ConfigureAwait(false);
            await FoundAsync(shard, tally.Count, 0, before + "Discord sent again what came meanwhile.", since).ConfigureAwait(false);
            await SaveOnceAsync(_over).ConfigureAwait(false);
        });
    }

    private void Live(ShardEvents shard)
    {
        LogLive(_tools.Log, Connection.Channel.Tenant.Id, Connection.Channel.Id, shard.Shard, _shards.Count);
        if (_shards.Any(s => !s.IsLive)) return;
        _bot.IsReady = true;
        Connection.Connected(_bot.Name ?? Snowflake.Text(_bot.Id));
    }

    private async Task AfterBeginningAsync(ShardEvents shard, IReadOnlyList<(ulong, ulong)> held, bool lost, DateTimeOffset? since)
    {
        await _sessions.KeepMeAsync(_shards.Count, _over).ConfigureAwait(false);
        var (tally, before) = (new Tally(), shard.Before);
        var look = await _catchUp.RunAsync(held, DiscordSettings.Of(Connection.Channel.Settings).CatchUp, tally, new(), _over).ConfigureAwait(false);
        shard.IsBehind = false;
        await SaveOnceAsync(_over).ConfigureAwait(false); // from here on a gateway that dies can resume
        await RegisterAsync(shard).ConfigureAwait(false);
        if (!lost)
        {
            await FoundAsync(shard, 0, 0, null, noteSince: null).ConfigureAwait(false);
            return;
        }

        var detail = $"Looked back in {look.Channels} known conversations"
            + (look.Failed > 0 ? $", {look.Failed} of which could not be read" : "")
            + (look.Cut > 0 ? $"; in {look.Cut} there was more than is fetched (catchUp)" : "")
            + "; new conversations, commands and buttons cannot be looked up.";
        await FoundAsync(shard, tally.Count, null, before is null ? detail : $"{before.Detail}. {detail}", since).ConfigureAwait(false);
    }

    /// <summary>A shard has caught up. Once all have, the open gap is closed; what happened within this connection is noted by itself.</summary>
    private async Task FoundAsync(ShardEvents shard, int recovered, int? missed, string? detail, DateTimeOffset? noteSince)
    {
        if (noteSince is { } since)
        {
            await Connection.NoteGapAsync(since, recovered, missed, missed is null ? "The session with Discord was lost" : "The connection was interrupted", detail, _over).ConfigureAwait(false);
            return;
        }

        bool isLast;
        lock (_lock)
        {
            if (!_isFirst) return;
            _recovered += recovered;
            _hasUnknown |= missed is null;
            if (detail is not null && !_found.Contains(detail, StringComparer.Ordinal)) _found.Add(detail);
            isLast = ++_open == _shards.Count;
            if (isLast) _isFirst = false;
        }

        if (!isLast) return;
        var lost = await TellLostAsync().ConfigureAwait(false);
        await Connection.CloseGapAsync(_recovered, _hasUnknown ? null : lost, _found.Count == 0 ? null : string.Join(' ', _found), _over).ConfigureAwait(false);
        _found = [];
    }

    /// <summary>Interactions that were answered "wait" and whose message never became durable: they go to the ledger, and the people are told.</summary>
    private async Task<int> TellLostAsync()
    {
        var count = 0;
        foreach (var lost in _lost)
        {
            if (_bot.Interactions.Find(lost.Id) is not { IsAccepted: false } open) continue;
            count++;
            await Connection.NoteGapAsync(Snowflake.TimeOf(open.Id), 0, 1, "A command or button was lost", "Discord was told to wait, and the gateway stopped before it had the message.", _over).ConfigureAwait(false);
            await AnswerAsync(open, "This got lost while the bot was restarting. Please try again.").ConfigureAwait(false);
            await _bot.Interactions.ForgetAsync(Connection.Notes, open.Id, _over).ConfigureAwait(false);
        }

        _lost = [];
        return count;
    }

    /// <summary>Says something to who used a command or button, by its token.</summary>
    private async ValueTask AnswerAsync(OpenInteraction open, string text)
    {
        try
        {
            if (open.HasOriginal) await _bot.Api.EditFollowUpAsync(open.Application, open.Token, null, MessageBody.Plain(text), [], _over).ConfigureAwait(false);
            else
            {
                var body = MessageBody.Plain(text);
                body["flags"] = 1 << 6; // only who pressed sees it
                await _bot.Api.FollowUpAsync(open.Application, open.Token, body, [], _over).ConfigureAwait(false);
            }
        }
        catch (DiscordException e)
        {
            LogNotTold(_tools.Log, e, Connection.Channel.Tenant.Id, Connection.Channel.Id);
        }
    }

    private async ValueTask RegisterAsync(ShardEvents shard)
    {
        if (shard.Shard != 0 || _isRegistered) return;
        try
        {
            await CommandRegistration.ApplyAsync(_bot, Connection.Channel, Connection.Notes, _over).ConfigureAwait(false);
            _isRegistered = true;
        }
        catch (DiscordException e)
        {
            // the channel works without; "Test connection" says what is wrong
            LogNotRegistered(_tools.Log, e, Connection.Channel.Tenant.Id, Connection.Channel.Id);
        }
    }
}
