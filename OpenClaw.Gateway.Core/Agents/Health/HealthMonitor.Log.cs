using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Agents.Health;

internal sealed partial class HealthMonitor
{
    [LoggerMessage(1321, LogLevel.Warning, "Agent {Agent} of tenant {Tenant} is not well: {Detail}")]
    private partial void LogUnwell(Guid tenant, Guid agent, string detail);

    [LoggerMessage(1322, LogLevel.Information, "Agent {Agent} of tenant {Tenant} is well again")]
    private partial void LogWell(Guid tenant, Guid agent);

    [LoggerMessage(1323, LogLevel.Error, "The check of agent {Agent} of tenant {Tenant} failed in the gateway itself")]
    private partial void LogFault(Exception fault, Guid tenant, Guid agent);
}
