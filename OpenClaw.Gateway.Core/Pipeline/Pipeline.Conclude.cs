using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <content>The ends that a message can come to, and who is told of them.</content>
internal sealed partial class Pipeline
{
    /// <summary>True: the agent handed over, and the next one is to be asked.</summary>
    private bool TakeAnswer(LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, AgentOutcome outcome, string? note, ref Way way)
    {
        message.Error = null;
        if (outcome.IsLater)
        {
            message.DueAt = Micros.From(time.GetUtcNow() + outcome.AnswerWithin);
            Conclude(new ConcludeEntry(session, message, this)
            {
                State = MessageState.Waiting, Replies = (IReadOnlyList<MessageRecord>?)way.Earlier ?? [], Agent = agent.Model.Id, HandedOver = way.Handoffs > 0, NoteTaken = note, Runs = way.Runs,
            });
            return false;
        }

        way.Patches = way.Patches.With(session.Record, outcome);
        var replies = Replies(session, message, agent.Model, outcome.Replies, way.Sink!);
        if (outcome.Handoff is not { } handoff)
        {
            message.AnsweredAt = Micros.Now(time);
            Conclude(new ConcludeEntry(session, message, this)
            {
                Replies = way.Earlier is null ? replies : [.. way.Earlier, .. replies],
                Agent = agent.Model.Id,
                HandedOver = way.Handoffs > 0,
                NoteTaken = note,
                Context = way.Patches.Context,
                Preferences = way.Patches.Preferences,
                End = outcome.End,
                Runs = way.Runs,
            });
            return false;
        }

        (way.Earlier ??= []).AddRange(replies);
        way.Decision = router.RouteTo(channel, handoff.Agent, agent.Model.Id);
        if (way.Handoffs == MaxHandoffs || way.Decision.IsNone)
        {
            var why = way.Handoffs == MaxHandoffs ? $"More than {MaxHandoffs} handoffs." : $"An agent handed the message to '{handoff.Agent}', which is not there or disabled.";
            Bury(session, message, Stages.Dispatched, DeadLetterCauses.HandoffFailed, why, runs: way.Runs);
            return false;
        }

        way.Handoffs++;
        way.From = new(agent.Model.Name, handoff.Reason);
        way.Sink = null;
        message.Run++;
        return true;
    }

    /// <inheritdoc />
    public void Concluded(ConcludeEntry entry)
    {
        var (session, message) = (entry.Session, entry.Message);
        using var span = message is not null && MessageTraces.IsHeard ? MessageSpans.Settle(message, entry.State, entry.DeadLetter?.Cause, catalog.FindChannel(message.ChannelId)) : null;
        if (message is not null) Count(entry, message);
        foreach (var together in entry.Together) Count(entry, together);
        if (message is not null && entry.Replies is [{ From: MessageFrom.Agent } reply, ..] && reply.AgentId != Guid.Empty && catalog.FindChannel(message.ChannelId) is { } channel)
            loops.Answered(session.Record.RootId, message, entry.Replies, channel);
        watches.Concluded(entry);
        if (message is not null) unwanted.Remove(message.Id);
        foreach (var together in entry.Together) unwanted.Remove(together.Id);
        if (message?.Replay is not null) replaying.Concluded(message, entry.State, entry.DeadLetter);
        foreach (var settled in entry.Settled) replaying.Concluded(settled, MessageState.Answered, null);
        foreach (var settled in entry.Settled) figures.Answered(settled.TenantId, settled.ChannelId, settled.AnsweredAt - settled.At);
        takeOvers.Settle(session, entry.Settled);
        if (entry.End) takeOvers.LetGo(session);
        if (entry.Replies.Count > 0) usage.Replied(session.Record.TenantId, entry.Replies.Count);
        if (events.IsHeard(session.Record.TenantId)) Tell(entry);
        if (message is not null && entry.DeadLetter is null) LogConcluded(message.TenantId, message.ChannelId, message.SessionId, message.Id, entry.State, message.AgentId);
        if (entry.DeadLetter is { } letter) LogDead(letter.TenantId, letter.ChannelId, letter.SessionId, letter.MessageId, letter.Stage, letter.Cause);
    }

    /// <inheritdoc />
    public void Ended(ConcludeEntry entry) => sessions.End(entry.Session);

    /// <inheritdoc />
    public void NotConcluded(ConcludeEntry entry, Exception cause)
    {
        if (entry.Session.IsDropped) return; // its tenant was removed meanwhile
        var row = entry.Session.Record;
        LogNotConcluded(cause, row.TenantId, row.ChannelId, row.Id, entry.Message?.Id);
    }

