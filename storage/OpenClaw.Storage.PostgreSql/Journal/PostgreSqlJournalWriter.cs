using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Storage.PostgreSql.Journal;

/// <summary>
/// Writes a group of the journal in one round trip: one batch of a few prepared statements over arrays. A batch ends with a single Sync, so that the server
/// takes it as one transaction and commits it at that Sync: BEGIN and COMMIT cost no message of their own, and a failed statement rolls all of it back. Only a
/// group with work of its own (EF over the same connection) begins and commits a transaction by itself.
/// </summary>
internal sealed class PostgreSqlJournalWriter : IJournalWriter
{
    private const int MostTries = 4;
    private readonly NpgsqlConnection _connection;
    private readonly GatewayDbContext _rows;
    private readonly JournalRows _group = new();
    private readonly string _writer = Guid.CreateVersion7().ToString("N");
    private readonly string _foundGroup;
    private string _mark;
    private long _groups;
    private int _eventsBefore;

    /// <param name="connection">Its own, open; disposed with the writer.</param>
    /// <param name="rows">Contexts over that connection.</param>
    public PostgreSqlJournalWriter(NpgsqlConnection connection, GatewayDbContext rows)
    {
        (_connection, _rows) = (connection, rows);
        Durability = JournalSettings.Read(connection);
        _foundGroup = TakeOver();
        _mark = $"{_foundGroup}/{_writer}";
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Durability { get; }

    /// <inheritdoc />
    public string? Unsettled { get; private set; }

    /// <summary>All of it is one round trip: what of it the commit took, only the server knows. Called the commit's, as groups are to grow with it.</summary>
    public TimeSpan LastCommit { get; private set; }

    /// <inheritdoc />
    public TimeSpan LastWrite { get; private set; }

    /// <inheritdoc />
    public bool WasStored(string mark) => string.Equals(_foundGroup, mark, StringComparison.Ordinal);

    /// <inheritdoc />
    public void Write(JournalGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        for (var round = 1; ; round++)
        {
            try
            {
                WriteOnce(group);
                return;
            }
            catch (Exception e) when (PostgreSqlFaults.IsCollision(e) && round < MostTries)
            {
                // somebody's statement and ours waited for each other: the server has rolled ours back, and the other one goes on
                if (group.Work.Count > 0) group.EventDeliveries.RemoveRange(_eventsBefore, group.EventDeliveries.Count - _eventsBefore);
            }
        }
    }

    /// <inheritdoc />
    public long IndexMissing()
    {
        var floor = Scalar($"""SELECT "Value" FROM "InstallationValues" WHERE "Name" = 'messages.indexed'""") as string;
        var newest = Scalar("""SELECT MAX("Position") FROM "Messages" """) as long?;
        using var command = Command(PostgreSqlStatements.IndexMissing);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = floor is null ? 0 : long.Parse(floor, CultureInfo.InvariantCulture) });
        command.ExecuteNonQuery();
        return newest + 1 ?? 0;
    }

    /// <inheritdoc />
    public void Probe()
    {
        using var command = Command(PostgreSqlStatements.SetValue);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "journal.probe" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Guid.CreateVersion7().ToString() });
        command.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _rows.Dispose();
        _connection.Dispose();
    }

    private void WriteOnce(JournalGroup group)
    {
        var start = Stopwatch.GetTimestamp();
        _eventsBefore = group.EventDeliveries.Count;
        var name = $"{_writer}.{(++_groups).ToString(CultureInfo.InvariantCulture)}";
        var mark = $"{name}/{_writer}";
        try
        {
            using var batch = _connection.CreateBatch();
            _group.AddBeforeWork(batch, group, mark, _mark);
            if (group.Work.Count == 0) Send(batch, group, name, start);
            else SendWithWork(batch, group, name, start);
            _mark = mark;
        }
        finally
        {
            _group.Clear();
        }
    }

    private void Send(NpgsqlBatch batch, JournalGroup group, string name, long start)
    {
        _group.AddAfterWork(batch, group);
        var ready = Stopwatch.GetTimestamp();
        Settling(name, () => batch.ExecuteNonQuery());
        (LastWrite, LastCommit) = (Stopwatch.GetElapsedTime(start, ready), Stopwatch.GetElapsedTime(ready));
    }

    private void SendWithWork(NpgsqlBatch batch, JournalGroup group, string name, long start)
    {
        using var transaction = _connection.BeginTransaction();
        try
        {
            batch.ExecuteNonQuery();
            foreach (var work in group.Work) work(_rows);
            using var rest = _connection.CreateBatch();
            _group.AddAfterWork(rest, group);
            if (rest.BatchCommands.Count > 0) rest.ExecuteNonQuery();
        }
        catch
        {
            // disposing rolls back; where the connection is gone, the server has
            _rows.ChangeTracker.Clear();
            throw;
        }

        var written = Stopwatch.GetTimestamp();
        Settling(name, transaction.Commit);
        (LastWrite, LastCommit) = (Stopwatch.GetElapsedTime(start, written), Stopwatch.GetElapsedTime(written));
    }

    /// <summary>What commits: when it fails and the server did not say that it rolled back, nobody knows whether the group is stored.</summary>
    private void Settling(string name, Action commit)
    {
        try
        {
            commit();
        }
        catch (Exception e) when (!PostgreSqlFaults.IsRolledBack(e))
        {
            Unsettled = name;
            throw;
        }
    }

    /// <summary>From here on nobody else's group is stored. The name of the last one that was.</summary>
    private string TakeOver()
    {
        using var transaction = _connection.BeginTransaction();
        var found = Scalar(PostgreSqlStatements.TakeMark) as string ?? "/";
        var group = found[..found.IndexOf('/', StringComparison.Ordinal)];
        using var command = Command(PostgreSqlStatements.SetValue);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = PostgreSqlStatements.GroupRow });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{group}/{_writer}" });
        command.ExecuteNonQuery();
        transaction.Commit();
        return group;
    }

    private object? Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar() is var value and not DBNull ? value : null;
    }

    private NpgsqlCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
