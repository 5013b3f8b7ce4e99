using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>Asks whichever connected process of the agent is loaded least.</summary>
internal sealed class SocketAgent(AgentModel model, SocketSettings settings, AgentSockets sockets, RequestWriter writer, ReplyAttachments attachments, TimeProvider time) : IPlacedAgent
{
    private const string NobodyThere = "No agent process is connected.";
    private static readonly Obstacle Nobody = new(NobodyThere + " Start one: it connects to the gateway with an API key.", null, Expires: true, MaySkip: true);
    private static readonly Obstacle NobodyReady = new("The agent processes that are connected take no requests now (capacity 0).", null, Expires: true, MaySkip: true);

    public Obstacle? InTheWay() => sockets.Find(model.Id) is not { } group ? Nobody : group.IsAvailable ? null : group.IsEmpty ? Nobody : NobodyReady;

    public async ValueTask<IAgentPlace?> ReserveAsync(CancellationToken cancellationToken) =>
        sockets.Find(model.Id) is { } group && await group.ReserveAsync(cancellationToken).ConfigureAwait(false) is { } connection ? new Place(this, group, connection) : null;

    /// <summary>For a call outside the road, which has nothing to wait in.</summary>
    public async ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        using var place = await ReserveAsync(cancellationToken).ConfigureAwait(false);
        return place is null
            ? AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentUnreachable, InTheWay()?.Why ?? NobodyThere, neverSent: true)
            : await place.AskAsync(request, sink, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AgentOutcome> AskAsync(AgentConnection connection, AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        using var timer = new AnswerTimer(time, settings.Timeout, settings.Overall, cancellationToken);
        var open = new OpenRequest(request.Id, request.Attempt, sink, timer);
        try
        {
            if (!await connection.TryOpenAsync(open, request, writer, timer.Token).ConfigureAwait(false)) return AgentOutcome.Lost("The agent process went away before it was sent the request.", neverSent: true);
            var answer = await open.Answered.WaitAsync(timer.Token).ConfigureAwait(false);
            if (answer is null) return AgentOutcome.Later(settings.AnswerWithin);
            var replies = await attachments.FetchAsync(request, answer.Messages, settings.Timeout, cancellationToken).ConfigureAwait(false);
            return AgentOutcome.Answer(replies, answer.Context, answer.Preferences, answer.Handoff, answer.End);
        }
        catch (ProcessLostException e)
        {
            return AgentOutcome.Lost(e.Message);
        }
        catch (AnswerException e)
        {
            if (e.Failure != DeadLetterCauses.AgentError) connection.Cancel(open); // it may go on with what nobody reads any more
            return AgentOutcome.Failed(e.Kind, e.Failure, e.Message);
        }
        catch (OperationCanceledException)
        {
            connection.Cancel(open);
            cancellationToken.ThrowIfCancellationRequested();
            return AgentOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.AgentTimeout, TimeoutDetail(timer.Elapsed));
        }
        finally
        {
            connection.Close(open);
        }
    }

    private string TimeoutDetail(TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"The agent's answer was not complete after {elapsed.TotalSeconds:0} s (timeoutSeconds is {settings.Timeout.TotalSeconds:0}).");

    /// <summary>One of the places of a process.</summary>
    private sealed class Place(SocketAgent agent, AgentGroup group, AgentConnection connection) : IAgentPlace
    {
        private int _given;

        public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) => agent.AskAsync(connection, request, sink, cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0) group.Leave(connection);
        }
    }
}

/// <summary>The process went away with the request. Never leaves the agent's kind.</summary>
internal sealed class ProcessLostException(string why) : Exception(why);
