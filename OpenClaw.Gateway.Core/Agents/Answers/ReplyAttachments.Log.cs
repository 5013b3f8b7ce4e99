using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Agents.Answers;

internal sealed partial class ReplyAttachments
{
    [LoggerMessage(5301, LogLevel.Error, "An attachment from {Host} was not fetched; tenant {Tenant}, agent {Agent}, session {Session}, message {Message}")]
    private partial void LogNotFetched(Exception exception, string host, Guid tenant, Guid agent, Guid session, Guid message);
}
