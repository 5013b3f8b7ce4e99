using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance.Copying;
using OpenClaw.Gateway.Core.Storage;
using IDatabase = OpenClaw.Gateway.Core.Storage.IDatabase;

namespace OpenClaw.Gateway.Core.Hosting;

/// <summary>
/// Takes the database and brings it to this version. A server that does not answer is waited for, so that the order in which things start does not
/// matter; what waiting cannot mend (credentials, rights, another application's tables, a later version's schema) ends the start, and changes nothing.
/// </summary>
internal sealed partial class DatabaseStart(GatewayOptions options, IDatabase database, ISystemDbFactory databases, TimeProvider time, ILogger<DatabaseStart> log)
{
    private const string Connection = "ConnectionStrings:Gateway";
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);

    private bool IsServer => database.Name != "Sqlite";

    private string Key => IsServer ? Connection : "Data:Directory";

    /// <summary>The claim, when the database is this process's and of this version.</summary>
    public async Task<IDisposable?> OpenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await TryAsync(cancellationToken);
            }
            catch (Exception fault) when (IsServer && database.IsAway(fault))
            {
                LogWaits(OneLine(fault), BetweenTries.TotalSeconds);
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
            catch (Exception fault) when (IsServer && fault is DbException)
            {
                throw new StartFaultException(Connection, $"{database.Name} refuses ({OneLine(fault)}). Allowed: the name of a database and an account that may create tables in it; a database that does not exist is made where the account may.");
            }
        }
    }

    private async Task<IDisposable?> TryAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var look = await DatabaseLook.AtAsync(db, cancellationToken);
        Refuse(look);
        if (IsServer && look.Content == DatabaseContent.Missing) await db.GetService<IRelationalDatabaseCreator>().CreateAsync(cancellationToken);
        var claim = Claim();
        try
        {
            if (look.Pending.Count > 0) await db.Database.MigrateAsync(cancellationToken);
            if (await CopyMarks.SourceAsync(db, cancellationToken) is not null)
                throw new StartFaultException(Key, "the database is a copy that is not finished. Call copy again, with the same source and target, until it says that both sides are the same.");
            return claim;
        }
        catch
        {
            claim?.Dispose();
            throw;
        }
    }

    private IDisposable? Claim()
    {
        try
        {
            return database.Claim();
        }
        catch (InvalidOperationException inUse) when (IsServer && !database.IsAway(inUse))
        {
            throw new StartFaultException(Connection, inUse.Message);
        }
    }

    private void Refuse(DatabaseLook look)
    {
        var fault = look.Content switch
        {
            DatabaseContent.Foreign => "the database holds the tables of another application; nothing was changed. Allowed: an empty database, or one of OpenClaw Gateway.",
            DatabaseContent.Newer => $"the database is of a later version: this one does not know its migration{(look.Unknown.Count == 1 ? "" : "s")} {string.Join(", ", look.Unknown)}; nothing was changed. Start the later version, or restore the back-up that was made before the upgrade.",
            _ => null,
        };
        if (fault is not null) throw new StartFaultException(Key, fault);
        if (!options.MigrateOnStart && look.Pending.Count > 0)
            throw new StartFaultException("Database:MigrateOnStart", $"\"false\" is not allowed while the database lacks {look.Pending.Count} of this version's migrations ({string.Join(", ", look.Pending)}). Allowed: true, or a database that was migrated before.");
    }

    private static string OneLine(Exception fault) => fault.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    [LoggerMessage(1304, LogLevel.Warning, "The database does not answer ({Why}). The gateway opens its doors when it does; it is asked again every {Seconds} s")]
    private partial void LogWaits(string why, double seconds);
}
