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

    /// <summary>Why it is not to be asked now; null = nothing is in the way.</summary>
    public Obstacle? InTheWay() => model.Control.Flow switch
    {
        SubjectFlow.Paused => new("Somebody has paused the agent.", null, Expires: false, MaySkip: false),
        SubjectFlow.Draining => new("The agent is being drained: it gets nothing new.", null, Expires: false, MaySkip: true),
        _ => circuit?.InTheWay(model.Control),
    };

    /// <summary>
    /// Asks in its turn, outside the process. Null: its circuit refused after all, and nothing was asked. <paramref name="begin"/> makes the request
    /// once it is sure that it is sent.
    /// </summary>
    public async ValueTask<AskResult?> TryAskAsync(Func<ValueTask<AgentRequest>> begin, IAnswerSink sink, bool bulk, CancellationToken cancellationToken)
    {
        if (turns is null || circuit is null) throw new InvalidOperationException("The agent answers in process.");
        await EnterAsync(turns, circuit, bulk, cancellationToken).ConfigureAwait(false);
        try
        {
            var call = new Call(this, begin, sink);
            var outcome = await circuit.TryCallAsync(model.Control, static (c, isProbe, token) => c.RunAsync(isProbe, token), call, cancellationToken).ConfigureAwait(false);
            return outcome is null ? null : new AskResult(outcome, call.IsProbe);
        }
        finally
        {
            turns.Leave(bulk);
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

    /// <summary>Asks at once: for what answers in process.</summary>
    public async ValueTask<AgentOutcome> AskInnerAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        counters.Begin();
        try
        {
            var outcome = await inner.AskAsync(request, sink, cancellationToken).ConfigureAwait(false);
            counters.End(outcome.Failure is null);
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

    private sealed class Call(RegisteredAgent agent, Func<ValueTask<AgentRequest>> begin, IAnswerSink sink)
    {
        public bool IsProbe { get; private set; }

        public async ValueTask<AgentOutcome> RunAsync(bool isProbe, CancellationToken cancellationToken)
        {
            IsProbe = isProbe;
            var request = await begin().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return await agent.AskInnerAsync(request, sink, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>What an agent made of a request.</summary>
/// <param name="Outcome">Its outcome.</param>
/// <param name="IsProbe">It was asked to find out whether it is back: a failure does not count against the message.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AskResult(AgentOutcome Outcome, bool IsProbe);
