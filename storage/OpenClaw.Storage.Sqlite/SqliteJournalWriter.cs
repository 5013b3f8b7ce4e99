using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Data.Sqlite;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using SQLitePCL;

namespace OpenClaw.Storage.Sqlite;

/// <summary>
/// Writes a group of the journal: one transaction of prepared single-row statements, which is the fastest way into SQLite.
/// The columns are held against EF's model by a test.
/// </summary>
internal sealed class SqliteJournalWriter : IJournalWriter
{
    private readonly SqliteConnection _connection;
    private readonly GatewayDbContext _rows;
    private readonly Statement _begin, _commit, _rollback, _probe;
    private readonly Statement _newSession, _changedSession, _newMessage, _changedMessage, _receipt, _deadLetter, _letterEnd, _attempt, _delivery, _replyEnd, _place, _floor, _indexMissing;

    [SuppressMessage("Reliability", "CA2000", Justification = "Disposed with the connection.")]
    public SqliteJournalWriter(SqliteConnection connection, GatewayDbContext rows)
    {
        (_connection, _rows) = (connection, rows);
        Durability = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["journal_mode"] = SqliteDatabase.Read(connection, "PRAGMA journal_mode"),
            ["synchronous"] = SqliteDatabase.Read(connection, "PRAGMA synchronous"),
        };
        var database = connection.Handle!;
        _begin = new(database, "BEGIN IMMEDIATE");
        _commit = new(database, "COMMIT");
        _rollback = new(database, "ROLLBACK");
        _probe = new(database, SqliteStatements.Probe);
        _newSession = new(database, SqliteStatements.NewSession);
        _changedSession = new(database, SqliteStatements.ChangedSession);
        _newMessage = new(database, SqliteStatements.NewMessage);
        _changedMessage = new(database, SqliteStatements.ChangedMessage);
        _receipt = new(database, SqliteStatements.Receipt);
        _deadLetter = new(database, SqliteStatements.DeadLetter);
        _letterEnd = new(database, SqliteStatements.LetterEnd);
        _attempt = new(database, SqliteStatements.Attempt);
        _delivery = new(database, SqliteStatements.Delivery);
        _replyEnd = new(database, SqliteStatements.ReplyEnd);
        _place = new(database, SqliteStatements.Place);
        _floor = new(database, SqliteStatements.Floor);
        _indexMissing = new(database, SqliteStatements.IndexMissing);
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Durability { get; }

    /// <inheritdoc />
    public void Write(JournalGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var start = Stopwatch.GetTimestamp();
        _begin.Run();
        try
        {
            foreach (var session in group.NewSessions) Insert(session);
            foreach (var session in group.ChangedSessions) Update(session);
            foreach (var message in group.NewMessages) Insert(message);
            foreach (var message in group.ChangedMessages) Update(message);
            foreach (var reply in group.Receipts) _receipt.Int(reply.DeliveredAt).Int(reply.Position).Run();
            foreach (var letter in group.DeadLetters) Insert(letter);
            foreach (var end in group.LetterEnds) _letterEnd.Text(end.State).Int(end.At).Id(end.Letter).Run();
            foreach (var attempt in group.Attempts) Insert(attempt);
            foreach (var delivery in group.Deliveries) Upsert(delivery);
            foreach (var end in group.ReplyEnds) _replyEnd.Int((long)end.State).IntOrNull(end.DeliveredAt).Text(end.Receipt).Text(end.Error).Int(end.Position).Run();
            foreach (var place in group.Places) _place.Id(place.Session).Int(place.Seq).Int(place.Position).Run();
            foreach (var work in group.Work) work(_rows);
            if (group.Floor != 0) _floor.Text(group.Floor.ToString(CultureInfo.InvariantCulture)).Run();
            var written = Stopwatch.GetTimestamp();
            _commit.Run();
            (LastWrite, LastCommit) = (Stopwatch.GetElapsedTime(start, written), Stopwatch.GetElapsedTime(written));
        }
        catch
        {
            // A full disk rolls back by itself; then there is nothing left to roll back.
            _rows.ChangeTracker.Clear();
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.Run();
            throw;
        }
    }

    /// <inheritdoc />
    public TimeSpan LastWrite { get; private set; }

    /// <inheritdoc />
    public TimeSpan LastCommit { get; private set; }

    /// <inheritdoc />
    public long IndexMissing()
    {
        var floor = SqliteDatabase.Read(_connection, """SELECT "Value" FROM "InstallationValues" WHERE "Name" = 'messages.indexed'""");
        var newest = SqliteDatabase.Read(_connection, """SELECT MAX("Position") FROM "Messages" """);
        _indexMissing.Int(floor.Length == 0 ? 0 : long.Parse(floor, CultureInfo.InvariantCulture)).Run();
        return newest.Length == 0 ? 0 : long.Parse(newest, CultureInfo.InvariantCulture) + 1;
    }

