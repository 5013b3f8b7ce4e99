using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <content>What becomes of messages that come while an agent is busy with the one before (settings.busy of the agent).</content>
internal sealed partial class Pipeline
{
    private const string NewerCame = "A newer message came while it was being answered.";

    /// <summary>How often a message that was given together with others looks for them after a restart, which brings them one by one.</summary>
    private const int MostLookouts = 50;

    private static readonly TimeSpan Lookout = TimeSpan.FromMilliseconds(100);

    /// <summary>By session, the message whose answer its user does not want any more.</summary>
    private readonly ConcurrentDictionary<Guid, Guid> _cancels = new();

    /// <inheritdoc />
    public void Posted(LiveSession session, MessageRecord message)
    {
        if (session.BusyWith(message) is not { } running || !IsInterrupted(session, running, message)) return;
        if (!asks.Stop(session.Record.Id, StopReason.Newer, running)) waits.Release(session.Record.Id); // it finds the newer one
    }

    /// <inheritdoc />
    public void Cancel(LiveSession session)
    {
        if (session.BusyWith(null) is not { } running) return;
        var id = session.Record.Id;
        if (asks.Stop(id, StopReason.User, running)) return;
        _cancels[id] = running.Id;
        if (asks.Stop(id, StopReason.User, running)) _cancels.TryRemove(new(id, running.Id)); // the agent was asked in this moment
        else waits.Release(id);
        if (!ReferenceEquals(session.BusyWith(null), running)) _cancels.TryRemove(new(id, running.Id)); // it was over in this moment
    }

    /// <inheritdoc />
    public void Typed(LiveSession session, bool on)
    {
        if (session.Record is { AgentId: var agent, TakenAt: 0 } && agent != Guid.Empty)
            foreach (var told in typing) told.Typing(agent, session.Record.Id, on);
    }

    /// <summary>The user does not want that message answered any more.</summary>
    private bool IsCancelled(LiveSession session, MessageRecord message) =>
        !_cancels.IsEmpty && _cancels.TryGetValue(session.Record.Id, out var wanted) && wanted == message.Id && _cancels.TryRemove(new(session.Record.Id, wanted));

    /// <summary>The agent that has, or is about to have, the message is to drop it for a newer one, which has come.</summary>
    private bool IsSuperseded(LiveSession session, MessageRecord message) =>
        Interrupts(message) && session.Behind().Any(newer => IsInterrupted(session, message, newer));

    private bool Interrupts(MessageRecord message) =>
        message.AgentId != Guid.Empty && message is { Replay: null, Extras: null or { Choice: null } } && catalog.FindAgent(message.AgentId) is { Busy: BusyMode.Interrupt };

    /// <summary>Only its own author's next message takes its place: in a conversation of several people nobody loses the answer to another.</summary>
    private bool IsInterrupted(LiveSession session, MessageRecord running, MessageRecord newer) =>
        Interrupts(running) && newer is { Replay: null, State: MessageState.Accepted, Extras: null or { Choice: null } } && Together.Author(session.Record, running) == Together.Author(session.Record, newer)
        && catalog.FindChannel(newer.ChannelId) is { } channel && !IsCommand(newer, channel);

    private static bool IsCommand(MessageRecord message, ChannelModel channel) => channel.UserCommands && UserCommands.Of(message.Text) is not null;

    private void Supersede(LiveSession session, MessageRecord message)
    {
        message.Error = NewerCame;
        Conclude(new ConcludeEntry(session, message, this) { State = MessageState.Dropped });
    }

    /// <summary>
    /// Takes what waits behind the message together with it, if the agent is set to that. Only what nobody was asked yet: what was once given to an agent
    /// is given again as it was.
    /// </summary>
    private async ValueTask<(MessageRecord Message, RouteDecision Decision)> GatherAsync(
        LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, RouteDecision decision)
    {
        if (!MayJoin(message, channel)) return (message, decision);
        var (following, bytes) = (new List<MessageRecord>(), message.Text.Length);
        foreach (var next in session.Behind())
        {
            bytes += next.Text.Length;
            if (following.Count == Together.Most - 1 || bytes > Together.MostBytes || !MayJoin(next, channel) || next.Extras?.Sender != message.Extras?.Sender) break;
            if (loops.Look(session.Record.RootId, next, channel) is not null) break;
            var routed = await RouteAsync(session, next, channel);
            if (routed.IsDrop || (decision.Group is null ? routed.Agent != decision.Agent : !ReferenceEquals(routed.Group, decision.Group))) break;
            following.Add(next);
            decision = routed;
        }

        if (session.Gather(message, following) is not { } last) return (message, decision);
        sessions.HeldBack(following.Count); // they were waiting, and are with the agent now
        (last.RoutedAt, last.Route, last.AgentId) = (Micros.Now(time), decision.Json, agent.Model.Id);
        foreach (var earlier in last.Earlier!) (earlier.RoutedAt, earlier.Route, earlier.AgentId) = (last.RoutedAt, Together.Route(last), last.AgentId);
        return (last, decision);
    }

    private static bool MayJoin(MessageRecord message, ChannelModel channel) =>
        message is { State: MessageState.Accepted, Attempts: 0, Replay: null, Earlier: null, Extras: null or { Choice: null } } && string.IsNullOrEmpty(message.Extras?.Button) && !IsCommand(message, channel);

    /// <summary>
    /// After a restart: a message that was given to an agent together with others is so again. The message that is handled; null while the last of them
    /// is not there yet.
    /// </summary>
    private MessageRecord? Regroup(LiveSession session, MessageRecord message)
    {
        if (message is not { State: MessageState.Dispatched, Effort: null or { Lookouts: > 0 }, Earlier: null, Replay: null } || Together.LastOf(message.Route) is not { } last) return message;
        var behind = session.Behind();
        var count = behind.TakeWhile(m => m.Id != last).Count();
        if (count < behind.Count && session.Gather(message, [.. behind.Take(count + 1)]) is { } whole)
        {
            message.Effort = null;
            sessions.HeldBack(count + 1);
            return whole;
        }

        if (++EffortOf(message).Lookouts > MostLookouts)
        {
            message.Route = null; // the last of them was answered or removed: it stands alone
            message.Effort = null;
            return message;
        }

        waits.Until(session, message, Micros.From(time.GetUtcNow() + Lookout));
        return null;
    }

    /// <summary>An operator has taken over: each message waits by itself.</summary>
    private MessageRecord Scatter(LiveSession session, MessageRecord message)
    {
        if (message.Earlier is not { Count: > 0 } earlier) return message;
        sessions.HeldBack(-session.Scatter(message));
        foreach (var one in earlier.Append(message))
        {
            (one.State, one.Effort, one.DueAt, one.Route) = (MessageState.Accepted, null, 0, null);
            journal.Append(new ProgressEntry(one));
        }

        return earlier[0];
    }
}
