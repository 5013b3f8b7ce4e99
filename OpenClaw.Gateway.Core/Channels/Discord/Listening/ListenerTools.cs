using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Channels.Discord.Mapping;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>What every connection works with.</summary>
internal sealed record ListenerTools(DiscordBots Bots, GatewaySockets Sockets, InteractionMapper Interactions, FileFetcher Files, TimeProvider Time, ILogger<DiscordConnector> Log)
{
    /// <summary>0 to 1: spreads what many would do at once.</summary>
    public Func<double> Chance { get; init; } = static () => System.Security.Cryptography.RandomNumberGenerator.GetInt32(1_001) / 1_000.0;
}
