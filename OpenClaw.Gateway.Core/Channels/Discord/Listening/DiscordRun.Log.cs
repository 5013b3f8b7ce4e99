using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

internal sealed partial class DiscordRun
{
    [LoggerMessage(4711, LogLevel.Debug, "Discord channel {Channel} of tenant {Tenant}: shard {Shard} ended, next {Next} ({Detail})")]
    private static partial void LogEnded(ILogger log, Guid tenant, Guid channel, int shard, GatewayNext next, string detail);

    [LoggerMessage(4712, LogLevel.Debug, "Discord channel {Channel} of tenant {Tenant}: shard {Shard} of {Shards} is live")]
    private static partial void LogLive(ILogger log, Guid tenant, Guid channel, int shard, int shards);

    [LoggerMessage(4713, LogLevel.Warning, "Discord channel {Channel} of tenant {Tenant}: an event could not be handled (attempt {Attempt})")]
    private static partial void LogNotHandled(ILogger log, Exception cause, Guid tenant, Guid channel, int attempt);

    [LoggerMessage(4714, LogLevel.Warning, "Discord channel {Channel} of tenant {Tenant}: how far it is could not be written")]
    private static partial void LogNotSaved(ILogger log, Exception cause, Guid tenant, Guid channel);

    [LoggerMessage(4715, LogLevel.Warning, "Discord channel {Channel} of tenant {Tenant}: the commands could not be registered")]
    private static partial void LogNotRegistered(ILogger log, Exception cause, Guid tenant, Guid channel);

    [LoggerMessage(4716, LogLevel.Debug, "Discord channel {Channel} of tenant {Tenant}: somebody could not be told why nothing was taken")]
    private static partial void LogNotTold(ILogger log, Exception cause, Guid tenant, Guid channel);

    [LoggerMessage(4717, LogLevel.Warning, "Discord channel {Channel} of tenant {Tenant}: what follows a connection failed")]
    private static partial void LogFailed(ILogger log, Exception cause, Guid tenant, Guid channel);
}
