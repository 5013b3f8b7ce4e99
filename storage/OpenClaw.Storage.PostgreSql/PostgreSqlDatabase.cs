using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Tenancy;
using OpenClaw.Storage.PostgreSql.Journal;
using OpenClaw.Storage.PostgreSql.Queries;
using OpenClaw.Storage.PostgreSql.Search;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace OpenClaw.Storage.PostgreSql;

/// <summary>PostgreSQL 13 or newer. EF and the archive's index share a pool of connections; the journal and the claim have one each of their own.</summary>
public sealed class PostgreSqlDatabase : IDatabase, IDisposable
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(2);
    private readonly PostgreSqlConnections _connections;
    private readonly TimeProvider _time;
    private PostgreSqlClaim? _claim;
    private int _journalProcess;

    /// <summary>Nothing is opened yet.</summary>
    public PostgreSqlDatabase(string connectionString, TimeProvider time)
    {
        (_connections, _time) = (new(connectionString), time);
    }

    /// <inheritdoc />
    public string Name => "PostgreSql";

    /// <inheritdoc />
    public IWriteGate Gate { get; } = new OpenGate();

    /// <inheritdoc />
    public string Remedy => "See that the server runs, can be reached, has disk space and is no read-only stand-by";

    /// <inheritdoc />
    public string? ScrubLimit =>
        "PostgreSQL frees the room of deleted rows but does not overwrite it: bytes of them stay in the server's files until new rows take their place, in its write-ahead log until that is recycled, and in stand-bys and back-ups until those are.";

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseNpgsql(_connections.Pooled, provider => AsItIs(provider).MigrationsAssembly(typeof(PostgreSqlDatabase).Assembly.GetName().Name))
            .AddInterceptors(StorableParameters.Instance, LikeAsElsewhere.Instance);
    }

    /// <inheritdoc />
    public IDisposable? Claim()
    {
        var claim = new PostgreSqlClaim(_connections, () => _claim = null);
        claim.Take();
        return _claim = claim;
    }

    /// <inheritdoc />
    public IJournalWriter OpenJournal()
    {
        _claim?.Ensure();
        var connection = _connections.OpenJournal();
        GatewayDbContext? rows = null;
        try
        {
            JournalSettings.ApplyTo(connection);
            EndFormer(connection);
            rows = OnConnection(connection);
            var writer = new PostgreSqlJournalWriter(connection, rows);
            _journalProcess = connection.ProcessID;
            return writer;
        }
        catch
        {
            rows?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public IArchiveSearch OpenArchiveSearch(ILogger log) => new PostgreSqlArchiveSearch(_connections.Pooled, log);

    /// <inheritdoc />
    public bool IsEntryAtFault(Exception failure) => PostgreSqlFaults.IsEntryAtFault(failure);

    /// <inheritdoc />
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchEvery, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (_claim is not { } claim) continue;
            try
            {
                await Task.Run(claim.Ensure, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // the server is away; the journal says so, and both try again
            }
        }
    }

    /// <inheritdoc />
    public Task<string?> ScrubAsync(CancellationToken cancellationToken) => PostgreSqlUpkeep.FreeAsync(_connections, cancellationToken);

    /// <inheritdoc />
    public Task OptimizeAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return PostgreSqlUpkeep.RunAsync(_connections, progress, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _connections.ClearPool();

    /// <summary>What the journal's last connection left running, as the network lost it, would hold its rows until the server noticed.</summary>
    private void EndFormer(NpgsqlConnection connection)
    {
        if (_journalProcess == 0) return;
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2 AND datname = current_database()";
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _journalProcess });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = PostgreSqlConnections.JournalApplication });
        command.ExecuteNonQuery();
        _journalProcess = 0;
    }

    /// <summary>Rows as objects in a transaction that the journal has begun by itself.</summary>
    private GatewayDbContext OnConnection(NpgsqlConnection connection)
    {
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        options.UseNpgsql(connection, provider => AsItIs(provider)).AddInterceptors(StorableParameters.Instance, LikeAsElsewhere.Instance);
        var rows = new GatewayDbContext(options.Options, TenantScope.System, Gate);
        rows.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        return rows;
    }

    /// <summary>The provider's own strategy wraps what says that the server is away into another exception, and whoever expects a database's would miss it.</summary>
    private static NpgsqlDbContextOptionsBuilder AsItIs(NpgsqlDbContextOptionsBuilder provider) => provider.ExecutionStrategy(dependencies => new Microsoft.EntityFrameworkCore.Storage.NonRetryingExecutionStrategy(dependencies));
}
