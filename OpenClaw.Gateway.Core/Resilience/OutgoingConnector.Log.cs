using System.Net;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Resilience;

public sealed partial class OutgoingConnector
{
    [LoggerMessage(2101, LogLevel.Warning, "Refused a connection to {Host}:{Port} ({Address}): not public, and Security:PrivateHosts does not open it")]
    private partial void LogRefused(string host, int port, IPAddress address);

    [LoggerMessage(2102, LogLevel.Debug, "No connection to {Address}:{Port} ({Reason}); trying the host's next address")]
    private partial void LogNextAddress(IPAddress address, int port, string reason);
}
