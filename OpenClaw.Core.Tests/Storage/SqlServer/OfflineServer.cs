using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Tenancy;
using OpenClaw.Storage.SqlServer;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>SQL Server's provider without a server: connections open to nothing, commands are kept and answered with no rows.</summary>
internal sealed class OfflineServer
{
    private readonly Commands _commands = new();

    /// <summary>What was sent since it was last asked.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (_commands.Sent)
        {
            var sent = _commands.Sent.ToList();
            _commands.Sent.Clear();
            return sent;
        }
    }

    public GatewayDbContext Open()
    {
        using var database = new SqlServerDatabase("Server=localhost;Database=none", TimeProvider.System);
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        database.Configure(options);
        options.AddInterceptors(_commands, new Connections());
        return new(options.Options, TenantScope.System, database.Gate);
    }

    private sealed class Connections : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => InterceptionResult.Suppress();

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            new(InterceptionResult.Suppress());

        public override ValueTask<InterceptionResult> ConnectionClosingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => new(InterceptionResult.Suppress());

        public override InterceptionResult ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => InterceptionResult.Suppress();
    }

    private sealed class Commands : DbCommandInterceptor
    {
        public List<string> Sent { get; } = [];

        public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            Keep(command);
            return InterceptionResult<DbDataReader>.SuppressWithResult(new DataTable().CreateDataReader());
        }

        public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        {
            Keep(command);
            return InterceptionResult<int>.SuppressWithResult(0);
        }

        public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
        {
            Keep(command);
            return InterceptionResult<object>.SuppressWithResult(0);
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) => new(ReaderExecuting(command, eventData, result));

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => new(NonQueryExecuting(command, eventData, result));

        private void Keep(DbCommand command)
        {
            lock (Sent) Sent.Add(command.CommandText);
        }
    }
}
