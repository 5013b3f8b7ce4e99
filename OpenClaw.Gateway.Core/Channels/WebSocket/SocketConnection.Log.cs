using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <content>Logs.</content>
internal sealed partial class SocketConnection
{
    [LoggerMessage(4001, LogLevel.Debug, "A socket of tenant {Tenant}, channel {Channel}, session {Session} ended without a close: {Reason}")]
    private static partial void LogGone(ILogger logger, Guid tenant, Guid channel, Guid session, string reason);

    [LoggerMessage(4002, LogLevel.Error, "A socket of tenant {Tenant}, channel {Channel}, session {Session} failed and is closed")]
    private static partial void LogBroken(ILogger logger, Guid tenant, Guid channel, Guid session, Exception exception);

    [LoggerMessage(4003, LogLevel.Information, "A socket of tenant {Tenant}, channel {Channel}, session {Session} is closed after too many bad frames")]
    private static partial void LogBadFrames(ILogger logger, Guid tenant, Guid channel, Guid session);

    [LoggerMessage(4004, LogLevel.Debug, "A socket of tenant {Tenant}, channel {Channel} is dropped: {Cause}")]
    private static partial void LogDropped(ILogger logger, Guid tenant, Guid channel, DropCause cause);

    [LoggerMessage(4005, LogLevel.Warning, "A socket of tenant {Tenant}, channel {Channel} is dropped: {Cause}")]
    private static partial void LogDropped(ILogger logger, Guid tenant, Guid channel, DropCause cause, Exception exception);

    [LoggerMessage(4006, LogLevel.Warning, "A socket of tenant {Tenant}, channel {Channel}, session {Session} is closed with messages that were not yet stored")]
    private static partial void LogUnsettled(ILogger logger, Guid tenant, Guid channel, Guid session);
}
