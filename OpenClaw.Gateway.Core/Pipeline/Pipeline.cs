using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// One message of a session: route, dispatch, collect, conclude. Runs on the pool; a slow agent holds nothing but its own session.
/// </summary>
internal sealed partial class Pipeline(
    ICatalog catalog, Router router, AgentRegistry agents, SessionTable sessions, Journal journal, MessagePosition positions,
    IEventBus events, LiveFigures figures, UsageMeter usage, Suspensions suspensions, TakeOvers takeOvers, OpenAsks asks, TimeProvider time, ILogger<Pipeline> log) : IMailboxHandler, IConclusionObserver, IDisposable
{
    private const int MaxHandoffs = 5;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The commands to stop that found something to stop, until their turn in the mailbox comes.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _stops = new();

    /// <summary>By session, the command to stop that came before anything could be stopped: it stops what is asked before its turn comes.</summary>
    private readonly ConcurrentDictionary<Guid, Guid> _stopWishes = new();

    /// <summary>Cancels open requests: their messages stay unfinished and are handled at the next start.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        asks.StopAll();
    }

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc />
    public void Handle(LiveSession session, MessageRecord message)
    {
        if (_stopping.IsCancellationRequested) return;
        var handling = HandleAsync(session, message);
        if (!handling.IsCompletedSuccessfully) _ = ObserveAsync(session, message, handling);
    }

    /// <inheritdoc />
    public void Arrived(LiveSession session, MessageRecord message)
    {
        if (UserCommands.Of(message.Text) != UserCommand.Stop || catalog.FindChannel(message.ChannelId) is not { UserCommands: true }) return;
        _stopWishes[session.Record.Id] = message.Id;
        if (asks.Stop(session.Record.Id, StopReason.User)) GrantStop(session.Record.Id);
    }

    private void GrantStop(Guid session)
    {
        if (_stopWishes.TryRemove(session, out var command)) _stops[command] = true;
    }

    /// <inheritdoc />
    public MessageRecord? AnswerEnding(LiveSession session, MessageRecord message, ChannelModel channel)
    {
        if (!channel.UserCommands || UserCommands.Of(message.Text) != UserCommand.New) return null;
        var now = message.At;
        (message.State, message.RoutedAt, message.Route, message.AnsweredAt) = (MessageState.Answered, now, OwnRoutes.Command, now);
        return Entry(session, MessageFrom.Agent, null, new(UserCommands.Answer(UserCommand.New, stopped: false)), positions.Next(), message, message.Run, 0, Guid.Empty, now);
    }

    /// <inheritdoc />
    public void EndedByUser(LiveSession session, MessageRecord message, MessageRecord answer)
    {
        figures.Answered(message.TenantId, message.ChannelId, message.AnsweredAt - message.At);
        usage.Replied(message.TenantId, 1);
        asks.Stop(session.Record.Id, StopReason.User);
        takeOvers.LetGo(session);
        if (!events.IsHeard(message.TenantId)) return;
        events.Publish(message.TenantId, EventTypes.ResponseGenerated, message.ChannelId, message.SessionId, MessagePayload.Of(answer));
        events.Publish(message.TenantId, EventTypes.SessionUpdated, message.ChannelId, message.SessionId, SessionPayload.Of(session.Record));
    }

    /// <inheritdoc />
    public void LetGo(LiveSession session) => takeOvers.LetGo(session);

    /// <inheritdoc />
    public void Concluded(ConcludeEntry entry)
    {
        var (session, message) = (entry.Session, entry.Message);
        if (message is not null) Count(entry, message);
        foreach (var settled in entry.Settled) figures.Answered(settled.TenantId, settled.ChannelId, settled.AnsweredAt - settled.At);
        takeOvers.Settle(session, entry.Settled);
        if (entry.End) takeOvers.LetGo(session);
        if (entry.Replies.Count > 0) usage.Replied(session.Record.TenantId, entry.Replies.Count);
        if (events.IsHeard(session.Record.TenantId)) Tell(entry);
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

    private async Task ObserveAsync(LiveSession session, MessageRecord message, ValueTask handling)
    {
        try
        {
            await handling;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The gateway stops: the message is unfinished in the database and handled at the next start.
        }
        catch (Exception e)
        {
            LogFault(e, message.TenantId, message.ChannelId, message.SessionId, message.Id);
            Bury(session, message, Stages.Dispatched, DeadLetterCauses.Internal, $"The gateway failed ({e.GetType().Name}); its log says more.");
        }
    }

    private async ValueTask HandleAsync(LiveSession session, MessageRecord message)
    {
        if (suspensions.Hold(session) || takeOvers.Hold(session)) return;
        if (!session.IsComplete) await sessions.CompleteAsync(session);
        sessions.Dispatched();
        if (catalog.FindChannel(message.ChannelId) is not { } channel)
        {
            Bury(session, message, Stages.Routed, DeadLetterCauses.NoRoute, "The channel was deleted.");
            return;
        }

        if (session.IsClosing)
        {
            // what is answered now would be read by nobody: the user is in the next conversation
            message.Error = "The user began a new conversation before this was answered.";
            Conclude(new ConcludeEntry(session, message, this) { State = MessageState.Dropped });
            return;
        }

        if (channel.UserCommands && UserCommands.Of(message.Text) is { } command)
        {
            Obey(session, message, command);
            return;
        }

        var decision = router.Route(channel, Facts(session.Record, message));
        var handedOver = false;
        List<MessageRecord>? earlier = null;
        Patches patches = default;
        for (var handoffs = 0; ; handoffs++)
        {
            (message.RoutedAt, message.Route, message.AgentId) = (Micros.Now(time), decision.Json, decision.Agent);
            if (decision.IsDrop)
            {
                Conclude(new ConcludeEntry(session, message, this) { State = MessageState.Dropped });
                return;
            }

            if (decision.IsNone)
            {
                Bury(session, message, Stages.Routed, DeadLetterCauses.NoRoute, "No agent is responsible: add a routing rule that takes the message, set an agent for the channel, or a default agent for the tenant.");
                return;
            }

            if (agents.Get(decision.Agent) is not { Model.Enabled: true } agent)
            {
                Bury(session, message, Stages.Dispatched, DeadLetterCauses.AgentUnavailable, "The session's agent is disabled or was deleted.");
                return;
            }

            var sink = new AnswerSink(session, positions);
            var note = session.Record.NoteToAgent;
            AgentOutcome outcome;
            try
            {
                outcome = await AskAsync(session, message, channel, agent, sink, patches, note);
            }
            catch (AskStoppedException stopped)
            {
                sink.Discard();
                Stopped(session, message, stopped.Reason);
                return;
            }

            if (outcome.Failure is { } failure)
            {
                sink.Discard();
                Bury(session, message, Stages.Dispatched, failure.Cause, failure.Detail, failure.NeverSent ? DeadLetterRisks.NeverSent : null);
                return;
            }

            if (outcome.IsLater)
            {
                message.DueAt = Micros.From(time.GetUtcNow() + outcome.AnswerWithin);
                Conclude(new ConcludeEntry(session, message, this) { State = MessageState.Waiting, Replies = (IReadOnlyList<MessageRecord>?)earlier ?? [], Agent = decision.Agent, HandedOver = handedOver, NoteTaken = note });
                return;
            }

            patches = patches.With(session.Record, outcome);
            var replies = Replies(session, message, agent.Model, outcome.Replies, sink);
            if (outcome.Handoff is null)
            {
                message.AnsweredAt = Micros.Now(time);
                Conclude(new ConcludeEntry(session, message, this)
                {
                    Replies = earlier is null ? replies : [.. earlier, .. replies],
                    Agent = decision.Agent,
                    HandedOver = handedOver,
                    NoteTaken = note,
                    Context = patches.Context,
                    Preferences = patches.Preferences,
                    End = outcome.End,
                });
                return;
            }

            (earlier ??= []).AddRange(replies);
            decision = router.RouteTo(channel, outcome.Handoff.Agent);
            if (handoffs == MaxHandoffs || decision.IsNone)
            {
                var why = handoffs == MaxHandoffs ? $"More than {MaxHandoffs} handoffs." : $"An agent handed the message to '{outcome.Handoff.Agent}', which is not there or disabled.";
                Bury(session, message, Stages.Dispatched, DeadLetterCauses.HandoffFailed, why);
                return;
            }

            handedOver = true;
            message.Run++;
        }
    }

    private static RouteFacts Facts(SessionRecord row, MessageRecord message) =>
        new(message.Text, message.UserId ?? row.UserId, message.Extras?.Attachments is { Count: > 0 }, row.AgentId, row.Assigned);

    private ValueTask<AgentOutcome> AskAsync(LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, AnswerSink sink, Patches patches, string? note)
    {
        message.DispatchedAt = Micros.Now(time);
        message.Attempts++;
        message.State = MessageState.Dispatched;
        if (events.IsHeard(message.TenantId)) events.Publish(message.TenantId, EventTypes.MessageRouted, message.ChannelId, message.SessionId, MessagePayload.Of(message));
        var row = session.Record;
        var request = new AgentRequest
        {
            Id = message.Id,
            Attempt = message.Attempts,
            Agent = agent.Model,
            Channel = channel,
            SessionId = row.Id,
            Address = message.UserId is null && message.UserName is null
                ? session.Address
                : new SessionAddress(row.Conversation, row.Thread, message.UserId ?? row.UserId, message.UserName ?? row.UserName),
            Context = patches.Context ?? row.Context,
            Preferences = patches.Preferences ?? row.Preferences,
            Text = message.Text,
            Extras = message.Extras,
            At = Micros.ToTime(message.At),
            Seq = message.Seq,
            HistoryBefore = session.HistoryReader,
            AgentSettings = row.AgentSettings,
            Tools = row.Tools,
            Note = note,
        };
        var ask = asks.Rent();
        var asking = agent.AskAsync(request, sink, ask.Token);
        if (!asking.IsCompletedSuccessfully) return WaitAsync(session, message, sink, asking, ask);
        asks.Return(ask);
        return asking;
    }

    /// <summary>Says that an agent works while it does.</summary>
    private async ValueTask<AgentOutcome> WaitAsync(LiveSession session, MessageRecord message, AnswerSink sink, ValueTask<AgentOutcome> asking, OpenAsk ask)
    {
        var id = session.Record.Id;
        sink.Work();
        asks.Open(id, ask);
        // all of these may have come just before anybody could find the request
        if (_stopping.IsCancellationRequested) ask.TryStop(id, StopReason.Stopping);
        if (session.Record.TakenAt != 0) ask.TryStop(id, StopReason.TakenOver);
        if ((session.IsClosing || _stopWishes.ContainsKey(id)) && ask.TryStop(id, StopReason.User)) GrantStop(id);
        journal.Append(new ProgressEntry(message));
        try
        {
            return await asking;
        }
        catch (OperationCanceledException) when (ask.Reason is StopReason.User or StopReason.TakenOver)
        {
            throw new AskStoppedException(ask.Reason);
        }
        finally
        {
            asks.Close(id, ask);
            session.TellTyping(on: false);
        }
    }

    /// <summary>The running answer was stopped: by the user it is over; for an operator the message waits again.</summary>
    private void Stopped(LiveSession session, MessageRecord message, StopReason reason)
    {
        if (reason == StopReason.User)
        {
            message.Error = session.IsClosing ? "The user began a new conversation before this was answered." : "The user stopped the answer.";
            Conclude(new ConcludeEntry(session, message, this) { State = MessageState.Dropped });
            return;
        }

        message.State = MessageState.Accepted;
        journal.Append(new ProgressEntry(message));
        sessions.HeldBack(-1); // it waits again, and is counted so
        if (!takeOvers.Hold(session)) session.GoOn();
    }

    /// <summary>The user spoke to the gateway itself.</summary>
    private void Obey(LiveSession session, MessageRecord message, UserCommand command)
    {
        var now = Micros.Now(time);
        if (command == UserCommand.Stop) _stopWishes.TryRemove(new(session.Record.Id, message.Id));
        var answer = new AgentReply(UserCommands.Answer(command, _stops.TryRemove(message.Id, out _)));
        (message.RoutedAt, message.Route, message.AnsweredAt) = (now, OwnRoutes.Command, now);
        Conclude(new ConcludeEntry(session, message, this)
        {
            Replies = [Entry(session, MessageFrom.Agent, null, answer, positions.Next(), message, message.Run, 0, Guid.Empty, now)],
            End = command == UserCommand.New, // of a session that a restart found with it in its mailbox
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
            Extras = reply.Extras,
            At = now,
            State = MessageState.Answered,
            InReplyTo = question,
            Run = run,
            Index = index,
            AgentId = agent,
        };

    private void Bury(LiveSession session, MessageRecord message, string stage, string cause, string detail, string? risk = null)
    {
        message.Error = detail.Length > 500 ? detail[..500] : detail;
        Conclude(new ConcludeEntry(session, message, this)
        {
            State = MessageState.Dead,
            DeadLetter = DeadLetters.Of(message, stage, cause, detail, message.AgentId, time.GetUtcNow(), risk),
        });
    }

    private void Conclude(ConcludeEntry entry) => journal.Append(entry);

    private void Count(ConcludeEntry entry, MessageRecord message)
    {
        if (entry.State == MessageState.Dead) figures.Died(message.TenantId, message.ChannelId);
        else if (entry.State == MessageState.Dropped) figures.Dropped(message.TenantId, message.ChannelId);
        else if (entry.State == MessageState.Answered) figures.Answered(message.TenantId, message.ChannelId, message.AnsweredAt - message.At);
    }

    private void Tell(ConcludeEntry entry)
    {
        var row = entry.Session.Record;
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
