using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <content>What users say to the gateway itself, and requests that are broken off.</content>
internal sealed partial class Pipeline
{
    /// <summary>The commands to stop that found something to stop, until their turn in the mailbox comes.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _stops = new();

    /// <summary>By session, the command to stop that came before anything could be stopped: it stops what is asked before its turn comes.</summary>
    private readonly ConcurrentDictionary<Guid, Guid> _stopWishes = new();

    /// <inheritdoc />
    public void Arrived(LiveSession session, MessageRecord message)
    {
        if (UserCommands.Of(message.Text) != UserCommand.Stop || catalog.FindChannel(message.ChannelId) is not { UserCommands: true }) return;
        _stopWishes[session.Record.Id] = message.Id;
        if (asks.Stop(session.Record.Id, StopReason.User)) GrantStop(session.Record.Id);
        else waits.Release(session.Record.Id); // it finds the wish
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
        watches.Tell(session.Record.RootId, new(message, MessageState.Answered, [answer]));
        if (!asks.Stop(session.Record.Id, StopReason.User)) waits.Release(session.Record.Id);
        takeOvers.LetGo(session);
        if (!events.IsHeard(message.TenantId)) return;
        events.Publish(message.TenantId, EventTypes.ResponseGenerated, message.ChannelId, message.SessionId, MessagePayload.Of(answer));
        events.Publish(message.TenantId, EventTypes.SessionUpdated, message.ChannelId, message.SessionId, SessionPayload.Of(session.Record));
    }

    /// <inheritdoc />
    public void LetGo(LiveSession session) => takeOvers.LetGo(session);

    private void GrantStop(Guid session)
    {
        if (_stopWishes.TryRemove(session, out var command)) _stops[command] = true;
    }

    /// <summary>True when the user wants to be rid of a message that has waited; not of the command itself.</summary>
    private bool StopWished(LiveSession session, MessageRecord message)
    {
        if (_stopWishes.IsEmpty || !_stopWishes.TryGetValue(session.Record.Id, out var command) || command == message.Id) return false;
        GrantStop(session.Record.Id);
        return true;
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

        if (reason == StopReason.Newer)
        {
            Supersede(session, message);
            return;
        }

        Scatter(session, message);
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
}
