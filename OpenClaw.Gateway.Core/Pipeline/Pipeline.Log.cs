using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Pipeline;

internal sealed partial class Pipeline
{
    [LoggerMessage(1201, LogLevel.Warning, "Message {Message} of tenant {Tenant}, channel {Channel}, session {Session} became a dead letter at stage {Stage}: {Cause}")]
    private partial void LogDead(Guid tenant, Guid channel, Guid session, Guid message, string stage, string cause);

    [LoggerMessage(1202, LogLevel.Error, "Handling message {Message} of tenant {Tenant}, channel {Channel}, session {Session} failed")]
    private partial void LogFault(Exception cause, Guid tenant, Guid channel, Guid session, Guid message);

    [LoggerMessage(1204, LogLevel.Debug, "Message {Message} of tenant {Tenant}, channel {Channel}, session {Session} is concluded: {State}, agent {Agent}")]
    private partial void LogConcluded(Guid tenant, Guid channel, Guid session, Guid message, Abstractions.MessageState state, Guid agent);

    [LoggerMessage(1203, LogLevel.Error, "The database refused the conclusion of message {Message} of tenant {Tenant}, channel {Channel}, session {Session}; it is handled again at the next start")]
    private partial void LogNotConcluded(Exception cause, Guid tenant, Guid channel, Guid session, Guid? message);
}
