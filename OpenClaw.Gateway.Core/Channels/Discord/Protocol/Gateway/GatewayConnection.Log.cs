using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

internal sealed partial class GatewayConnection
{
    [LoggerMessage(4701, LogLevel.Debug, "Discord shard {Shard}: the connection could not be closed in good order ({Reason})")]
    private partial void LogNotClosed(int shard, string reason);

    [LoggerMessage(4702, LogLevel.Debug, "Discord shard {Shard}: a frame was ignored ({Reason})")]
    private partial void LogIgnored(int shard, string reason);

    [LoggerMessage(4703, LogLevel.Warning, "Discord shard {Shard}: a frame was held back, as Discord allows 120 a minute")]
    private partial void LogHeldBack(int shard);

    [LoggerMessage(4704, LogLevel.Debug, "Discord shard {Shard}: a frame was not sent ({Reason})")]
    private partial void LogNotSent(int shard, string reason);
}
