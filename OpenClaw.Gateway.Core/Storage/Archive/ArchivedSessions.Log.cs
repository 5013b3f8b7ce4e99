using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Storage.Archive;

internal sealed partial class ArchivedSessions
{
    [LoggerMessage(2411, LogLevel.Information, "Session {Session} of tenant {Tenant}, channel {Channel} is restored from the archive: {Messages} messages")]
    private partial void LogRestored(Guid tenant, Guid channel, Guid session, long messages);

    [LoggerMessage(2412, LogLevel.Error, "The transcript of session {Session} of tenant {Tenant}, channel {Channel} cannot be read")]
    private partial void LogFault(Exception cause, Guid tenant, Guid channel, Guid session);

    [LoggerMessage(2413, LogLevel.Warning, "The unused transcript {File} of tenant {Tenant} could not be deleted; it goes with a later run")]
    private partial void LogLeftOver(Exception cause, Guid tenant, Guid file);

    [LoggerMessage(2414, LogLevel.Information, "Session {Session} of tenant {Tenant}, channel {Channel} is deleted from the archive: {Messages} messages")]
    private partial void LogDeleted(Guid tenant, Guid channel, Guid session, long messages);

    [LoggerMessage(2415, LogLevel.Information, "The transcript of session {Session} of tenant {Tenant}, channel {Channel} is rewritten: {Messages} messages")]
    private partial void LogRewritten(Guid tenant, Guid channel, Guid session, long messages);
}
