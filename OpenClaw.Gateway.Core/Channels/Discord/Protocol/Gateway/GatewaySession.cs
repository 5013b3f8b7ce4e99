using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

/// <summary>A session with the gateway that can be resumed. What comes after <paramref name="Sequence"/> is sent again then.</summary>
/// <param name="Id">Discord's id of it.</param>
/// <param name="ResumeUrl">Where it is resumed.</param>
/// <param name="Sequence">The last event that needs not come again.</param>
internal sealed record GatewaySession(string Id, Uri ResumeUrl, long Sequence);

/// <summary>Who connects, and as what.</summary>
/// <param name="Token">The bot's.</param>
/// <param name="Intents">What events it wants.</param>
/// <param name="Shard">Which shard, from 0.</param>
/// <param name="Shards">Of how many.</param>
internal sealed record GatewayLogin(string Token, int Intents, int Shard, int Shards)
{
    /// <summary>Servers, messages there, direct messages, and what the messages say.</summary>
    public const int NeededIntents = (1 << 0) | (1 << 9) | (1 << 12) | (1 << 15);

    /// <summary>Says which shard, not the token.</summary>
    public override string ToString() => $"shard {Shard} of {Shards}";
}

/// <summary>What a connection tells. Called one after the other, by its reader; must be quick and must not throw.</summary>
internal interface IGatewayEvents
{
    /// <summary>Whether the content of events of that name is wanted.</summary>
    bool Needs(string type);

    /// <summary>A new session began.</summary>
    void Ready(JsonElement ready);

    /// <summary>The session goes on: what was missed has been sent.</summary>
    void Resumed();

    /// <summary>An event that is wanted. False when there is no room: it comes again after a resume.</summary>
    bool Take(string type, long sequence, ReadOnlyMemory<byte> content);

    /// <summary>An event that nobody wants.</summary>
    void Passed(string? type, long sequence);

    /// <summary>A heartbeat was acknowledged.</summary>
    void Alive();
}

/// <summary>Keeps what is sent to the gateway within 120 in 60 seconds.</summary>
internal sealed class SendLimit(TimeProvider time)
{
    private const int Most = 115;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private DateTimeOffset _since;
    private int _count;

    /// <summary>True when one more may go.</summary>
    public bool TryTake()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (now - _since >= Window) (_since, _count) = (now, 0);
            if (_count >= Most) return false;
            _count++;
            return true;
        }
    }
}
