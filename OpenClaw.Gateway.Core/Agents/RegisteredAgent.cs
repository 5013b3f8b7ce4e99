using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>
/// An agent as the pipeline asks it: at most <c>maxConcurrency</c> requests are open at once, more wait their turn, its circuit breaker
/// holds back what would only fail, and nothing but cancellation is thrown whatever the kind's code does.
/// </summary>
/// <param name="model">The configuration that it was built from.</param>
/// <param name="inner">The kind's own code.</param>
/// <param name="turns">Bounds the open requests; null with <paramref name="circuit"/>, for what answers in process.</param>
/// <param name="circuit">Its breaker.</param>
/// <param name="counters">Counts its requests.</param>
/// <param name="logger">For faults of the kind's code.</param>
internal sealed partial class RegisteredAgent(AgentModel model, IAgent inner, AgentTurns? turns, Circuit? circuit, AgentCounters counters, ILogger logger)
{
    public AgentModel Model => model;

    public AgentTurns? Turns => turns;

    /// <summary>A request to it leaves the process: it may fail for reasons of its own, and an attempt is on record before it is made.</summary>
    public bool IsOutside => circuit is not null;

    public Circuit? Circuit => circuit;

    /// <summary>False: the checks of its health say that something is wrong, and others that may answer are asked instead.</summary>
    public bool IsWell => counters.Health is not { Ok: false };

    /// <summary>Another one has taken its place, or it is gone.</summary>
    public void Retire() => (inner as IRetiringAgent)?.Retire();

    /// <summary>Why it is not to be asked now; null = nothing is in the way.</summary>
    public Obstacle? InTheWay() => model.Control.Flow switch
    {
        SubjectFlow.Paused => new("Somebody has paused the agent.", null, Expires: false, MaySkip: false),
        SubjectFlow.Draining => new("The agent is being drained: it gets nothing new.", null, Expires: false, MaySkip: true),
        _ => (inner as IPlacedAgent)?.InTheWay() ?? circuit?.InTheWay(model.Control),
    };

    /// <summary>
    /// Asks in its turn, outside the process. Null: its circuit refused after all, or its last place is gone, and nothing was asked. <paramref name="begin"/>
    /// makes the request once it is sure that it is sent.
    /// </summary>
    public async ValueTask<AskResult?> TryAskAsync(Func<ValueTask<AgentRequest>> begin, IAnswerSink sink, bool bulk, CancellationToken cancellationToken)
    {
        if (turns is null || circuit is null) throw new InvalidOperationException("The agent answers in process.");
        counters.Come(1); // seen by the balancing from now on: those that choose in the same moment do not all come here
        var call = new Call(this, begin, sink);
        try
        {
            await EnterAsync(turns, circuit, bulk, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            counters.Come(-1);
            throw;
        }

        try
        {
            using var place = inner is IPlacedAgent placed ? await ReserveAsync(placed, circuit, cancellationToken).ConfigureAwait(false) : null;
            if (inner is IPlacedAgent && place is null) return null;
            call.Place = place;
            var outcome = await circuit.TryCallAsync(model.Control, static (c, isProbe, token) => c.RunAsync(isProbe, token), call, cancellationToken).ConfigureAwait(false);
            return outcome is null ? null : new AskResult(outcome, call.IsProbe);
        }
        finally
        {
            turns.Leave(bulk);
            if (!call.IsOut) counters.Come(-1);
        }
    }

    /// <summary>Who waits for a turn is seen to wait for the agent.</summary>
    private static async ValueTask EnterAsync(AgentTurns turns, Circuit circuit, bool bulk, CancellationToken cancellationToken)
    {
        var entering = turns.EnterAsync(bulk, cancellationToken);
        if (entering.IsCompletedSuccessfully) return;
        circuit.Wait(1);
        try
        {
            await entering.ConfigureAwait(false);
        }
        finally
        {
            circuit.Wait(-1);
        }
    }

    private static async ValueTask<IAgentPlace?> ReserveAsync(IPlacedAgent placed, Circuit circuit, CancellationToken cancellationToken)
    {
        var reserving = placed.ReserveAsync(cancellationToken);
        if (reserving.IsCompletedSuccessfully) return reserving.Result;
        circuit.Wait(1);
        try
        {
            return await reserving.ConfigureAwait(false);
        }
        finally
        {
            circuit.Wait(-1);
        }
    }

    /// <summary>Asks at once: for what answers in process.</summary>
    public ValueTask<AgentOutcome> AskInnerAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) => AskAsync(inner, request, sink, cancellationToken);

    private ValueTask<AgentOutcome> AskAsync(IAgent asked, AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) =>
        MessageTraces.IsHeard ? AskTracedAsync(asked, request, sink, cancellationToken) : AskCountedAsync(asked, request, sink, cancellationToken);

    private async ValueTask<AgentOutcome> AskTracedAsync(IAgent asked, AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        using var span = AgentSpans.Ask(request, IsOutside);
        try
        {
            var outcome = await AskCountedAsync(asked, request, sink, cancellationToken).ConfigureAwait(false);
            AgentSpans.Answered(span, request, outcome);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            MessageSpans.Fail(span, "cancelled");
            throw;
        }
    }

    private async ValueTask<AgentOutcome> AskCountedAsync(IAgent asked, AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        var begun = counters.Begin();
        try
        {
            var outcome = await asked.AskAsync(request, sink, cancellationToken).ConfigureAwait(false);
            counters.End(outcome.Failure is null);
            if (outcome.Failure is null) counters.Took(begun, outcome.Report?.FirstToken);
            else if (((ICallOutcome)outcome).Trouble is not null) counters.Stumbled(begun);
            return outcome;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            counters.Abandon();
            throw;
        }
        catch (Exception e)
        {
            counters.End(answered: false);
            LogFault(logger, e, model.Tenant.Id, model.Id, request.SessionId, request.Id);
            return AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.Internal, $"The gateway failed while it asked the agent ({e.GetType().Name}); its log says more.");
        }
    }

    /// <summary>A request that was about to go out is out, and counted as open.</summary>
    private void Counted() => counters.Come(-1);

    private sealed class Call(RegisteredAgent agent, Func<ValueTask<AgentRequest>> begin, IAnswerSink sink)
    {
        public bool IsProbe { get; private set; }

        /// <summary>The place that the request needs, of an agent that has places.</summary>
        public IAgentPlace? Place { get; set; }

        /// <summary>The request has gone out.</summary>
        public bool IsOut { get; private set; }

        public async ValueTask<AgentOutcome> RunAsync(bool isProbe, CancellationToken cancellationToken)
        {
            IsProbe = isProbe;
            var request = await begin().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            IsOut = true;
            var asking = Place is { } place ? agent.AskAsync(place, request, sink, cancellationToken) : agent.AskInnerAsync(request, sink, cancellationToken);
            agent.Counted();
            return await asking.ConfigureAwait(false);
        }
    }
}

/// <summary>What an agent made of a request.</summary>
/// <param name="Outcome">Its outcome.</param>
/// <param name="IsProbe">It was asked to find out whether it is back: a failure does not count against the message.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AskResult(AgentOutcome Outcome, bool IsProbe);
