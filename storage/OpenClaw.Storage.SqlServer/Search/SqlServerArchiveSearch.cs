using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Storage.SqlServer.Search;

/// <summary>
/// The words of archived conversations in a table of the same database. What is found is decided by LIKE over folded words, which is exact; where the
/// full-text feature is installed, its index says which rows are worth looking at. It follows behind, so rows that it may not have yet are looked at as well.
/// </summary>
internal sealed partial class SqlServerArchiveSearch(Func<CancellationToken, Task<SqlConnection>> open, ILogger log) : IArchiveSearch, IDisposable
{
    private const int HashBytes = 16;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _fullText;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await open(cancellationToken);
        await RunAsync(connection, SearchSchema.Tables, cancellationToken);
        _fullText = await StartFullTextAsync(connection, cancellationToken);
        LogStarted(_fullText);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<Guid>> FindMissingAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        await using var connection = await open(cancellationToken);
        await using var command = Command(connection, SearchSchema.Known, ("@sessions", JsonSerializer.Serialize(sessions.Select(s => s.ToString("N")))));
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var known = new HashSet<Guid>();
        while (await rows.ReadAsync(cancellationToken)) known.Add(Id(rows, 0));
        return [.. sessions.Where(s => !known.Contains(s))];
    }

    /// <inheritdoc />
    public Task AddAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken) => WriteAsync(
        async connection =>
        {
            var distinct = sessions.DistinctBy(s => s.Session).ToList();
            if (await TryAddAsync(connection, distinct, cancellationToken) is { } other)
            {
                await RestartAsync(connection, other, cancellationToken);
                await TryAddAsync(connection, distinct, cancellationToken);
            }

            if (_fullText) await RunAsync(connection, SearchSchema.Settle, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task RemoveAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken) => WriteAsync(
        async connection =>
        {
            if (await TryRemoveAsync(connection, sessions, cancellationToken) is { } other) await RestartAsync(connection, other, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ArchiveHit>> SearchAsync(Guid tenant, string text, ArchiveHit? after, int limit, CancellationToken cancellationToken)
    {
        if (SearchPatterns.Of(text) is not { } patterns) return [];
        await using var connection = await open(cancellationToken);
        try
        {
            return await SearchAsync(connection, tenant, patterns, _fullText && patterns.Match is not null, after, limit, cancellationToken);
        }
        catch (SqlException e) when (_fullText && IsFullText(e))
        {
            _fullText = false;
            LogNoFullText(e);
            return await SearchAsync(connection, tenant, patterns, false, after, limit, cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task ClearAsync(CancellationToken cancellationToken) => WriteAsync(connection => RunAsync(connection, SearchSchema.Clear, cancellationToken), cancellationToken);

    /// <summary>The pages of the table are cleaned with the database's own (<see cref="Care.SqlServerScrubber"/>).</summary>
    public Task ScrubAsync(CancellationToken cancellationToken) => WriteAsync(
        connection => _fullText ? RunAsync(connection, SearchSchema.Reorganize, cancellationToken) : Task.CompletedTask,
        cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    /// <summary>The command of a search.</summary>
    internal static SqlCommand SearchCommand(SqlConnection connection, Guid tenant, SearchPatterns patterns, bool fullText, ArchiveHit? after, int limit)
    {
        var command = Command(
            connection,
            SearchSchema.Search(patterns.Like.Count, fullText),
            ("@limit", Math.Max(0, limit)), ("@tenant", Bytes(tenant)), ("@at", after is null ? long.MaxValue : Micros.From(after.LastActivityAt)), ("@session", Bytes(after?.Session ?? Guid.Empty)));
        foreach (var (index, pattern) in patterns.Like.Index()) command.Parameters.AddWithValue($"@word{index.ToString(CultureInfo.InvariantCulture)}", pattern);
        if (fullText) command.Parameters.AddWithValue("@match", patterns.Match);
        return command;
    }

    private static async Task<IReadOnlyList<ArchiveHit>> SearchAsync(
        SqlConnection connection, Guid tenant, SearchPatterns patterns, bool fullText, ArchiveHit? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = SearchCommand(connection, tenant, patterns, fullText, after, limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var hits = new List<ArchiveHit>();
        while (await rows.ReadAsync(cancellationToken)) hits.Add(new(Id(rows, 0), Micros.ToTime(rows.GetInt64(1))));
        return hits;
    }

    /// <summary>Uses the full-text feature where it is installed and this login may; else LIKE alone finds the same.</summary>
    private async Task<bool> StartFullTextAsync(SqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var ask = Command(connection, SearchSchema.HasFullText);
            var state = Convert.ToInt32(await ask.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
            if (state != 0) return state > 0;
            await RunAsync(connection, SearchSchema.MakeCatalog, cancellationToken);
            await RunAsync(connection, SearchSchema.AllFresh, cancellationToken);
            await RunAsync(connection, SearchSchema.MakeIndex, cancellationToken);
            return true;
        }
        catch (SqlException e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoFullText(e);
            return false;
        }
    }

    /// <summary>The session that stands there with another text, or null when all was added.</summary>
    private static async Task<Guid?> TryAddAsync(SqlConnection connection, IEnumerable<ArchiveText> sessions, CancellationToken cancellationToken)
    {
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(cancellationToken);
        foreach (var session in sessions)
        {
            var words = SearchPatterns.Stored(session.Text);
            var hash = Hash(words);
            if (await HashAsync(transaction, session.Session, cancellationToken) is { } known)
            {
                if (known.AsSpan().SequenceEqual(hash)) continue;
                return session.Session;
            }

            await using var add = Command(
                connection,
                SearchSchema.Add,
                ("@session", Bytes(session.Session)), ("@tenant", Bytes(session.Tenant)), ("@at", Micros.From(session.LastActivityAt)), ("@hash", hash), ("@words", words));
            add.Transaction = transaction;
            await add.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>The session that stands there with another text, or null when all were taken out.</summary>
    private static async Task<Guid?> TryRemoveAsync(SqlConnection connection, IEnumerable<ArchiveText> sessions, CancellationToken cancellationToken)
    {
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(cancellationToken);
        foreach (var session in sessions)
        {
            if (await HashAsync(transaction, session.Session, cancellationToken) is not { } known) continue;
            if (!known.AsSpan().SequenceEqual(Hash(SearchPatterns.Stored(session.Text)))) return session.Session;
            await using var remove = Command(connection, SearchSchema.Remove, ("@session", Bytes(session.Session)));
            remove.Transaction = transaction;
            await remove.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    private static async Task<byte[]?> HashAsync(SqlTransaction transaction, Guid session, CancellationToken cancellationToken)
    {
        await using var command = Command(transaction.Connection, SearchSchema.HashOf, ("@session", Bytes(session)));
        command.Transaction = transaction;
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    private Task RestartAsync(SqlConnection connection, Guid session, CancellationToken cancellationToken)
    {
        LogOtherText(session);
        return RunAsync(connection, SearchSchema.Clear, cancellationToken);
    }

    private async Task WriteAsync(Func<SqlConnection, Task> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await open(cancellationToken);
            await work(connection);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Faults of the full-text feature (7601–7699, 30000–30099): it was removed, or is out of order.</summary>
    private static bool IsFullText(SqlException fault) => fault.Number is (>= 7_600 and < 7_700) or (>= 30_000 and < 30_100);

    private static async Task RunAsync(SqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The statements are made of constants of this project; what people type is a parameter.")]
    private static SqlCommand Command(SqlConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = new SqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static Guid Id(SqlDataReader rows, int column) => new((byte[])rows[column], bigEndian: true);

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..HashBytes];
}
