using Microsoft.Extensions.Logging;

namespace OpenClaw.Storage.PostgreSql.Search;

internal sealed partial class PostgreSqlArchiveSearch
{
    [LoggerMessage(2403, LogLevel.Warning, "Session {Session} was indexed with another text: the index of archived conversations begins anew and is filled again from the transcripts")]
    private partial void LogOtherText(Guid session);
}
