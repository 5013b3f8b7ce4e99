using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Agents.Socket;

internal sealed partial class AgentConnection
{
    [LoggerMessage(5201, LogLevel.Information, "A process of agent {Agent} of tenant {Tenant} is ready (connection {Connection}, capacity {Capacity})")]
    private static partial void LogReady(ILogger logger, Guid tenant, Guid agent, Guid connection, int capacity);

    [LoggerMessage(5202, LogLevel.Information, "A process of agent {Agent} of tenant {Tenant} is gone (connection {Connection}): {Why}")]
    private static partial void LogGone(ILogger logger, Guid tenant, Guid agent, Guid connection, string why);

    [LoggerMessage(5203, LogLevel.Error, "The connection of a process of agent {Agent} of tenant {Tenant} failed inside the gateway")]
    private static partial void LogFault(ILogger logger, Exception exception, Guid tenant, Guid agent);
}