    /// <inheritdoc />
    public void Probe() => _probe.Text(Guid.CreateVersion7().ToString()).Run();

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _commit, _rollback, _probe, _newSession, _changedSession, _newMessage, _changedMessage, _receipt, _deadLetter, _letterEnd, _attempt, _delivery, _replyEnd, _place, _floor, _indexMissing })
            statement.Dispose();
        _rows.Dispose();
        _connection.Dispose();
    }

    private void Insert(SessionRecord s) => _newSession
        .Id(s.Id).Id(s.TenantId).Id(s.ChannelId).Id(s.RootId).Int(s.Episode)
        .Text(s.Conversation).Text(s.Thread).Text(s.UserId).Text(s.UserName)
        .Int((long)s.State).IdOrNull(s.AgentId).Int(s.Assigned ? 1 : 0).Int(s.LastSeq)
        .Text(s.Context).Text(s.Preferences).Text(s.AgentSettings).Text(s.Tools)
        .Int(s.CreatedAt).IntOrNull(s.EndedAt).Int(s.LastActivityAt)
        .IdOrNothing(s.TakenById).Text(s.TakenByName).IntOrNull(s.TakenAt).Text(s.NoteToAgent).Run();

    private void Update(SessionRecord s) => _changedSession
        .Text(s.UserName).Int((long)s.State).IdOrNull(s.AgentId).Int(s.Assigned ? 1 : 0).Int(s.LastSeq)
        .Text(s.Context).Text(s.Preferences).Text(s.AgentSettings).Text(s.Tools)
        .IntOrNull(s.EndedAt).Int(s.LastActivityAt)
        .IdOrNothing(s.TakenById).Text(s.TakenByName).IntOrNull(s.TakenAt).Text(s.NoteToAgent).Id(s.Id).Run();

    private void Insert(MessageRecord m) => _newMessage
        .Int(m.Position).Id(m.Id).Id(m.TenantId).Id(m.ChannelId).Id(m.SessionId).Int(m.Seq).Int((long)m.From)
        .Text(m.ExternalId).Text(m.UserId).Text(m.UserName).Text(m.Text).Text(m.Extras?.ToJson())
        .Int(m.At).Int((long)m.State).IntOrNull(Pending(m)).IntOrNull(m.DueAt)
        .IntOrNull(m.InReplyTo?.Seq ?? 0).Int(m.Run).Int(m.Index)
        .IntOrNull(m.RoutedAt).IntOrNull(m.DispatchedAt).IntOrNull(m.AnsweredAt).IntOrNull(m.DeliveredAt)
        .Int(m.Attempts).IdOrNull(m.AgentId).Text(m.Route).Text(m.Error).Run();

    private void Update(MessageRecord m) => _changedMessage
        .Int((long)m.State).IntOrNull(Pending(m)).IntOrNull(m.DueAt).Int(m.Run)
        .IntOrNull(m.RoutedAt).IntOrNull(m.DispatchedAt).IntOrNull(m.AnsweredAt)
        .Int(m.Attempts).IdOrNull(m.AgentId).Text(m.Route).Text(m.Error).Int(m.Position).Run();

    private void Insert(DeadLetter d) => _deadLetter
        .Id(d.Id).Id(d.TenantId).Text(d.Stage).Text(d.Cause).Text(d.Detail).Int(d.Attempts)
        .Int(Micros.From(d.FirstAt)).Int(Micros.From(d.LastAt)).Text(d.Fingerprint).Text(d.Risk)
        .Id(d.MessageId).Id(d.SessionId).Id(d.ChannelId).IdOrNull(d.AgentId ?? Guid.Empty).Text(d.Payload).Text(d.State)
        .Int(d.Position).IdOrNull(d.PreviousId ?? Guid.Empty).IdOrNull(d.ReplayId ?? Guid.Empty).Run();

    private void Insert(Attempt a) => _attempt
        .Id(a.Id).Id(a.TenantId).Id(a.SessionId).Id(a.MessageId).Int(a.Number).Int(a.Run).IdOrNull(a.AgentId ?? Guid.Empty)
        .Int(Micros.From(a.StartedAt)).IntOrNull(a.EndedAt is { } ended ? Micros.From(ended) : 0).Int((long)a.Kind).Text(a.Cause).Text(a.Detail).Int(a.Probe ? 1 : 0)
        .IntOrNull(a.NextAt is { } next ? Micros.From(next) : 0).Run();

    private void Upsert(Delivery d) => _delivery
        .Int(d.Position).Id(d.TenantId).Id(d.MessageId).Id(d.ChannelId).Id(d.SessionId).Text(d.State).Int(d.Attempts)
        .Int(Micros.From(d.StartedAt)).IntOrNull(d.NextAt is { } next ? Micros.From(next) : 0).Text(d.Parts).Int(d.PossibleDuplicate ? 1 : 0).Text(d.Error).Run();

    private static long Pending(MessageRecord message) => (message.From, message.State) switch
    {
        (MessageFrom.User, MessageState.Accepted or MessageState.Dispatched) => (long)PendingWork.Handle,
        (MessageFrom.User, MessageState.Waiting) => (long)PendingWork.LateAnswer,
        (not MessageFrom.User, MessageState.Answered) when message is { IsOutgoing: true, DeliveredAt: 0 } => (long)PendingWork.Send,
        _ => 0,
    };
}
