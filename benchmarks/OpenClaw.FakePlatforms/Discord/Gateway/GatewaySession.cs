using System.Text;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>
/// What outlives a connection: the sequence of events and those that can be sent again. All under the lock of the world.
/// </summary>
internal sealed class GatewaySession(string id, DiscordBot bot, Intents intents, int shard, int shards, int replay)
{
    private readonly Queue<(long Sequence, byte[] Frame)> _past = new();
    private byte[]? _held;

    public string Id { get; } = id;

    public DiscordBot Bot { get; } = bot;

    public Intents Intents { get; } = intents;

    public int Shard { get; } = shard;

    public int Shards { get; } = shards;

    public long Sequence { get; private set; }

    /// <summary>The connection that it is read on now.</summary>
    public GatewaySocket? Socket { get; set; }

    /// <summary>When its connection went.</summary>
    public DateTimeOffset? LeftAt { get; set; }

    /// <summary>How many coming events are sent twice.</summary>
    public int Twice { get; set; }

    /// <summary>How many coming events are lost on the way; a resume brings them.</summary>
    public int Lost { get; set; }

    /// <summary>The next event arrives after the one that follows it.</summary>
    public bool Swap { get; set; }

    public bool Has(ulong? guild) => guild is { } number ? (int)((number >> 22) % (ulong)Shards) == Shard : Shard == 0;

    /// <param name="type">The event's name.</param>
    /// <param name="data">Its JSON, which goes out as it is.</param>
    public void Dispatch(string type, string data)
    {
        var frame = Encoding.UTF8.GetBytes($$"""{"t":"{{type}}","s":{{++Sequence}},"op":0,"d":{{data}}}""");
        _past.Enqueue((Sequence, frame));
        while (_past.Count > replay) _past.Dequeue();
        if (Socket is null) return;
        if (Lost > 0)
        {
            Lost--;
            return;
        }

        if (Swap && _held is null)
        {
            _held = frame;
            return;
        }

        Socket.Send(frame);
        if (Twice > 0)
        {
            Twice--;
            Socket.Send(frame);
        }

        if (_held is not { } late) return;
        Socket.Send(late);
        (_held, Swap) = (null, false);
    }

    /// <summary>Sends again what came after that event; false: that is too long ago.</summary>
    public bool TryReplay(long after, GatewaySocket socket)
    {
        if (after < Sequence - _past.Count) return false;
        foreach (var (_, frame) in _past.Where(p => p.Sequence > after)) socket.Send(frame);
        _held = null;
        return true;
    }
}
