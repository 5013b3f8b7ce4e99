using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Agents;

internal sealed partial class RegisteredAgent
{
    [LoggerMessage(5101, LogLevel.Error, "Asking agent {Agent} of tenant {Tenant} failed inside the gateway; session {Session}, message {Message}")]
    private static partial void LogFault(ILogger logger, Exception exception, Guid tenant, Guid agent, Guid session, Guid message);
}
