using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Channels.Connections;

internal sealed partial class ChannelOwner
{
    [LoggerMessage(2101, LogLevel.Information, "Channel {Channel} ({Kind}) of tenant {Tenant} is connected")]
    private static partial void LogConnected(ILogger log, Guid tenant, Guid channel, string kind);

    [LoggerMessage(2102, LogLevel.Warning, "The connection of channel {Channel} ({Kind}) of tenant {Tenant} broke (generation {Generation})")]
    private static partial void LogBroke(ILogger log, Exception cause, Guid tenant, Guid channel, string kind, long generation);

    [LoggerMessage(2103, LogLevel.Information, "Channel {Channel} ({Kind}) of tenant {Tenant} is not connected ({Cause}); the next try is due at {Next}")]
    private static partial void LogRetries(ILogger log, Guid tenant, Guid channel, string kind, string cause, DateTimeOffset next);

    [LoggerMessage(2104, LogLevel.Error, "Channel {Channel} ({Kind}) of tenant {Tenant} cannot connect ({Cause}) and waits for somebody to change it, until {Next}")]
    private static partial void LogFailed(ILogger log, Guid tenant, Guid channel, string kind, string cause, DateTimeOffset next);

    [LoggerMessage(2105, LogLevel.Warning, "The gaps of channel {Channel} of tenant {Tenant} could not be read or written")]
    private static partial void LogGapNotNoted(ILogger log, Exception cause, Guid tenant, Guid channel);
}
