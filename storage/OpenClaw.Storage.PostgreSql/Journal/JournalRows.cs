using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Storage.PostgreSql.Journal;

/// <summary>
/// A group's rows as arrays, statement by statement in the order in which they are to be executed. A row that a group names twice is written once, with
/// what SQLite, which writes one after the other, would leave: a statement over many rows changes each at most once.
/// </summary>
internal sealed class JournalRows
{
    private readonly RowBatch _newSession = Of(PostgreSqlStatements.NewSession), _changedSession = Of(PostgreSqlStatements.ChangedSession);
    private readonly RowBatch _newMessage = Of(PostgreSqlStatements.NewMessage), _changedMessage = Of(PostgreSqlStatements.ChangedMessage);
    private readonly RowBatch _receipt = Of(PostgreSqlStatements.Receipt), _deadLetter = Of(PostgreSqlStatements.DeadLetter), _letterEnd = Of(PostgreSqlStatements.LetterEnd);
    private readonly RowBatch _attempt = Of(PostgreSqlStatements.Attempt), _delivery = Of(PostgreSqlStatements.Delivery), _replyEnd = Of(PostgreSqlStatements.ReplyEnd);
    private readonly RowBatch _eventOutcome = Of(PostgreSqlStatements.EventOutcome), _place = Of(PostgreSqlStatements.Place), _eventDelivery = Of(PostgreSqlStatements.EventDelivery);
    private readonly NpgsqlBatchCommand _mark = Plain(PostgreSqlStatements.Mark), _floor = Plain(PostgreSqlStatements.SetValue);
    private readonly RowBatch[] _all, _beforeWork;
    private readonly HashSet<long> _positions = [];
    private readonly HashSet<Guid> _ids = [];
    private readonly Dictionary<Guid, EventOutcome> _outcomes = [];

    public JournalRows()
    {
        _beforeWork = [_newSession, _changedSession, _newMessage, _changedMessage, _receipt, _deadLetter, _letterEnd, _attempt, _delivery, _replyEnd, _eventOutcome, _place];
        _all = [.. _beforeWork, _eventDelivery];
    }

    /// <summary>The mark of the group, and all but what comes after its work.</summary>
    public void AddBeforeWork(NpgsqlBatch batch, JournalGroup group, string mark, string lastMark)
    {
        Fill(group);
        (_mark.Parameters[0].Value, _mark.Parameters[1].Value) = (mark, lastMark);
        batch.BatchCommands.Add(_mark);
        foreach (var rows in _beforeWork)
            if (rows.Count > 0) batch.BatchCommands.Add(rows.Command);
    }

    /// <summary>What comes after the group's work, which may have added to it.</summary>
    public void AddAfterWork(NpgsqlBatch batch, JournalGroup group)
    {
        foreach (var delivery in group.EventDeliveries) Insert(delivery);
        if (_eventDelivery.Count > 0) batch.BatchCommands.Add(_eventDelivery.Command);
        if (group.Floor == 0) return;
        (_floor.Parameters[0].Value, _floor.Parameters[1].Value) = ("messages.indexed", group.Floor.ToString(CultureInfo.InvariantCulture));
        batch.BatchCommands.Add(_floor);
    }

    public void Clear()
    {
        foreach (var rows in _all) rows.Clear();
    }

    private void Fill(JournalGroup group)
    {
        foreach (var session in group.NewSessions) Insert(session);
        foreach (var session in group.ChangedSessions) Update(session);
        foreach (var message in group.NewMessages) Insert(message);
        foreach (var message in Once(group.ChangedMessages)) Update(message);
        foreach (var reply in group.Receipts) _receipt.Long(reply.DeliveredAt).Long(reply.Position).Run();
        foreach (var letter in group.DeadLetters) Insert(letter);
        _ids.Clear();
        foreach (var end in group.LetterEnds)
            if (_ids.Add(end.Letter)) _letterEnd.Text(end.State).Long(end.At).Id(end.Letter).Run();
        foreach (var attempt in group.Attempts) Insert(attempt);
        _positions.Clear();
        for (var i = group.Deliveries.Count - 1; i >= 0; i--)
            if (_positions.Add(group.Deliveries[i].Position)) Upsert(group.Deliveries[i]);
        _positions.Clear();
        foreach (var end in group.ReplyEnds)
            if (_positions.Add(end.Position)) _replyEnd.Short((long)end.State).ShortOrNull(0).LongOrNull(end.DeliveredAt).Text(end.Receipt).Text(end.Error).Long(end.Position).Run();
        Outcomes(group);
        foreach (var place in group.Places) _place.Id(place.Session).Long(place.Seq).Long(place.Position).Run();
    }

    private List<MessageRecord> Once(List<MessageRecord> messages)
    {
        if (messages.Count < 2) return messages;
        _positions.Clear();
        return messages.FindAll(m => _positions.Add(m.Position));
    }

    /// <summary>The last one of each event, but none behind one that ended it.</summary>
    private void Outcomes(JournalGroup group)
    {
        if (group.EventOutcomes.Count == 0) return;
        _outcomes.Clear();
        foreach (var outcome in group.EventOutcomes)
            if (!_outcomes.TryGetValue(outcome.Id, out var former) || former.State == "pending") _outcomes[outcome.Id] = outcome;
        foreach (var o in _outcomes.Values)
            _eventOutcome.Text(o.State).Int(o.Attempts).LongOrNull(o.NextAt).Long(o.LastAt).IntOrNull(o.Status ?? 0).Int(o.Milliseconds).Text(o.Error).Id(o.Id).Run();
    }