    /// <summary>The late answer of a message did not come in time.</summary>
    public void Expire(LiveSession session, MessageRecord message)
    {
        const string why = "The agent said that it answers later, and did not in time.";
        message.Error = why;
        journal.Append(new ConcludeEntry(session, message, this)
        {
            State = MessageState.Dead,
            HoldsMailbox = false,
            DeadLetter = DeadLetters.Of(message, Stages.Answered, DeadLetterCauses.AgentNoAnswer, why, message.AgentId, time.GetUtcNow()),
        });
    }

    /// <summary>What became of a message could not be stored, time and again.</summary>
    public void GiveUp(LiveSession session, MessageRecord message)
    {
        const string why = "The database refused to store its outcome, several times over; the gateway's log says why.";
        message.Error = why;
        journal.Append(new ConcludeEntry(session, message, this)
        {
            State = MessageState.Dead,
            HoldsMailbox = false,
            DeadLetter = DeadLetters.Of(message, Stages.Dispatched, DeadLetterCauses.Internal, why, message.AgentId, time.GetUtcNow()),
        });
    }

    private MessageRecord[] Replies(LiveSession session, MessageRecord message, AgentModel agent, IReadOnlyList<AgentReply> replies, AnswerSink sink)
    {
        if (replies.Count == 0) return [];
        var now = Micros.Now(time);
        var records = new MessageRecord[replies.Count];
        for (var i = 0; i < records.Length; i++)
            records[i] = Entry(session, MessageFrom.Agent, agent.Name, replies[i], sink.Take(i), message, message.Run, i, agent.Id, now);
        return records;
    }

    /// <summary>An entry that is not a user's.</summary>
    internal static MessageRecord Entry(
        LiveSession session, MessageFrom from, string? name, AgentReply reply, (long Position, Guid Id) place, MessageRecord? question, int run, int index, Guid agent, long now) => new()
        {
            Position = place.Position,
            Id = place.Id,
            TenantId = session.Record.TenantId,
            ChannelId = session.Record.ChannelId,
            SessionId = session.Record.Id,
            From = from,
            UserName = name,
            Text = reply.Text,
            Extras = Loops.LoopGuard.Carry(reply.Extras, question),
            At = now,
            State = MessageState.Answered,
            InReplyTo = question,
            Run = run,
            Index = index,
            AgentId = agent,
        };

    private void Bury(LiveSession session, MessageRecord message, string stage, string cause, string detail, Attempt? attempt = null, IReadOnlyList<AgentRun>? runs = null)
    {
        message.Error = Short(detail);
        Conclude(new ConcludeEntry(session, message, this)
        {
            State = MessageState.Dead,
            Attempt = attempt,
            Runs = runs,
            DeadLetter = DeadLetters.Of(message, stage, cause, detail, message.AgentId, time.GetUtcNow(), message.Effort?.Risk),
            MoreLetters = [.. message.Earlier?.Select(m => DeadLetters.Of(m, stage, cause, detail, message.AgentId, time.GetUtcNow(), message.Effort?.Risk)) ?? []],
        });
    }

    private void Conclude(ConcludeEntry entry) => journal.Append(entry);

    private void Count(ConcludeEntry entry, MessageRecord message)
    {
        if (entry.State == MessageState.Dead) figures.Died(message.TenantId, message.ChannelId);
        else if (entry.State == MessageState.Dropped) figures.Dropped(message.TenantId, message.ChannelId);
        else if (entry.State == MessageState.Answered) figures.Answered(message.TenantId, message.ChannelId, message.AnsweredAt - (message.Replay is null ? message.At : message.RoutedAt));
    }

    private void Tell(ConcludeEntry entry)
    {
        var row = entry.Session.Record;
        foreach (var more in entry.MoreLetters)
            events.Publish(row.TenantId, EventTypes.DeadLetterAdded, row.ChannelId, row.Id, new { deadLetter = more.Id, message = more.MessageId, stage = more.Stage, cause = more.Cause });
        if (entry is { State: MessageState.Dropped, Message: { } dropped }) events.Publish(row.TenantId, EventTypes.MessageRouted, row.ChannelId, row.Id, MessagePayload.Of(dropped));
        foreach (var reply in entry.Replies) events.Publish(row.TenantId, EventTypes.ResponseGenerated, row.ChannelId, row.Id, MessagePayload.Of(reply));
        if (entry.DeadLetter is { } letter)
        {
            events.Publish(row.TenantId, EventTypes.ResponseFailed, row.ChannelId, row.Id, MessagePayload.Of(entry.Message!), new { stage = letter.Stage, cause = letter.Cause });
            events.Publish(row.TenantId, EventTypes.DeadLetterAdded, row.ChannelId, row.Id, new { deadLetter = letter.Id, message = letter.MessageId, stage = letter.Stage, cause = letter.Cause });
        }

        events.Publish(row.TenantId, EventTypes.SessionUpdated, row.ChannelId, row.Id, SessionPayload.Of(row));
    }
}
