using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage;

/// <summary>Makes database contexts that see one tenant. The only way for pages and API.</summary>
public interface ITenantDbFactory
{
    /// <summary>A context for that tenant; the caller disposes it.</summary>
    GatewayDbContext Create(Guid tenant);
}

/// <summary>Makes contexts that see all tenants: for the gateway's own workers and for what stands above tenants (sign-in, API keys, set-up).</summary>
public interface ISystemDbFactory
{
    /// <summary>A context without a tenant filter; the caller disposes it.</summary>
    GatewayDbContext Create();
}

/// <summary>
/// One writer at a time where the database allows only one (SQLite): the journal and EF's saves pass through it, so that
/// neither meets SQLITE_BUSY. Elsewhere it is always open.
/// </summary>
public interface IWriteGate
{
    /// <summary>Waits for the turn; disposing gives it back.</summary>
    ValueTask<IDisposable?> EnterAsync(CancellationToken cancellationToken);

    /// <summary>The same for the journal's own thread.</summary>
    IDisposable? Enter();
}

/// <summary>A database: its EF provider, its journal writer, its care. One project under <c>storage/</c> each.</summary>
public interface IDatabase
{
    /// <summary><c>Sqlite</c>, <c>PostgreSql</c> or <c>SqlServer</c>, as in <c>Database:Provider</c>.</summary>
    string Name { get; }

    /// <summary>The gate of this database.</summary>
    IWriteGate Gate { get; }

    /// <summary>Points EF at it.</summary>
    void Configure(Microsoft.EntityFrameworkCore.DbContextOptionsBuilder options);

    /// <summary>Takes the database for this process where only one may use it, and clears what a killed process left in the way. Disposing gives it back.</summary>
    IDisposable? Claim();

    /// <summary>Opens the journal's own connection.</summary>
    Journal.IJournalWriter OpenJournal();

    /// <summary>The index of archived conversations. Not started; the asker disposes it where it is disposable.</summary>
    Archive.IArchiveSearch OpenArchiveSearch(Microsoft.Extensions.Logging.ILogger log);

    /// <summary>
    /// True when a failed write says that what was written is at fault (a constraint, a size): then it is given up. False when the
    /// database is (full, read-only, gone): then it is kept and written later.
    /// </summary>
    bool IsEntryAtFault(Exception failure);

    /// <summary>True when nothing answers, or only says that it is not ready: then waiting helps. False for what only a person can mend.</summary>
    bool IsAway(Exception failure) => failure switch
    {
        System.Data.Common.DbException { IsTransient: true } or System.Net.Sockets.SocketException or TimeoutException => true,
        { InnerException: { } inner } => IsAway(inner),
        _ => false,
    };

    /// <summary>What a person is to do when it takes no writes, as the beginning of a sentence.</summary>
    string Remedy => "Free disk space or make the data directory writable";

    /// <summary>Periodic care beside traffic (SQLite: checkpoint). Runs until cancelled.</summary>
    Task MaintainAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Leaves nothing in the database's files of what was deleted before the call, while others go on writing. Null when so; else why it is not so, for people.
    /// </summary>
    Task<string?> ScrubAsync(CancellationToken cancellationToken);

    /// <summary>What a scrub cannot reach, for people, as said in the report of an erasure. Null: nothing is left.</summary>
    string? ScrubLimit => null;

    /// <summary>
    /// Upkeep beside traffic: checks each table, renews what queries are planned by, gives room back. Counts tables; damage is told as a fault. A dry run
    /// counts what it would look at. Ends between two steps when cancelled.
    /// </summary>
    Task OptimizeAsync(JobProgress progress, CancellationToken cancellationToken);
}
