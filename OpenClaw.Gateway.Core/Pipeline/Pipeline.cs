using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Pipeline.Loops;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// One message of a session: route, dispatch, collect, conclude. Runs on the pool; a slow agent holds nothing but its own session.
/// </summary>
internal sealed partial class Pipeline(
    ICatalog catalog, Router router, AgentRegistry agents, SessionTable sessions, ConversationStore store, Journal journal, MessagePosition positions,
    IEventBus events, LiveFigures figures, UsageMeter usage, Suspensions suspensions, TakeOvers takeOvers, OpenAsks asks, Waits waits, LoopGuard loops, ReplayingMessages replaying, TimeProvider time, ILogger<Pipeline> log)
    : IMailboxHandler, IConclusionObserver, IDisposable
{
    private const int MaxHandoffs = 5;
    private readonly CancellationTokenSource _stopping = new();

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

    private async Task ObserveAsync(LiveSession session, MessageRecord message, ValueTask handling)
    {
        try
        {
            await handling;
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The gateway stops, and whatever broke off did so for that: the message is unfinished in the database and handled at the next start.
        }
        catch (Exception e)
        {
            LogFault(e, message.TenantId, message.ChannelId, message.SessionId, message.Id);
            Crashed(session, message, e);
        }
    }

    private async ValueTask HandleAsync(LiveSession session, MessageRecord message)
    {
        if (session.IsDropped)
        {
            sessions.Dispatched();
            return;
        }

        if (suspensions.Hold(session) || takeOvers.Hold(session)) return;
        if (!session.IsComplete) await sessions.CompleteAsync(session);
        sessions.Dispatched();
        if (catalog.FindChannel(message.ChannelId) is not { } channel)
        {
            Bury(session, message, Stages.Routed, DeadLetterCauses.NoRoute, "The channel was deleted.");
            return;
        }

        if ((session.IsClosing && message.Replay is null) || StopWished(session, message))
        {
            // what is answered after the user went on would be read by nobody
            Stopped(session, message, StopReason.User);
            return;
        }

        if (channel.UserCommands && UserCommands.Of(message.Text) is { } command)
        {
            Obey(session, message, command);
            return;
        }

        if (loops.Look(session.Record.RootId, message, channel) is { } loop)
        {
            Bury(session, message, Stages.Received, DeadLetterCauses.Loop, loop);
            return;
        }

        if (message is { Attempts: > 0, Effort: null }) await RememberAsync(message);
        if (message.DueAt > Micros.Now(time))
        {
            waits.Until(session, message, message.DueAt);
            return;
        }

        message.DueAt = 0;
        if (channel.Control.Flow == SubjectFlow.Paused)
        {
            waits.For(session, message, channel, new("Somebody has paused the channel.", null, Expires: false, MaySkip: false), null);
            return;
        }

        await AnswerAsync(session, message, channel);
    }

    /// <summary>Asks one agent after the other, as they hand over or fail, until there is an answer, none is left, or the message has to wait.</summary>
    private async ValueTask AnswerAsync(LiveSession session, MessageRecord message, ChannelModel channel)
    {
        // one that was switched off or deleted meanwhile is not waited for: the routing decides anew
        var way = message.Effort?.GoesOn is Way begun && agents.Get(begun.Decision.Agent) is { Model.Enabled: true } ? begun : new Way { Decision = Route(session, message, channel) };
        while (true)
        {
            var decision = way.Decision;
            (message.RoutedAt, message.Route, message.AgentId) = (Micros.Now(time), decision.Json, decision.Agent);
            if (decision.IsDrop)
            {
                Conclude(new ConcludeEntry(session, message, this) { State = MessageState.Dropped });
                return;
            }

            if (decision.IsNone)
            {
                Bury(session, message, Stages.Routed, DeadLetterCauses.NoRoute, NoAgent(message));
                return;
            }

            if (Choose(session, message, channel, way.Decision) is not { } agent) return;
            message.AgentId = agent.Model.Id;
            var sink = way.Sink ??= new AnswerSink(session, message, positions);
            var note = session.Record.NoteToAgent;
            AskResult? result;
            try
            {
                result = await AskAsync(session, message, channel, agent, sink, way.Patches, note);
            }
            catch (AskStoppedException stopped)
            {
                sink.Discard();
                Stopped(session, message, stopped.Reason);
                return;
            }

            if (result is not { } asked) continue; // its circuit opened in this moment
            if (asked.Outcome.Failure is { } failure)
            {
                sink.Discard();
                if (Failed(session, message, channel, agent, failure, asked.IsProbe, way)) continue;
                return;
            }

            if (agent.Circuit is { Waiting: > 0 } circuit) waits.ReleaseAll(circuit.Subject);
            if (TakeAnswer(session, message, channel, agent, asked.Outcome, note, ref way)) continue;
            return;
        }
    }

    private RouteDecision Route(LiveSession session, MessageRecord message, ChannelModel channel) =>
        message.Replay?.Agent is { } chosen
            ? router.RouteTo(channel, chosen)
            : router.Route(channel, new(message.Replay?.Payload?.Text ?? message.Text, message.UserId ?? session.Record.UserId, (message.Replay?.Payload is { } changed ? changed.Extras : message.Extras)?.Attachments is { Count: > 0 }, session.Record.AgentId, session.Record.Assigned, message.Extras?.IsGroup == true, message.Extras?.Mail?.Subject));

    private static string NoAgent(MessageRecord message) => message.Replay?.Agent is null
        ? "No agent is responsible: add a routing rule that takes the message, set an agent for the channel, or a default agent for the tenant."
        : "The agent that was chosen for the replay is disabled or was deleted.";

    /// <summary>The first agent that may be asked now. Null: the message waits, or is buried, and nothing more is to be done.</summary>
    private RegisteredAgent? Choose(LiveSession session, MessageRecord message, ChannelModel channel, in RouteDecision decision)
    {
        (RegisteredAgent Agent, Obstacle Obstacle)? held = null;
        var isGone = false;
        var count = decision.Fallback?.Count ?? 0;
        for (var i = -1; i < count; i++)
        {
            var id = i < 0 ? decision.Agent : decision.Fallback![i];
            if (message.Effort?.IsExhausted(id) == true) continue;
            if (agents.Get(id) is not { Model.Enabled: true } agent)
            {
                isGone = true;
                continue;
            }

            if (agent.InTheWay() is not { } obstacle) return agent;
            held ??= (agent, obstacle);
            if (!obstacle.MaySkip) break;
        }

        if (held is { } first) Hold(session, message, channel, first.Agent, first.Obstacle);
        else if (!isGone && message.Effort is { Last: { } failure, LastAgent: var last })
        {
            message.AgentId = last;
            Bury(session, message, Stages.Dispatched, failure.Cause, failure.Detail);
        }
        else Bury(session, message, Stages.Dispatched, DeadLetterCauses.AgentUnavailable, "The agent is switched off or was deleted.");
        return null;
    }

    /// <summary>The message waits for its agent, and those of its session behind it; not for ever when the agent is in trouble.</summary>
    private void Hold(LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, Obstacle obstacle)
    {
        DateTimeOffset? deadline = obstacle.Expires ? Deadline(message, channel) : null;
        if (deadline <= time.GetUtcNow())
        {
            Bury(session, message, Stages.Dispatched, DeadLetterCauses.AgentUnavailable, $"The agent was not available for {channel.MaxWait.TotalMinutes:0.##} minutes (maxWaitMinutes of the channel). {obstacle.Why}");
            return;
        }

        waits.For(session, message, agent.Model, obstacle, deadline);
    }

    /// <summary>Until when a message may wait in all.</summary>
    private DateTimeOffset Deadline(MessageRecord message, ChannelModel channel) => Micros.ToTime(EffortOf(message).Since) + channel.MaxWait;

    private MessageEffort EffortOf(MessageRecord message) => message.Effort ??= new() { Since = message.Replay is null ? message.At : Micros.Now(time) };

    /// <summary>How far a message is on its way through agents. A structure, as nearly every message has but the one agent and needs no object for it.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Way
    {
        public RouteDecision Decision;
        public AnswerSink? Sink;
        public Patches Patches;

        /// <summary>What agents that handed over have answered.</summary>
        public List<MessageRecord>? Earlier;
        public int Handoffs;
    }
}
