using Microsoft.Extensions.Logging;

namespace OpenClaw.Storage.Sqlite.Search;

internal sealed partial class SqliteArchiveSearch
{
    [LoggerMessage(2451, LogLevel.Warning, "The index of archived conversations ({File}) could not be read and begins anew; it is filled again from the transcripts")]
    private partial void LogUnreadable(Exception cause, string file);

    [LoggerMessage(2452, LogLevel.Warning, "Session {Session} was indexed with another text: the index of archived conversations begins anew, so that no word of it stays, and is filled again from the transcripts")]
    private partial void LogOtherText(Guid session);
}
