using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Storage.Archive;
using SQLitePCL;

namespace OpenClaw.Storage.Sqlite.Search;

/// <summary>
/// The words of archived conversations in FTS5, in a file of their own. What cannot be read is thrown away and made anew: all of it stands in
/// the transcripts. One writer at a time; readers see the state before it.
/// </summary>
internal sealed partial class SqliteArchiveSearch(string file, string settings, ILogger log) : IArchiveSearch, IDisposable
{
    private const int HashBytes = 16;
    private const string Removed = "removed";
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteConnection? _writer;
    private (long Millisecond, long Next) _crowd;

    /// <summary>The interface's connections: no commit waits for the disk, because what is lost is found missing and indexed again.</summary>
    public static SqliteConnection Open(string file, string settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(settings) { DataSource = file }.ConnectionString);
        try
        {
            connection.Open();
            SqliteDatabase.Execute(connection, "PRAGMA busy_timeout=10000; PRAGMA secure_delete=ON; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => WriteAsync(_ => true, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Guid>> FindMissingAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<Guid>>(
        connection =>
        {
            using var find = Command(connection, "SELECT 1 FROM Docs WHERE Session = $session");
            return [.. sessions.Where(s => Ask(find, ("$session", Bytes(s))) is null)];
        },
        cancellationToken);

    /// <inheritdoc />
    public Task AddAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            // in order of their numbers, which is how FTS5 takes many in one piece
            var ordered = sessions.DistinctBy(s => s.Session).OrderBy(s => s.LastActivityAt).ToList();
            if (TryAdd(connection, ordered, cancellationToken) is not { } other) return true;
            Restart(connection, other);
            TryAdd(connection, ordered, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public Task RemoveAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            if (TryRemove(connection, sessions, cancellationToken) is { } other) Restart(connection, other);
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ArchiveHit>> SearchAsync(Guid tenant, string text, ArchiveHit? after, int limit, CancellationToken cancellationToken) =>
        SearchMatch.Of(tenant, text) is { } match ? await ReadAsync(c => Search(c, tenant, match, after, limit), cancellationToken) : [];

    /// <inheritdoc />
    public Task ClearAsync(CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            SearchSchema.Make(connection);
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public Task ScrubAsync(CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            if (SqliteDatabase.Read(connection, $"SELECT Name FROM Marks WHERE Name = '{Removed}'").Length > 0) Rewrite(connection);
            using var checkpoint = Command(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            if (Convert.ToInt64(checkpoint.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) != 0)
                throw new IOException($"Somebody reads the index of archived conversations all the time, so that removed words are still in '{file}-wal'. Run it again.");
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _writer?.Dispose();
        _turn.Dispose();
    }

    /// <summary>The session that stands there with another text, or null when all was added.</summary>
    private Guid? TryAdd(SqliteConnection connection, IEnumerable<ArchiveText> sessions, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction();
        using var find = Command(connection, "SELECT Hash FROM Docs WHERE Session = $session");
        using var free = Command(connection, "SELECT 1 FROM Docs WHERE Id = $id");
        using var doc = Command(connection, "INSERT INTO Docs (Id, Session, Tenant, LastActivityAt, Hash) VALUES ($id, $session, $tenant, $at, $hash)");
        using var words = Command(connection, "INSERT INTO Words (rowid, tenant, text) VALUES ($id, $tenant, $text)");
        foreach (var session in sessions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = SearchText.Normalise(session.Text);
            var hash = Hash(text);
            if (Ask(find, ("$session", Bytes(session.Session))) is byte[] known)
            {
                if (known.AsSpan().SequenceEqual(hash)) continue;
                return session.Session;
            }

            var id = Number(free, session.LastActivityAt);
            Ask(doc, ("$id", id), ("$session", Bytes(session.Session)), ("$tenant", Bytes(session.Tenant)), ("$at", Micros(session.LastActivityAt)), ("$hash", hash));
            Ask(words, ("$id", id), ("$tenant", SearchMatch.Owner(session.Tenant)), ("$text", text));
        }

        transaction.Commit();
        return null;
    }

    /// <summary>The session that stands there with another text, or null when all were taken out.</summary>
    private static Guid? TryRemove(SqliteConnection connection, IEnumerable<ArchiveText> sessions, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction();
        using var find = Command(connection, "SELECT Id FROM Docs WHERE Session = $session AND Hash = $hash");
        using var any = Command(connection, "SELECT 1 FROM Docs WHERE Session = $session");
        using var words = Command(connection, "INSERT INTO Words (Words, rowid, tenant, text) VALUES ('delete', $id, $tenant, $text)");
        using var doc = Command(connection, "DELETE FROM Docs WHERE Id = $id");
        using var mark = Command(connection, $"INSERT OR IGNORE INTO Marks (Name) VALUES ('{Removed}')");
        foreach (var session in sessions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = SearchText.Normalise(session.Text);
            if (Ask(find, ("$session", Bytes(session.Session)), ("$hash", Hash(text))) is not long id)
            {
                if (Ask(any, ("$session", Bytes(session.Session))) is not null) return session.Session;
                continue;
            }

            Ask(words, ("$id", id), ("$tenant", SearchMatch.Owner(session.Tenant)), ("$text", text));
            Ask(doc, ("$id", id));
            Ask(mark);
        }

        transaction.Commit();
        return null;
    }

    /// <summary>FTS5 would take out words by the text that it is given: with another text some would stay, and others be lost.</summary>
    private void Restart(SqliteConnection connection, Guid session)
    {
        LogOtherText(session);
        SearchSchema.Make(connection);
    }

    private static void Rewrite(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        SqliteDatabase.Execute(
            connection,
            $"""
            INSERT INTO Words (Words, rowid, tenant, text) VALUES ('delete', {SearchSchema.Nobody}, '', 'nobody');
            INSERT INTO Words (rowid, tenant, text) VALUES ({SearchSchema.Nobody}, '', 'nobody');
            """);
        transaction.Commit();
        SqliteDatabase.Execute(connection, $"BEGIN IMMEDIATE; INSERT INTO Words (Words) VALUES ('optimize'); DELETE FROM Marks WHERE Name = '{Removed}'; COMMIT");
    }

    private static List<ArchiveHit> Search(SqliteConnection connection, Guid tenant, string match, ArchiveHit? after, int limit)
    {
        using var place = Command(connection, "SELECT Id FROM Docs WHERE Session = $session");
        var before = after is null ? long.MaxValue : Ask(place, ("$session", Bytes(after.Session))) as long? ?? Millisecond(after.LastActivityAt);
        using var command = Command(
            connection,
            """
            SELECT d.Session, d.LastActivityAt FROM Words w CROSS JOIN Docs d ON d.Id = w.rowid
            WHERE w.Words MATCH $match AND w.rowid < $before AND d.Tenant = $tenant ORDER BY w.rowid DESC LIMIT $limit
            """);
        Bind(command, ("$match", match), ("$before", before), ("$tenant", Bytes(tenant)), ("$limit", (long)Math.Max(0, limit)));
        using var rows = command.ExecuteReader();
        var hits = new List<ArchiveHit>();
        while (rows.Read()) hits.Add(new(new Guid((byte[])rows[0], bigEndian: true), DateTimeOffset.UnixEpoch.AddMicroseconds(rows.GetInt64(1))));
        return hits;
    }

    /// <summary>A free number at that time. Where very many share a millisecond, the search for one goes on where the last one was found.</summary>
    private long Number(SqliteCommand taken, DateTimeOffset time)
    {
        var millisecond = Millisecond(time);
        var number = _crowd.Millisecond == millisecond ? _crowd.Next : millisecond;
        while (Ask(taken, ("$id", number)) is not null) number++;
        _crowd = (millisecond, number + 1);
        return number;
    }

    private async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Mended(() => work(_writer ??= Started())), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => Read(work), cancellationToken);
        }
        catch (SqliteException fault) when (IsUnreadable(fault))
        {
            await WriteAsync(
                _ =>
                {
                    // another reader may have met it first, and mended it
                    Check();
                    return true;
                },
                cancellationToken);
            return await Task.Run(() => Read(work), cancellationToken);
        }
    }

    private T Read<T>(Func<SqliteConnection, T> work)
    {
        using var connection = Open(file, settings);
        return work(connection);
    }

    /// <summary>Throws where any page of the file cannot be read.</summary>
    private void Check()
    {
        var answer = Read(c => SqliteDatabase.Read(c, "PRAGMA quick_check(1)"));
        if (answer != "ok") throw new SqliteException(answer, raw.SQLITE_CORRUPT);
        Read(c => { SearchSchema.Ensure(c); SqliteDatabase.Execute(c, "INSERT INTO Words (Words) VALUES ('integrity-check')"); return true; });
    }

    private T Mended<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException fault) when (IsUnreadable(fault))
        {
            // Not kept: all of it stands in the transcripts, and what is erased from there must not stay here.
            LogUnreadable(fault, file);
            Discard();
            return work();
        }
    }

    private void Discard()
    {
        _writer?.Dispose();
        _writer = null;
        using (var pooled = new SqliteConnection(new SqliteConnectionStringBuilder(settings) { DataSource = file }.ConnectionString)) SqliteConnection.ClearPool(pooled);
        foreach (var part in new[] { file, file + "-wal", file + "-shm" }) File.Delete(part);
    }

    private SqliteConnection Started()
    {
        var connection = Open(file, settings);
        try
        {
            SqliteDatabase.Execute(connection, "PRAGMA journal_mode=WAL");
            SearchSchema.Ensure(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Damaged, no database, or (a table is missing) not ours.</summary>
    private static bool IsUnreadable(SqliteException fault) =>
        fault.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        || (fault.SqliteErrorCode == raw.SQLITE_ERROR && (fault.Message.Contains("no such table", StringComparison.Ordinal) || fault.Message.Contains("vtable constructor failed", StringComparison.Ordinal)));

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command;
    }

    private static object? Ask(SqliteCommand command, params ReadOnlySpan<(string Name, object Value)> values)
    {
        Bind(command, values);
        return command.ExecuteScalar();
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<(string Name, object Value)> values)
    {
        command.Parameters.Clear();
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..HashBytes];

    private static long Millisecond(DateTimeOffset time) => Math.Max(0, time.ToUnixTimeMilliseconds());

    private static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
