using System.Data.Common;
using Quartz.Impl.AdoJobStore;

namespace OpenClaw.Portal.Jobs;

/// <summary>
/// SQLite's dialect for Quartz. Quartz's own takes its locks in the memory of one process and refuses to share the file; with this one the
/// file's own lock decides: the driver begins every transaction with the right to write (<c>BEGIN IMMEDIATE</c>), so there is one at a time,
/// whichever process it is of. Jobs are few, so nobody waits long.
/// </summary>
internal sealed class SharedSqliteDelegate : StdAdoDelegate
{
    private const string Skip = "pageSkip";
    private const string Take = "pageTake";

    protected override string SchemaResourceName => "Quartz.Impl.AdoJobStore.Schema.create_sqlite.sql";

    protected override string ApplyPaging(string sql, bool takeLimited) => $"{sql} LIMIT {(takeLimited ? "@" + Take : "-1")} OFFSET @{Skip}";

    protected override void AddPagingParameters(DbCommand cmd, int skip, int take, bool takeLimited)
    {
        if (takeLimited) AddCommandParameter(cmd, Take, take, null, null);
        AddCommandParameter(cmd, Skip, skip, null, null);
    }

    protected override SqlRowLimit GetRowLimit(int count) => SqlRowLimit.AtStatementEnd("LIMIT", count);
}
