using Microsoft.Data.SqlClient;

namespace OpenClaw.Storage.SqlServer.Care;

/// <summary>
/// SQL Server leaves the bytes of deleted rows on its pages until something is written over them. A procedure of its own overwrites them while others write;
/// it needs a user of db_owner. The transaction log and the back-ups are the operator's.
/// </summary>
internal static class SqlServerScrubber
{
    /// <summary>Cleans the database's data files; the name is a parameter of the procedure.</summary>
    public const string Clean = "DECLARE @name sysname = DB_NAME(); EXEC sp_clean_db_free_space @dbname = @name;";

    /// <summary>Null when the pages hold nothing of it any more. (The log's room is used again, and docs/operations/sqlserver.md says when.)</summary>
    public static async Task<string?> RunAsync(Func<CancellationToken, Task<SqlConnection>> open, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await open(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = Clean;
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (SqlException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (SqlException e)
        {
            return $"The rows are deleted, but SQL Server did not overwrite the unused room on its pages ({e.Message.TrimEnd('.')}): a user of db_owner can run EXEC sp_clean_db_free_space. Its transaction log and the back-ups made before hold them too.";
        }
    }
}
