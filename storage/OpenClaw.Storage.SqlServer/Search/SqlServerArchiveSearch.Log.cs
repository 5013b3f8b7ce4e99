using Microsoft.Extensions.Logging;

namespace OpenClaw.Storage.SqlServer.Search;

internal sealed partial class SqlServerArchiveSearch
{
    [LoggerMessage(2461, LogLevel.Information, "Archived conversations are searched with SQL Server's full-text index: {FullText}")]
    private partial void LogStarted(bool fullText);

    [LoggerMessage(2462, LogLevel.Warning, "SQL Server's full-text index of archived conversations cannot be used; they are searched without it, which is slower")]
    private partial void LogNoFullText(Exception cause);

    [LoggerMessage(2423, LogLevel.Warning, "Session {Session} was indexed with another text: the index of archived conversations begins anew and is filled again from the transcripts")]
    private partial void LogOtherText(Guid session);
}
