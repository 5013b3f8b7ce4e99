using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Mapping;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord;

/// <summary>What listener and sender of one channel share: the bot's API with its rate limits, and what is known of it. Lives until its token changes.</summary>
internal sealed class DiscordBot
{
    private readonly TaskCompletionSource<DiscordException> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DiscordBot(Guid channel, Uri baseUrl, string token, DiscordApi api, TimeProvider time)
    {
        (Channel, BaseUrl, Token, Api) = (channel, baseUrl, token, api);
        Id = DiscordSettings.BotOf(token);
        Application = Id;
        Fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{baseUrl} {token}")).AsSpan(0, 8));
        Gate = new(time);
        Places = new(api, time);
        Interactions = new(time);
    }

    public Guid Channel { get; }
    public Uri BaseUrl { get; }
    public string Token { get; }
    public DiscordApi Api { get; }

    /// <summary>Tells a token from another without holding it: what is remembered of one is no good for the other.</summary>
    public string Fingerprint { get; }

    /// <summary>The bot's user; from READY, before that from the token.</summary>
    public ulong Id { get; set; }

    /// <summary>Its application: as a rule the same number.</summary>
    public ulong Application { get; set; }

    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>READY or RESUMED came on every shard, and none has ended since.</summary>
    public bool IsReady { get; set; }

    /// <summary>What Discord last said of its gateway.</summary>
    public GatewayInfo? Gateway { get; set; }

    /// <summary>Completes when Discord refuses the token in a call.</summary>
    public Task<DiscordException> Refused => _refused.Task;

    public IdentifyGate Gate { get; }
    public Places Places { get; }
    public InteractionBook Interactions { get; }

    /// <summary>A call met a token that is refused: nothing more is sent by it.</summary>
    public void Refuse(DiscordException refusal)
    {
        IsReady = false;
        _refused.TrySetResult(refusal);
    }

    /// <summary>Says which channel, not the token.</summary>
    public override string ToString() => $"bot of channel {Channel}";
}