    private void Insert(SessionRecord s) => _newSession
        .Id(s.Id).Id(s.TenantId).Id(s.ChannelId).Id(s.RootId).Int(s.Episode)
        .Text(s.Conversation).Text(s.Thread).Text(s.UserId).Text(s.UserName)
        .Short((long)s.State).IdOrNull(s.AgentId).Bool(s.Assigned).Long(s.LastSeq)
        .Text(s.Context).Text(s.Preferences).Text(s.AgentSettings).Text(s.Tools)
        .Long(s.CreatedAt).LongOrNull(s.EndedAt).Long(s.LastActivityAt)
        .IdOrNothing(s.TakenById).Text(s.TakenByName).LongOrNull(s.TakenAt).Text(s.NoteToAgent).Run();

    private void Update(SessionRecord s) => _changedSession
        .Text(s.UserName).Short((long)s.State).IdOrNull(s.AgentId).Bool(s.Assigned).Long(s.LastSeq)
        .Text(s.Context).Text(s.Preferences).Text(s.AgentSettings).Text(s.Tools)
        .LongOrNull(s.EndedAt).Long(s.LastActivityAt)
        .IdOrNothing(s.TakenById).Text(s.TakenByName).LongOrNull(s.TakenAt).Text(s.NoteToAgent).Id(s.Id).Run();

    private void Insert(MessageRecord m) => _newMessage
        .Long(m.Position).Id(m.Id).Id(m.TenantId).Id(m.ChannelId).Id(m.SessionId).Long(m.Seq).Short((long)m.From)
        .Text(m.ExternalId).Text(m.UserId).Text(m.UserName).Text(m.Text.Bytes).Text(m.Extras?.ToJson())
        .Long(m.At).Short((long)m.State).ShortOrNull(Pending(m)).LongOrNull(m.DueAt)
        .LongOrNull(m.InReplyTo?.Seq ?? 0).Int(m.Run).Int(m.Index)
        .LongOrNull(m.RoutedAt).LongOrNull(m.DispatchedAt).LongOrNull(m.AnsweredAt).LongOrNull(m.DeliveredAt)
        .Int(m.Attempts).IdOrNull(m.AgentId).Text(m.Route).Text(m.Error).Run();

    private void Update(MessageRecord m) => _changedMessage
        .Short((long)m.State).ShortOrNull(Pending(m)).LongOrNull(m.DueAt).Int(m.Run)
        .LongOrNull(m.RoutedAt).LongOrNull(m.DispatchedAt).LongOrNull(m.AnsweredAt)
        .Int(m.Attempts).IdOrNull(m.AgentId).Text(m.Route).Text(m.Error).Long(m.Position).Run();

    private void Insert(DeadLetter d) => _deadLetter
        .Id(d.Id).Id(d.TenantId).Text(d.Stage).Text(d.Cause).Text(d.Detail).Int(d.Attempts)
        .Long(Micros.From(d.FirstAt)).Long(Micros.From(d.LastAt)).Text(d.Fingerprint).Text(d.Risk)
        .Id(d.MessageId).Id(d.SessionId).Id(d.ChannelId).IdOrNull(d.AgentId ?? Guid.Empty).Text(d.Payload).Text(d.State)
        .Long(d.Position).IdOrNull(d.PreviousId ?? Guid.Empty).IdOrNull(d.ReplayId ?? Guid.Empty).Run();

    private void Insert(Attempt a) => _attempt
        .Id(a.Id).Id(a.TenantId).Id(a.SessionId).Id(a.MessageId).Int(a.Number).Int(a.Run).IdOrNull(a.AgentId ?? Guid.Empty)
        .Long(Micros.From(a.StartedAt)).LongOrNull(MicrosOf(a.EndedAt)).Int((int)a.Kind).Text(a.Cause).Text(a.Detail).Bool(a.Probe)
        .LongOrNull(MicrosOf(a.NextAt)).Run();

    private void Upsert(Delivery d) => _delivery
        .Long(d.Position).Id(d.TenantId).Id(d.MessageId).Id(d.ChannelId).Id(d.SessionId).Text(d.State).Int(d.Attempts)
        .Long(Micros.From(d.StartedAt)).LongOrNull(MicrosOf(d.NextAt)).Text(d.Parts).Bool(d.PossibleDuplicate).Text(d.Error).Run();

    private void Insert(EventDelivery d) => _eventDelivery
        .Id(d.Id).Id(d.TenantId).Id(d.WebhookId).IdOrNull(d.SessionId ?? Guid.Empty).Id(d.EventId).Text(d.Type).Text(d.Body).Long(Micros.From(d.At)).Text(d.State).Int(d.Attempts)
        .LongOrNull(MicrosOf(d.NextAt)).LongOrNull(MicrosOf(d.LastAt)).IntOrNull(d.Status ?? 0).IntOrNull(d.Milliseconds ?? 0).Text(d.Error).Run();

    private static long MicrosOf(DateTimeOffset? time) => time is { } known ? Micros.From(known) : 0;

    private static long Pending(MessageRecord message) => (message.From, message.State) switch
    {
        (MessageFrom.User, MessageState.Accepted or MessageState.Dispatched) => (long)PendingWork.Handle,
        (MessageFrom.User, MessageState.Waiting) => (long)PendingWork.LateAnswer,
        (not MessageFrom.User, MessageState.Answered) when message is { IsOutgoing: true, DeliveredAt: 0 } => (long)PendingWork.Send,
        _ => 0,
    };

    private static RowBatch Of(RowStatement statement) => new(statement.Sql, statement.Columns.Select(c => c.Type));

    private static NpgsqlBatchCommand Plain(string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var i = 0; i < 2; i++) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text });
        return command;
    }
}
