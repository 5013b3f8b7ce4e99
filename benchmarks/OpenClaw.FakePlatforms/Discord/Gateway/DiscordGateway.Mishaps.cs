using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>What a test does to the connections. Where a bot is named, only to its.</summary>
internal sealed partial class DiscordGateway
{
    /// <summary>Every connection breaks without a word.</summary>
    public void DropAll(DiscordBot? bot = null) => Each(bot, s => s.Abort());

    /// <summary>Breaks every connection again and again, until disposed.</summary>
    public IDisposable DropEvery(TimeSpan interval) => Time.CreateTimer(_ => DropAll(), null, interval, interval);

    public void CloseAll(int code, DiscordBot? bot = null)
    {
        lock (world.Gate)
        {
            foreach (var socket in Matching(bot)) Shut(socket, code);
        }
    }

    public void StopAcks() => AcksStopped = true;

    public void StartAcks() => AcksStopped = false;

    /// <summary>The connections stay open, and nothing is read or written any more.</summary>
    public void Freeze(DiscordBot? bot = null) => Each(bot, s => s.Freeze());

    public void Thaw(DiscordBot? bot = null) => Each(bot, s => s.Thaw());

    /// <summary>Asks for a heartbeat at once.</summary>
    public void RequestHeartbeats(DiscordBot? bot = null) => Each(bot, s => s.Send("""{"t":null,"s":null,"op":1,"d":null}"""));

    /// <summary>Asks to connect again and resume.</summary>
    public void RequestReconnect(DiscordBot? bot = null) => Each(bot, s => s.Send("""{"t":null,"s":null,"op":7,"d":null}"""));

    /// <summary>Says that the session is invalid.</summary>
    public void Invalidate(bool resumable, DiscordBot? bot = null)
    {
        lock (world.Gate)
        {
            foreach (var socket in Matching(bot))
            {
                if (socket.Session is not { } session) continue;
                if (!resumable) _sessions.Remove(session.Id);
                (session.Socket, socket.Session, session.LeftAt) = (null, null, Time.GetUtcNow());
                socket.Send($$"""{"t":null,"s":null,"op":9,"d":{{(resumable ? "true" : "false")}}}""");
            }
        }
    }

    /// <summary>Forgets every session, so that the next resume fails; connections stay.</summary>
    public void ForgetSessions()
    {
        lock (world.Gate) _sessions.Clear();
    }

    /// <summary>The next events arrive twice.</summary>
    public void DuplicateNext(int count = 1) => EachSession(null, s => s.Twice = count);

    /// <summary>The next event arrives after the one that follows it.</summary>
    public void SwapNext() => EachSession(null, s => s.Swap = true);

    /// <summary>The next events do not arrive, but a resume brings them.</summary>
    public void LoseNext(int count = 1) => EachSession(null, s => s.Lost = count);

    /// <summary>Sends an event of any type with any JSON, known or not.</summary>
    public void Dispatch(string type, string json, DiscordBot? bot = null) => EachSession(bot, s => s.Dispatch(type, json));

    /// <summary>Sends a payload exactly as it stands.</summary>
    public void SendRaw(string payload, DiscordBot? bot = null) => Each(bot, s => s.Send(payload));

    /// <summary>Completes when that many connections have identified or resumed.</summary>
    public Task WaitForLiveAsync(int count = 1, TimeSpan? limit = null) =>
        WaitAsync(() => Live.Count >= count, () => $"{count} live connections, there are {Live.Count}", limit);

    /// <summary>Completes when this is so. Looked at after each change.</summary>
    public Task WaitAsync(Func<bool> condition, Func<string> what, TimeSpan? limit = null) =>
        world.Changes.WaitAsync(
            () =>
            {
                lock (world.Gate) return condition() ? this : null;
            },
            what,
            limit);

    private void Each(DiscordBot? bot, Action<GatewaySocket> act)
    {
        lock (world.Gate) Matching(bot).ForEach(act);
    }

    private void EachSession(DiscordBot? bot, Action<GatewaySession> act)
    {
        lock (world.Gate) _sessions.Values.Where(s => bot is null || s.Bot == bot).ToList().ForEach(act);
    }

    private List<GatewaySocket> Matching(DiscordBot? bot) => [.. _sockets.Where(s => bot is null || s.Session?.Bot == bot)];
}
