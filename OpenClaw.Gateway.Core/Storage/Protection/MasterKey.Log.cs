using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Storage.Protection;

internal sealed partial class MasterKey
{
    [LoggerMessage(2501, LogLevel.Information, "Made the master key {File}. Keep a copy apart from the back-ups: without it saved secrets cannot be read")]
    private static partial void LogMade(ILogger logger, string file);

    [LoggerMessage(2502, LogLevel.Information, "Another process has made the master key {File}; it is used")]
    private static partial void LogFound(ILogger logger, string file);
}
