using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>
/// An agent as the pipeline asks it: at most <c>maxConcurrency</c> requests are open at once, more wait their turn, and
/// nothing but cancellation is thrown whatever the kind's code does.
/// </summary>
internal sealed partial class RegisteredAgent(AgentModel model, IAgent inner, SemaphoreSlim? gate, AgentCounters counters, ILogger logger) : IAgent
{
    /// <summary>The configuration that it was built from.</summary>
    public AgentModel Model { get; } = model;

    /// <summary>Bounds the open requests; null when nothing does.</summary>
    public SemaphoreSlim? Gate { get; } = gate;

    public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) =>
        Gate is null ? AskInnerAsync(request, sink, cancellationToken) : AskInTurnAsync(Gate, request, sink, cancellationToken);

    private async ValueTask<AgentOutcome> AskInTurnAsync(SemaphoreSlim turns, AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await AskInnerAsync(request, sink, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    private async ValueTask<AgentOutcome> AskInnerAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
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
            LogFault(logger, e, Model.Tenant.Id, Model.Id, request.SessionId, request.Id);
            return AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.Internal, $"The gateway failed while it asked the agent ({e.GetType().Name}); its log says more.");
        }
    }
}
