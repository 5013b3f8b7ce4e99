using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Routing;

internal sealed partial class Router
{
    /// <summary>What a decision says when expressions were left untried.</summary>
    internal const string CutShort = "The regular expressions of the rules needed more work than one message may cost: some were not tried to the end.";

    [LoggerMessage(1401, LogLevel.Warning, "The regular expressions of version {Version} of tenant {Tenant}'s rules needed more work than a message of channel {Channel} may cost; some were not tried to the end")]
    private partial void LogCutShort(Guid tenant, Guid channel, int version);
}
