using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Tenancy;
using OpenClaw.Storage.SqlServer.Care;
using OpenClaw.Storage.SqlServer.Journal;
using OpenClaw.Storage.SqlServer.Schema;
using OpenClaw.Storage.SqlServer.Search;
using IDatabase = OpenClaw.Gateway.Core.Storage.IDatabase;

namespace OpenClaw.Storage.SqlServer;

/// <summary>
/// Microsoft SQL Server 2019 or later, or Azure SQL Database. Commits wait for the log on disk; readers see the state before a writer (READ_COMMITTED_SNAPSHOT)
/// and so neither waits for the other. No statement is tried again by itself but the journal's after a deadlock: what became of a commit whose connection
/// broke is asked, not guessed, and a page that fails is loaded again by who reads it.
/// </summary>
public sealed partial class SqlServerDatabase : IDatabase, IDisposable
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(5);
    private readonly string _connectionString;
    private readonly SqlConnectionStringBuilder _settings;
    private readonly TimeProvider _time;
    private volatile SqlServerClaim? _claim;

    /// <summary>Nothing is opened yet.</summary>
    public SqlServerDatabase(string connectionString, TimeProvider time)
    {
        _time = time;
        _settings = new(connectionString) { MultipleActiveResultSets = false, ApplicationName = "OpenClaw Gateway" };
        _connectionString = _settings.ConnectionString;
    }

    /// <inheritdoc />
    public string Name => "SqlServer";

    /// <inheritdoc />
    public IWriteGate Gate { get; } = new OpenGate();

    /// <inheritdoc />
    public string Remedy => $"See that SQL Server at '{_settings.DataSource}' runs, that its disks have room and that '{_settings.InitialCatalog}' takes writes";

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Shape(options.UseSqlServer(_connectionString, Provider));
    }

    /// <inheritdoc />
    public IDisposable? Claim()
    {
        try
        {
            return _claim = new(OpenForClaim, given => Interlocked.CompareExchange(ref _claim, null, given));
        }
        catch (SqlException e)
        {
            throw SqlServerFaults.Told(e, _settings);
        }
    }

    /// <inheritdoc />
    public IJournalWriter OpenJournal()
    {
        _claim?.Ensure();
        var connection = Open();
        try
        {
            return new SqlServerJournalWriter(connection, OnConnection(connection));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public IArchiveSearch OpenArchiveSearch(ILogger log) => new SqlServerArchiveSearch(OpenAsync, log);

    /// <inheritdoc />
    public bool IsEntryAtFault(Exception failure) => SqlServerFaults.IsEntryAtFault(failure);

    /// <summary>Watches that the database is still this process's own. The server cares for the rest by itself.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchEvery, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            if (_claim is { } claim) await Task.Run(claim.Ensure, cancellationToken);
    }

    /// <inheritdoc />
    public Task<string?> ScrubAsync(CancellationToken cancellationToken) => SqlServerScrubber.RunAsync(OpenAsync, cancellationToken);

    /// <inheritdoc />
    public Task OptimizeAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return SqlServerUpkeep.RunAsync(OpenAsync, progress, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _claim?.Dispose();

    /// <summary>Rows as objects in a transaction that the journal has begun by itself.</summary>
    internal GatewayDbContext OnConnection(SqlConnection connection)
    {
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        Shape(options.UseSqlServer(connection, Provider));
        var rows = new GatewayDbContext(options.Options, TenantScope.System, Gate);
        rows.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        rows.Database.AutoSavepointsEnabled = false;
        return rows;
    }

    /// <summary>The provider's own strategy wraps what says that the server is away into another exception, and whoever expects a database's would miss it.</summary>
    private static void Provider(SqlServerDbContextOptionsBuilder provider) => provider
        .ExecutionStrategy(dependencies => new Microsoft.EntityFrameworkCore.Storage.NonRetryingExecutionStrategy(dependencies))
        .MigrationsAssembly(typeof(SqlServerDatabase).Assembly.GetName().Name)
        .UseCompatibilityLevel(SqlServerStart.CompatibilityLevel);

    private static void Shape(DbContextOptionsBuilder options) =>
        options.ReplaceService<IModelCustomizer, SqlServerModel>().AddInterceptors(LikeAsElsewhere.Instance);

    /// <summary>A connection of one's own: one that broke must not be found again in the pool.</summary>
    private SqlConnection Open()
    {
        var connection = Unpooled();
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task<SqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>No retries below us: the driver would make the connection anew, without the lock or the settings that it had.</summary>
    private SqlConnection Unpooled() => new(new SqlConnectionStringBuilder(_connectionString) { Pooling = false, ConnectRetryCount = 0 }.ConnectionString);

    private SqlConnection OpenForClaim()
    {
        SqlConnection connection;
        try
        {
            connection = Open();
        }
        catch (SqlException e) when (SqlServerFaults.IsMissingDatabase(e) && _claim is null && TryCreate())
        {
            connection = Open();
        }

        try
        {
            SqlServerStart.Check(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the database where the server has none of that name and the login may. False: it is there, and not for this login.</summary>
    private bool TryCreate()
    {
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        Configure(options);
        using var db = new GatewayDbContext(options.Options, TenantScope.System, Gate);
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (creator.Exists()) return false;
        creator.Create();
        return true;
    }
}
