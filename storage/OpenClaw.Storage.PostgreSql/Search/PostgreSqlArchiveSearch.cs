using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Storage.PostgreSql.Search;

/// <summary>
/// The words of archived conversations in two tables beside the others, made by a migration: a row for each session, and its words in one or more vectors
/// with a GIN index. The text itself is not kept here.
/// </summary>
internal sealed partial class PostgreSqlArchiveSearch(string connectionString, ILogger log) : IArchiveSearch, IDisposable
{
    private const int HashBytes = 16;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => QueryAsync<object?>("SELECT 1 FROM \"ArchiveDocs\" LIMIT 1", [], _ => null, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Guid>> FindMissingAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancellationToken)
    {
        var there = await QueryAsync(
            "SELECT \"Session\" FROM \"ArchiveDocs\" WHERE \"Session\" = ANY($1)", [Parameter(sessions.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid)], r => r.GetGuid(0), cancellationToken);
        var known = there.ToHashSet();
        return [.. sessions.Where(s => !known.Contains(s))];
    }

    /// <inheritdoc />
    public Task AddAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction) =>
        {
            var once = sessions.DistinctBy(s => s.Session).ToList();
            var known = await HashesAsync(connection, once, cancellationToken);
            if (once.Find(s => known.TryGetValue(s.Session, out var hash) && !hash.AsSpan().SequenceEqual(Hash(s.Text))) is { } other)
            {
                LogOtherText(other.Session);
                await ClearAsync(connection, cancellationToken);
                known.Clear();
            }

            foreach (var session in once.Where(s => !known.ContainsKey(s.Session))) await AddAsync(connection, session, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task RemoveAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction) =>
        {
            var known = await HashesAsync(connection, sessions, cancellationToken);
            if (sessions.FirstOrDefault(s => known.TryGetValue(s.Session, out var hash) && !hash.AsSpan().SequenceEqual(Hash(s.Text))) is { } other)
            {
                LogOtherText(other.Session);
                await ClearAsync(connection, cancellationToken);
                return;
            }

            await using var command = Command(
                connection, "DELETE FROM \"ArchiveDocs\" WHERE \"Session\" = ANY($1)", [Parameter(known.Keys.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid)]);
            await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ArchiveHit>> SearchAsync(Guid tenant, string text, ArchiveHit? after, int limit, CancellationToken cancellationToken)
    {
        var questions = SearchWords.QuestionsOf(text);
        if (questions.Count == 0) return [];
        var sql = new StringBuilder("SELECT d.\"Session\", d.\"LastActivityAt\" FROM \"ArchiveDocs\" d WHERE d.\"Tenant\" = $1");
        List<NpgsqlParameter> values = [Parameter(tenant, NpgsqlDbType.Uuid)];
        if (after is not null)
        {
            sql.Append(" AND (d.\"LastActivityAt\", d.\"Session\") < ($2, $3)");
            values.Add(Parameter(Micros(after.LastActivityAt), NpgsqlDbType.Bigint));
            values.Add(Parameter(after.Session, NpgsqlDbType.Uuid));
        }

        foreach (var question in questions)
        {
            values.Add(Parameter(question, NpgsqlDbType.Text));
            sql.Append(System.Globalization.CultureInfo.InvariantCulture, $" AND d.\"Session\" IN (SELECT w.\"Session\" FROM \"ArchiveWords\" w WHERE w.\"Tenant\" = $1 AND w.\"Words\" @@ ${values.Count}::tsquery)");
        }

        values.Add(Parameter((long)Math.Max(0, limit), NpgsqlDbType.Bigint));
        sql.Append(System.Globalization.CultureInfo.InvariantCulture, $" ORDER BY d.\"LastActivityAt\" DESC, d.\"Session\" DESC LIMIT ${values.Count}");
        return await QueryAsync(sql.ToString(), values, r => new ArchiveHit(r.GetGuid(0), DateTimeOffset.UnixEpoch.AddMicroseconds(r.GetInt64(1))), cancellationToken);
    }

    /// <inheritdoc />
    public Task ClearAsync(CancellationToken cancellationToken) => WriteAsync((connection, _) => ClearAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task ScrubAsync(CancellationToken cancellationToken)
    {
        // outside a transaction: the room of what was removed is freed, and the index's too
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        foreach (var table in new[] { "ArchiveDocs", "ArchiveWords" })
        {
            await using var command = Command(connection, $"VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) \"{table}\"", []);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private static async Task AddAsync(NpgsqlConnection connection, ArchiveText session, CancellationToken cancellationToken)
    {
        await using (var doc = Command(
            connection,
            "INSERT INTO \"ArchiveDocs\" (\"Session\", \"Tenant\", \"LastActivityAt\", \"Hash\") VALUES ($1, $2, $3, $4)",
            [Parameter(session.Session, NpgsqlDbType.Uuid), Parameter(session.Tenant, NpgsqlDbType.Uuid), Parameter(Micros(session.LastActivityAt), NpgsqlDbType.Bigint), Parameter(Hash(session.Text), NpgsqlDbType.Bytea)]))
        {
            await doc.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var (part, words) in SearchWords.PartsOf(session.Text).Index())
        {
            await using var command = Command(
                connection,
                "INSERT INTO \"ArchiveWords\" (\"Session\", \"Part\", \"Tenant\", \"Words\") VALUES ($1, $2, $3, $4::tsvector)",
                [Parameter(session.Session, NpgsqlDbType.Uuid), Parameter(part, NpgsqlDbType.Integer), Parameter(session.Tenant, NpgsqlDbType.Uuid), Parameter(words, NpgsqlDbType.Text)]);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task ClearAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // no TRUNCATE: that is a right of its own, and waits for all readers
        await using var command = Command(connection, "DELETE FROM \"ArchiveDocs\"", []);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<Dictionary<Guid, byte[]>> HashesAsync(NpgsqlConnection connection, IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            "SELECT \"Session\", \"Hash\" FROM \"ArchiveDocs\" WHERE \"Session\" = ANY($1)",
            [Parameter(sessions.Select(s => s.Session).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var known = new Dictionary<Guid, byte[]>();
        while (await reader.ReadAsync(cancellationToken)) known[reader.GetGuid(0)] = (byte[])reader[1];
        return known;
    }

    private async Task WriteAsync(Func<NpgsqlConnection, NpgsqlTransaction, Task> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await work(connection, transaction);
            await transaction.CommitAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<List<T>> QueryAsync<T>(string sql, IReadOnlyList<NpgsqlParameter> values, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IReadOnlyList<NpgsqlParameter> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        foreach (var value in values) command.Parameters.Add(value);
        return command;
    }

    private static NpgsqlParameter Parameter(object value, NpgsqlDbType type) => new() { Value = value, NpgsqlDbType = type };

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..HashBytes];

    private static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
