using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>How sessions begin and are resumed. Called under the lock of the world.</summary>
internal sealed partial class DiscordGateway
{
    private void Identify(GatewaySocket socket, JsonElement data)
    {
        Identifies++;
        if (socket.Session is not null)
        {
            Refuse(socket, CloseCodes.AlreadyAuthenticated, "a second identify");
            return;
        }

        var wish = IdentifyWish.Read(data, out var fault);
        if (wish is null)
        {
            Refuse(socket, CloseCodes.DecodeError, fault!);
            return;
        }

        if (world.BotOf(wish.Token) is not { } bot)
        {
            Shut(socket, CloseCodes.AuthenticationFailed);
            return;
        }

        if (wish.Fault(bot) is { } code)
        {
            // 4014 is what the platform says when an owner has not thrown a switch: no fault of the request
            if (code is CloseCodes.DisallowedIntents or CloseCodes.ShardingRequired) Shut(socket, code);
            else Refuse(socket, code, code == CloseCodes.InvalidShard ? "an invalid shard" : "unknown intents");
            return;
        }

        if (bot.Starts.ResetAfter(Time.GetUtcNow()) >= TimeSpan.Zero && bot.Starts.Remaining == 0)
        {
            ledger.Violate("GATEWAY", "an identify over the limit of session starts");
            bot.ResetToken();
            Shut(socket, CloseCodes.AuthenticationFailed);
            return;
        }

        if (!bot.Starts.TryTake(wish.Shard, Time.GetUtcNow()))
        {
            socket.Send("""{"t":null,"s":null,"op":9,"d":false}""");
            return;
        }

        if (ReadyStopped) return;
        Begin(socket, bot, wish);
    }

    private void Begin(GatewaySocket socket, DiscordBot bot, IdentifyWish wish)
    {
        GatewaySession session = new(Guid.NewGuid().ToString("n"), bot, wish.Intents, wish.Shard, wish.Shards, options.ReplayedEvents) { Socket = socket };
        _sessions.Add(session.Id, session);
        socket.Session = session;
        socket.CompressLarge = wish.Compress;
        var guilds = world.Guilds.Where(g => g.Bots.Contains(bot) && session.Has(g.Number)).ToList();
        session.Dispatch("READY", WireJson.Write(new JsonObject
        {
            ["v"] = 10,
            ["user_settings"] = new JsonObject(),
            ["user"] = UserShapes.Me(bot),
            ["session_type"] = "normal",
            ["session_id"] = session.Id,
            ["resume_gateway_url"] = ResumeUrl,
            ["relationships"] = new JsonArray(),
            ["private_channels"] = new JsonArray(),
            ["presences"] = new JsonArray(),
            ["guilds"] = new JsonArray([.. guilds.Select(g => new JsonObject { ["id"] = g.Id, ["unavailable"] = true })]),
            ["guild_join_requests"] = new JsonArray(),
            ["geo_ordered_rtc_regions"] = new JsonArray(),
            ["application"] = new JsonObject { ["id"] = bot.Id, ["flags"] = UserShapes.Flags(bot) },
            ["shard"] = new JsonArray(wish.Shard, wish.Shards),
            ["_trace"] = new JsonArray(),
        }));
        if (!wish.Intents.HasFlag(Intents.Guilds)) return;
        foreach (var guild in guilds) session.Dispatch("GUILD_CREATE", ChannelShapes.FullGuild(guild, bot));
    }

    private void Resume(GatewaySocket socket, JsonElement data)
    {
        Resumes++;
        if (socket.Session is not null)
        {
            Refuse(socket, CloseCodes.AlreadyAuthenticated, "a resume after identify");
            return;
        }

        if (ResumeWish.Read(data) is not { } wish)
        {
            Refuse(socket, CloseCodes.DecodeError, "a resume without token, session_id or seq");
            return;
        }

        if (world.BotOf(wish.Token) is not { } bot)
        {
            Shut(socket, CloseCodes.AuthenticationFailed);
            return;
        }

        Forget();
        if (!_sessions.TryGetValue(wish.SessionId, out var session) || session.Bot != bot)
        {
            FailedResumes++;
            socket.Send("""{"t":null,"s":null,"op":9,"d":false}""");
            return;
        }

        if (wish.Sequence > session.Sequence)
        {
            _sessions.Remove(session.Id);
            Refuse(socket, CloseCodes.InvalidSequence, "a resume with a sequence that was never sent");
            return;
        }

        if (!session.TryReplay(wish.Sequence, socket))
        {
            FailedResumes++;
            _sessions.Remove(session.Id);
            socket.Send("""{"t":null,"s":null,"op":9,"d":false}""");
            return;
        }

        if (session.Socket is { } old)
        {
            old.Session = null;
            old.Close(CloseCodes.UnknownError);
        }

        (session.Socket, session.LeftAt, socket.Session) = (socket, null, session);
        session.Dispatch("RESUMED", """{"_trace":[]}""");
    }
}
