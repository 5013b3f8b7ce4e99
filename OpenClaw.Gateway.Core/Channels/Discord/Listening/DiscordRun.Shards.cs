using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>Connects a shard again and again: resumes its session, or begins another where that is over.</summary>
internal sealed partial class DiscordRun
{
    /// <summary>So often in a row a connection may fail before the whole channel waits longer and longer.</summary>
    private const int MostFailures = 3;

    /// <summary>After so many the session is given up, as it may be what Discord does not like.</summary>
    private const int FailuresOfASession = 2;

    private async Task ShardAsync(ShardEvents shard, GatewaySession? session)
    {
        var failures = 0;
        while (true)
        {
            if (session is null) await BeginSessionAsync(shard).ConfigureAwait(false);
            var end = await ConnectAsync(shard, session, session?.ResumeUrl ?? _bot.Gateway!.Url).ConfigureAwait(false);
            session = end.Session;
            _over.ThrowIfCancellationRequested();
            LogEnded(_tools.Log, Connection.Channel.Tenant.Id, Connection.Channel.Id, shard.Shard, end.End.Next, end.End.Detail);
            failures = end.End.WasLive ? 0 : failures + 1;
            if (end.End.Next == GatewayNext.Identify || failures == FailuresOfASession) session = null;
            if (session is null) shard.Lose();
            if (end.End.Next == GatewayNext.Fatal)
            {
                shard.Lose();
                throw Faults.Of(end.End);
            }

            if (failures >= MostFailures) throw Faults.Of(end.End);
            (shard.Before, shard.AliveBefore) = (end.End, shard.LastAlive ?? shard.AliveBefore);
            shard.LastAlive = null;
            Connection.Waits("reconnecting", end.End.Detail + ".");
            if (end.End.WasFull) await Intake.RoomAsync(_over).ConfigureAwait(false);
            var pause = end.End.Pause + (failures == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(failures * (0.5 + (0.5 * _tools.Chance()))));
            if (pause > TimeSpan.Zero) await Task.Delay(pause, _tools.Time, _over).ConfigureAwait(false);
        }
    }

    private async Task<(GatewayEnd End, GatewaySession? Session)> ConnectAsync(ShardEvents shard, GatewaySession? session, Uri url)
    {
        // a token does not go over an open line to somebody who is spoken to over a closed one
        if (url.Scheme != "wss" && _bot.BaseUrl.Scheme == "https")
            throw new ChannelFaultException("gateway_unsafe", "Discord's gateway was named with an address that is not encrypted (ws:).", "Check the channel's apiBaseUrl.", isFatal: true);
        try
        {
            var socket = await _tools.Sockets.OpenAsync(GatewayConnection.Address(url), _over).ConfigureAwait(false);
            shard.Begin(session);
            var login = new GatewayLogin(_bot.Token, GatewayLogin.NeededIntents, shard.Shard, _shards.Count);
            await using var connection = new GatewayConnection(socket, login, session, shard, _tools.Time, _tools.Chance, _tools.Log);
            var end = await connection.RunAsync(_over).ConfigureAwait(false);
            return (end, connection.Session);
        }
        catch (DiscordException e)
        {
            if (e.Kind == FailureKind.Forbidden) throw Faults.Of(e);
            return (new(GatewayNext.Resume, e.Message.TrimEnd('.')), session);
        }
        finally
        {
            shard.IsLive = false;
            _bot.IsReady = false;
        }
    }

    /// <summary>Returns when the shard may begin a session: Discord counts them, and shuts out who begins too many.</summary>
    private async Task BeginSessionAsync(ShardEvents shard)
    {
        var info = await AskAsync(_over).ConfigureAwait(false);
        if (info.Shards > _shards.Count)
        {
            foreach (var other in _shards) other.Lose();
            throw new ChannelFaultException("more_shards", $"Discord now wants {info.Shards} connections for this bot instead of {_shards.Count}; they are made anew.");
        }

        if (info.Remaining <= 0)
        {
            var until = _tools.Time.GetUtcNow() + info.ResetAfter;
            var detail = $"Discord lets this bot begin no more sessions before {until.UtcDateTime:HH:mm} UTC; it has begun too many today.";
            Connection.Waits("session_limit", detail);
            throw new ChannelFaultException("session_limit", detail, "Wait. If it happens again, another program may be using the same token.", retryAfter: info.ResetAfter);
        }

        await _bot.Gate.EnterAsync(shard.Shard, info.MaxConcurrency, _over).ConfigureAwait(false);
    }

    private async Task<GatewayInfo> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _bot.Gateway = GatewayInfo.Read(await _bot.Api.GetGatewayAsync(cancellationToken).ConfigureAwait(false))
                ?? throw new ChannelFaultException("gateway_unusable", "Discord did not say where its gateway is.", "Check the channel's apiBaseUrl: Discord's own is " + DiscordSettings.PublicApi + ".");
        }
        catch (DiscordException e)
        {
            throw Faults.Of(e);
        }
    }
}
