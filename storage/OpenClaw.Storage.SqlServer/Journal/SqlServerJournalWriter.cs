using System.Data;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Storage.SqlServer.Journal;

/// <summary>
/// Writes a group of the journal in one round trip: one prepared batch that begins, writes every list from its JSON, and commits. Only a group with work
/// of its own (EF over the same connection) takes more: begin, rows, the work, the rest, commit.
/// </summary>
internal sealed class SqlServerJournalWriter : IJournalWriter
{
    private const int MostTries = 4;
    private readonly SqlConnection _connection;
    private readonly GatewayDbContext _rows;
    private readonly GroupParameters _parameters;
    private readonly SqlCommand _whole, _before, _after;
    private readonly string _writer = Guid.CreateVersion7().ToString("N");
    private readonly string _foundGroup;
    private string _mark;
    private long _groups;

    /// <param name="connection">Its own, open; disposed with the writer.</param>
    /// <param name="rows">Rows as objects over that connection.</param>
    [SuppressMessage("Security", "CA2100", Justification = "The statements are constants of this project.")]
    public SqlServerJournalWriter(SqlConnection connection, GatewayDbContext rows)
    {
        (_connection, _rows) = (connection, rows);
        var lists = new JournalColumns();
        var statements = new SqlServerStatements(lists);
        _parameters = new(lists);
        _whole = Command(statements.Whole);
        _before = Command(statements.BeforeWork);
        _after = Command(statements.AfterWork);
        _parameters.AddBeforeWork(_whole);
        _parameters.AddAfterWork(_whole);
        _parameters.AddBeforeWork(_before);
        _parameters.AddAfterWork(_after);
        if (connection.State != ConnectionState.Open)
        {
            // a test looks at the commands without a server
            (Durability, _foundGroup, _mark) = (new Dictionary<string, string>(StringComparer.Ordinal), "", "/");
            return;
        }

        Run(SqlServerStatements.Open);
        Durability = JournalSettings.Read(connection);
        _foundGroup = TakeOver();
        _mark = $"{_foundGroup}/{_writer}";
        _whole.Prepare();
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Durability { get; }

    /// <inheritdoc />
    public string? Unsettled { get; private set; }

    /// <inheritdoc />
    public TimeSpan LastWrite { get; private set; }

    /// <summary>With the way to the server and back: what costs the same for a group of any size, so that groups grow with it.</summary>
    public TimeSpan LastCommit { get; private set; }

    /// <summary>The commands of <see cref="Write"/>.</summary>
    internal IReadOnlyList<SqlCommand> Commands => [_whole, _before, _after];

    /// <inheritdoc />
    public bool WasStored(string mark) => string.Equals(_foundGroup, mark, StringComparison.Ordinal);

    /// <inheritdoc />
    public void Write(JournalGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var events = group.EventDeliveries.Count;
        for (var round = 1; ; round++)
        {
            try
            {
                WriteOnce(group);
                return;
            }
            catch (SqlException e) when (SqlServerFaults.IsCollision(e) && round < MostTries && _connection.State == ConnectionState.Open)
            {
                // somebody's statement and ours waited for each other: the server has rolled ours back, and the other one goes on
                group.EventDeliveries.RemoveRange(events, group.EventDeliveries.Count - events);
            }
            catch (InvalidOperationException e) when (_connection.State != ConnectionState.Open)
            {
                // what the driver says of a connection that broke before: nothing was sent
                throw new IOException("The connection to SQL Server is lost.", e);
            }
        }
    }

    /// <inheritdoc />
    public long IndexMissing()
    {
        using var command = Command(SqlServerStatements.IndexMissing);
        command.CommandTimeout = 0;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc />
    public void Probe()
    {
        using var command = Command(SqlServerStatements.SetValue);
        command.Parameters.AddWithValue("@name", "journal.probe");
        command.Parameters.AddWithValue("@value", Guid.CreateVersion7().ToString());
        command.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _whole.Dispose();
        _before.Dispose();
        _after.Dispose();
        _rows.Dispose();
        _connection.Dispose();
    }

    /// <summary>Fills the commands' parameters, and gives back the group's name.</summary>
    internal string Fill(JournalGroup group)
    {
        var name = $"{_writer}.{(++_groups).ToString(CultureInfo.InvariantCulture)}";
        _parameters.FillBeforeWork(group.Work.Count == 0 ? _whole : _before, group, $"{name}/{_writer}", _mark);
        if (group.Work.Count == 0) _parameters.FillAfterWork(_whole, group);
        return name;
    }

    private void WriteOnce(JournalGroup group)
    {
        var start = Stopwatch.GetTimestamp();
        var name = Fill(group);
        if (group.Work.Count == 0) Send(name, start);
        else SendWithWork(group, name, start);
        _mark = $"{name}/{_writer}";
    }

    private void Send(string name, long start)
    {
        var ready = Stopwatch.GetTimestamp();
        long microseconds = 0;
        Settling(name, () => microseconds = Convert.ToInt64(_whole.ExecuteScalar(), CultureInfo.InvariantCulture));
        var (before, sent, rows) = (Stopwatch.GetElapsedTime(start, ready), Stopwatch.GetElapsedTime(ready), TimeSpan.FromMicroseconds(Math.Max(0, microseconds)));
        (LastWrite, LastCommit) = (before + rows, sent > rows ? sent - rows : TimeSpan.Zero);
    }

    private void SendWithWork(JournalGroup group, string name, long start)
    {
        using var transaction = _connection.BeginTransaction(IsolationLevel.ReadCommitted);
        (_before.Transaction, _after.Transaction) = (transaction, transaction);
        try
        {
            _before.ExecuteNonQuery();
            _rows.Database.UseTransaction(transaction);
            foreach (var work in group.Work) work(_rows);
            _parameters.FillAfterWork(_after, group);
            _after.ExecuteNonQuery();
        }
        catch
        {
            // disposing rolls back; where the connection is gone, the server does
            _rows.ChangeTracker.Clear();
            throw;
        }
        finally
        {
            if (_connection.State == ConnectionState.Open) _rows.Database.UseTransaction(null);
            (_before.Transaction, _after.Transaction) = (null, null);
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
        catch (Exception e) when (!SqlServerFaults.IsRolledBack(e))
        {
            Unsettled = name;
            throw;
        }
    }

    /// <summary>From here on nobody else's group is stored. The name of the last one that was.</summary>
    private string TakeOver()
    {
        using var transaction = _connection.BeginTransaction(IsolationLevel.ReadCommitted);
        using var take = Command(SqlServerStatements.TakeMark);
        take.Transaction = transaction;
        var found = take.ExecuteScalar() as string ?? "/";
        var group = found[..found.IndexOf('/', StringComparison.Ordinal)];
        using var set = Command(SqlServerStatements.SetMark);
        set.Transaction = transaction;
        set.Parameters.AddWithValue("@value", $"{group}/{_writer}");
        set.ExecuteNonQuery();
        transaction.Commit();
        return group;
    }

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    [SuppressMessage("Security", "CA2100", Justification = "The statements are constants of this project.")]
    private SqlCommand Command(string sql) => new(sql, _connection);
}
