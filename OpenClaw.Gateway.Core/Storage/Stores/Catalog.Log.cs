using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Storage.Stores;

internal sealed partial class Catalog
{
    [LoggerMessage(2201, LogLevel.Error, "The secret {Name} of {Owner} (tenant {Tenant}) cannot be read and counts as not set. Set it anew, or put the former Security:MasterKey back")]
    private static partial void LogUnreadable(ILogger logger, Exception fault, string name, Guid owner, Guid tenant);

    [LoggerMessage(2202, LogLevel.Warning, "The configuration could not be read again when a rotated secret ended; tried again in a minute")]
    private static partial void LogExpiryFailed(ILogger logger, Exception fault);
}
