using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Channels.Connections;

internal sealed partial class ChannelOwner
{
    [LoggerMessage(4801, LogLevel.Information, "Channel {Channel} ({Kind}) of tenant {Tenant} is connected")]
    private static partial void LogConnected(ILogger log, Guid tenant, Guid channel, string kind);

    [LoggerMessage(4802, LogLevel.Warning, "The connection of channel {Channel} ({Kind}) of tenant {Tenant} broke (generation {Generation})")]
    private static partial void LogBroke(ILogger log, Exception cause, Guid tenant, Guid channel, string kind, long generation);

    [LoggerMessage(4803, LogLevel.Information, "Channel {Channel} ({Kind}) of tenant {Tenant} is not connected ({Cause}); the next try is due at {Next}")]
    private static partial void LogRetries(ILogger log, Guid tenant, Guid channel, string kind, string cause, DateTimeOffset next);

    [LoggerMessage(4804, LogLevel.Error, "Channel {Channel} ({Kind}) of tenant {Tenant} cannot connect ({Cause}) and waits for somebody to change it, until {Next}")]
    private static partial void LogFailed(ILogger log, Guid tenant, Guid channel, string kind, string cause, DateTimeOffset next);

    [LoggerMessage(4805, LogLevel.Warning, "The gaps of channel {Channel} of tenant {Tenant} could not be read or written")]
    private static partial void LogGapNotNoted(ILogger log, Exception cause, Guid tenant, Guid channel);
}
