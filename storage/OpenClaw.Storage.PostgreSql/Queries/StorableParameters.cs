using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OpenClaw.Storage.PostgreSql.Queries;

/// <summary>Makes the texts among EF's parameters storable (<see cref="PostgreSqlText"/>): those that are saved, and those that are looked for.</summary>
internal sealed class StorableParameters : DbCommandInterceptor
{
    public static StorableParameters Instance { get; } = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Mend(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Mend(command);
        return new(result);
    }

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        Mend(command);
        return result;
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        Mend(command);
        return new(result);
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Mend(command);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Mend(command);
        return new(result);
    }

    private static void Mend(DbCommand command)
    {
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.Value is string text)
            {
                var storable = PostgreSqlText.Storable(text);
                if (!ReferenceEquals(storable, text)) parameter.Value = storable;
            }
            else if (parameter.Value is IEnumerable<string?> texts && texts.Any(t => t is not null && !ReferenceEquals(PostgreSqlText.Storable(t), t)))
            {
                parameter.Value = texts.Select(t => t is null ? null : PostgreSqlText.Storable(t)).ToArray();
            }
        }
    }
}
