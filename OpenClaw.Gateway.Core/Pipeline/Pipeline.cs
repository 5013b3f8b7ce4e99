using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Pipeline.Loops;
using OpenClaw.Gateway.Core.Pipeline.Watches;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Routing.Pools;
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
    IEnumerable<IAgentTyping> typing, IEventBus events, LiveFigures figures, UsageMeter usage, Suspensions suspensions, TakeOvers takeOvers, OpenAsks asks, Waits waits, LoopGuard loops, MessageWatches watches, UnwantedMessages unwanted, ReplayingMessages replaying, IIntentRecognizer intents, TimeProvider time, ILogger<Pipeline> log)
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
        var handling = MessageTraces.IsHeard ? HandleTracedAsync(session, message) : HandleAsync(session, message);
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

    private async ValueTask HandleTracedAsync(LiveSession session, MessageRecord message)
    {
        using var span = MessageSpans.Process(message, catalog.FindChannel(message.ChannelId));
        try
        {
            await HandleAsync(session, message);
        }
        catch (Exception e)
        {
            MessageSpans.Fail(span, e.GetType().Name);
            throw;
        }
    }

    private async ValueTask HandleAsync(LiveSession session, MessageRecord message)
    {
        if (session.IsDropped)
        {
            sessions.Dispatched();
            return;
        }

        if (suspensions.Hold(session)) return;
        if (session.Record.TakenAt != 0) message = Scatter(session, message);
        if (takeOvers.Hold(session)) return;
        if (!session.IsComplete) await sessions.CompleteAsync(session);
        sessions.Dispatched();
        if (Regroup(session, message) is not { } handled) return;
        message = handled;
        if (catalog.FindChannel(message.ChannelId) is not { } channel)
        {
            Bury(session, message, Stages.Routed, DeadLetterCauses.NoRoute, "The channel was deleted.");
            return;
        }

        if ((session.IsClosing && message.Replay is null) || StopWished(session, message) || IsCancelled(session, message) || unwanted.Contains(message.Id))
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

        if (IsSuperseded(session, message))
        {
            Supersede(session, message);
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
        var way = message.Effort?.GoesOn is Way begun && agents.Get(begun.Decision.Agent) is { Model.Enabled: true } ? begun : new Way { Decision = await RouteAsync(session, message, channel) };
        while (true)
        {
            var decision = way.Decision;
            if (message is { RoutedAt: 0, Attempts: 0 }) figures.Routed(message.TenantId, message.ChannelId, Micros.Now(time) - message.At);
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
            if (agent.Model.Busy == BusyMode.Collect && way.Handoffs == 0)
            {
                var (gathered, routed) = await GatherAsync(session, message, channel, agent, way.Decision);
                if (!ReferenceEquals(gathered, message)) (message, way.Decision, way.Sink) = (gathered, routed, null);
            }

            if (agent.Model.Busy == BusyMode.Interrupt && IsSuperseded(session, message))
            {
                Supersede(session, message);
                return;
            }

            var sink = way.Sink ??= new AnswerSink(session, message, positions, watches);
            var note = session.Record.NoteToAgent;
            AskResult? result;
            try
            {
                result = await AskAsync(session, message, channel, agent, sink, way.Patches, note, way.From);
            }
            catch (AskStoppedException stopped)
            {
                sink.Discard();
                Stopped(session, message, stopped.Reason);
                return;
            }

            if (result is not { } asked) continue; // its circuit opened in this moment
            var run = AgentRuns.Of(message, agent.Model, asked.Outcome, time.GetUtcNow());
            if (run is not null) usage.Spent(message.TenantId, run.InputTokens ?? 0, run.OutputTokens ?? 0);
            if (asked.Outcome.Failure is { } failure)
            {
                sink.Discard();
                if (Failed(session, message, channel, agent, failure, asked.IsProbe, run, way)) continue;
                return;
            }

            if (agent.Circuit is { Waiting: > 0 } circuit) waits.ReleaseAll(circuit.Subject);
            if (run is not null) (way.Runs ??= []).Add(run);
            if (TakeAnswer(session, message, channel, agent, asked.Outcome, note, ref way)) continue;
            return;
        }
    }

    private ValueTask<RouteDecision> RouteAsync(LiveSession session, MessageRecord message, ChannelModel channel) =>
        MessageTraces.IsHeard ? RouteTracedAsync(session, message, channel) : DecideAsync(session, message, channel);

    private async ValueTask<RouteDecision> RouteTracedAsync(LiveSession session, MessageRecord message, ChannelModel channel)
    {
        using var span = MessageSpans.Route(message);
        var decision = await DecideAsync(session, message, channel);
        if (span is null) return decision;
        if (decision.IsNone) MessageSpans.Fail(span, DeadLetterCauses.NoRoute);
        else if (catalog.FindAgent(decision.Agent) is { } agent) span.SetTag("gen_ai.agent.id", agent.Id.ToString()).SetTag("gen_ai.agent.name", agent.Name);
        return decision;
    }

    /// <summary>What the message wants is recognised only where the rules look at it.</summary>
    private async ValueTask<RouteDecision> DecideAsync(LiveSession session, MessageRecord message, ChannelModel channel)
    {
        if (message.Replay?.Agent is { } chosen) return router.RouteTo(channel, chosen);
        if (message.Extras?.Choice is { } choice) return router.RouteTo(channel, choice, session.Record.AgentId);
        var changed = message.Replay?.Payload;
        var text = changed?.Text ?? message.Text;
        var extras = changed is { } edit ? edit.Extras : message.Extras;
        var guess = router.NeedsIntent(channel.Tenant.Id) ? await intents.RecognizeAsync(channel.Tenant.Id, text, CancellationToken.None) : default;
        return router.Route(channel, new(
            text, message.UserId ?? session.Record.UserId, extras?.Attachments is { Count: > 0 }, session.Record.AgentId, session.Record.Assigned, message.Extras?.IsGroup == true, message.Extras?.Mail?.Subject)
        {
            Intent = guess,
            Quiet = message.SessionWasAt == 0 ? null : Micros.ToTime(message.At) - Micros.ToTime(message.SessionWasAt),
        });
    }

    private static string NoAgent(MessageRecord message)
    {
        if (message.Replay?.Agent is not null) return "The agent that was chosen for the replay is disabled or was deleted.";
        return message.Extras?.Choice is null
            ? "No agent is responsible: add a routing rule that takes the message, set an agent for the channel, or a default agent for the tenant."
            : "The agent that the program chose is disabled or was deleted.";
    }

    /// <summary>The first agent that may be asked now. Null: the message waits, or is buried, and nothing more is to be done.</summary>
    private RegisteredAgent? Choose(LiveSession session, MessageRecord message, ChannelModel channel, in RouteDecision decision)
    {
        if (decision.Group is { } group) return ChooseOf(group, decision.Agent, session, message, channel);
        (RegisteredAgent Agent, Obstacle Obstacle)? held = null;
        RegisteredAgent? unwell = null;
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

            if (agent.InTheWay() is not { } obstacle)
            {
                if (agent.IsWell || count == 0) return agent;
                unwell ??= agent;
                continue;
            }

            held ??= (agent, obstacle);
            if (!obstacle.MaySkip) break;
        }

        if (unwell is not null) return unwell; // nobody who is well is left
        if (held is { } first) Hold(session, message, channel, first.Agent, first.Obstacle);
        else if (!isGone && message.Effort is { Last: { } failure, LastAgent: var last })
        {
            message.AgentId = last;
            Bury(session, message, Stages.Dispatched, failure.Cause, failure.Detail);
        }
        else Bury(session, message, Stages.Dispatched, DeadLetterCauses.AgentUnavailable, "The agent is switched off or was deleted.");
        return null;
    }

    /// <summary>The same among the members of a pool, of which any may answer.</summary>
    private RegisteredAgent? ChooseOf(AgentGroup group, Guid first, LiveSession session, MessageRecord message, ChannelModel channel)
    {
        if (message.Effort?.IsOut(first) != true && agents.Get(first) is { Model.Enabled: true } chosen && chosen.InTheWay() is null) return chosen;
        var next = router.Next(group, message.Effort);
        if (next.Agent is { } model && agents.Get(model.Id) is { } member)
        {
            if (next.Obstacle is not { } obstacle) return member;
            message.Effort?.NextRound();
            Hold(session, message, channel, member, obstacle, group);
        }
        else if (message.Effort is { Last: { } failure, LastAgent: var last })
        {
            message.AgentId = last;
            Bury(session, message, Stages.Dispatched, failure.Cause, failure.Detail);
        }
        else Bury(session, message, Stages.Dispatched, DeadLetterCauses.AgentUnavailable, $"Nobody can answer: all of {group.Title} are switched off or were deleted.");
        return null;
    }

    /// <summary>The message waits for its agent, and those of its session behind it; not for ever when the agent is in trouble.</summary>
    private void Hold(LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, Obstacle obstacle, AgentGroup? group = null)
    {
        DateTimeOffset? deadline = obstacle.Expires ? Deadline(message, channel) : null;
        if (deadline <= time.GetUtcNow())
        {
            Bury(session, message, Stages.Dispatched, DeadLetterCauses.AgentUnavailable, $"The agent was not available for {channel.MaxWait.TotalMinutes:0.##} minutes (maxWaitMinutes of the channel). {obstacle.Why}");
            return;
        }

        waits.For(session, message, agent.Model, obstacle, deadline, group?.Members);
        // it may have gone out of the way between the look and the hold, and found nobody here
        if (agent.InTheWay() is null || (group is not null && router.Next(group, message.Effort, commit: false).IsFree)) waits.Release(session.Record.Id);
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

        /// <summary>How the agents came to what they answered.</summary>
        public List<AgentRun>? Runs;
        public int Handoffs;

        /// <summary>Who handed over last.</summary>
        public HandedOver? From;
    }
}
