using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Tenancy;
using OpenClaw.Storage.Sqlite.Search;
using SQLitePCL;

namespace OpenClaw.Storage.Sqlite;

/// <summary>
/// SQLite in WAL mode with <c>synchronous=FULL</c>: a committed transaction survives a power cut. One writer at a time through
/// <see cref="Gate"/>. Checkpoints run on their own connection, so that no commit waits for one.
/// </summary>
public sealed class SqliteDatabase : IDatabase, IDisposable
{
    private const long RestartAboveBytes = 128 * 1024 * 1024;
    private const long WorthTruncatingBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMilliseconds(200);
    private readonly TimeProvider _time;
    private readonly SqliteWriteGate _gate = new();
    private readonly string _connectionString;
    private readonly SqliteScrubber _scrubber;

    /// <summary>The file is made, with its folder, when it is first opened.</summary>
    public SqliteDatabase(string connectionString, TimeProvider time)
    {
        _time = time;
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, DefaultTimeout = 30 };
        _connectionString = builder.ConnectionString;
        DataSource = Path.GetFullPath(builder.DataSource);
        Directory.CreateDirectory(Path.GetDirectoryName(DataSource)!);
        _scrubber = new(DataSource, Open, _gate);
    }

    /// <inheritdoc />
    public string Name => "Sqlite";

    /// <summary>The database file.</summary>
    public string DataSource { get; }

    /// <summary>Other SQLite files of the installation: a back-up covers those that are there.</summary>
    public IReadOnlyList<string> Companions { get; init; } = [];

    /// <inheritdoc />
    public IWriteGate Gate => _gate;

    /// <summary>The index of the archive: a file of its own, so that its writes take no turn of the journal's.</summary>
    private string SearchFile => Path.Combine(Path.GetDirectoryName(DataSource)!, "search.db");

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseSqlite(_connectionString, sqlite => sqlite.MigrationsAssembly(typeof(SqliteDatabase).Assembly.GetName().Name))
            .AddInterceptors(SqliteConnectionSettings.Instance);
    }

    /// <inheritdoc />
    public IDisposable? Claim()
    {
        FileStream claim;
        try
        {
            claim = new FileStream(DataSource + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(DataSource + ".lock"))
        {
            throw new InvalidOperationException($"Another process uses '{DataSource}': a SQLite installation is one process. Stop that one, or give this one its own Data:Directory.", e);
        }

        // EF's migration lock is a row: a process killed while migrating leaves it, and the next one would wait for ever.
        using var connection = Open();
        Execute(connection, "DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        return claim;
    }

    /// <inheritdoc />
    public IJournalWriter OpenJournal()
    {
        var connection = Open();
        return new SqliteJournalWriter(connection, OnConnection(connection));
    }

    /// <inheritdoc />
    public IArchiveSearch OpenArchiveSearch(ILogger log) => new SqliteArchiveSearch(SearchFile, _connectionString, log);

    /// <inheritdoc />
    public bool IsEntryAtFault(Exception failure) => failure switch
    {
        DbUpdateException { InnerException: { } inner } => IsEntryAtFault(inner),
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE,
        IOException or UnauthorizedAccessException => false,
        _ => true,
    };

    /// <inheritdoc />
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(CheckpointEvery, _time);
        using var connection = Open();
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var wal = new FileInfo(DataSource + "-wal");
            if (!wal.Exists || wal.Length == 0) continue;
            Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
            var quiet = wal.Length > WorthTruncatingBytes && _time.GetUtcNow().UtcDateTime - wal.LastWriteTimeUtc > Quiet;
            if (wal.Length < RestartAboveBytes && !quiet) continue;

            // With the writer's turn the little that is left is copied, so that the next group begins the file anew. Giving its room
            // back takes some 50 ms in which nobody can write: only when nobody does.
            using var turn = await _gate.EnterAsync(cancellationToken);
            Execute(connection, quiet ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(PASSIVE)");
        }
    }

    /// <inheritdoc />
    public Task<string?> ScrubAsync(CancellationToken cancellationToken) => _scrubber.RunAsync(cancellationToken);

    /// <inheritdoc />
    public Task OptimizeAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return Task.Run(() => SqliteUpkeep.RunAsync(Open, _gate, new(DataSource + "-wal"), _time, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Copies the running database consistently into a folder; the names of the files made.</summary>
    public async Task<IReadOnlyList<string>> BackUpAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var target = Path.Combine(folder, Path.GetFileName(DataSource));
        if (File.Exists(target)) throw new IOException($"'{target}' is there already: choose an empty folder, so that no earlier back-up is overwritten.");
        await Task.Run(() => VacuumInto(Open, target), cancellationToken);
        List<string> made = [target];
        if (File.Exists(SearchFile)) await CopyAsync(() => SqliteArchiveSearch.Open(SearchFile, _connectionString), SearchFile);
        foreach (var companion in Companions.Where(File.Exists)) await CopyAsync(() => OpenPlain(companion), companion);
        return made;

        async Task CopyAsync(Func<SqliteConnection> open, string file)
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            await Task.Run(() => VacuumInto(open, copy), cancellationToken);
            made.Add(copy);
        }
    }

    /// <summary>Leaves a file that nobody has open as one file, with nothing beside it, to be kept or carried elsewhere.</summary>
    public static void Close(string path)
    {
        using (var connection = OpenPlain(path)) Execute(connection, "PRAGMA journal_mode=DELETE");
        File.Delete(path + ".lock");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _scrubber.Dispose();
        _gate.Dispose();
    }

    /// <summary>A snapshot as of one moment, while others write.</summary>
    private static void VacuumInto(Func<SqliteConnection> open, string target)
    {
        using var connection = open();
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $target";
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("$target", target);
        command.ExecuteNonQuery();
        using var file = new FileStream(target, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Rows as objects in a transaction that the journal has begun by itself.</summary>
    private GatewayDbContext OnConnection(SqliteConnection connection)
    {
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        options.UseSqlite(connection);
        var rows = new GatewayDbContext(options.Options, TenantScope.System, _gate);
        rows.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        return rows;
    }

    private static SqliteConnection OpenPlain(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            SqliteConnectionSettings.Apply(connection);
            // Counts for a new file only: pages of 8 KB halve the writes of a group.
            Execute(connection, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA cache_size=-16384"); // the writer's: readers are many
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal static string Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}
