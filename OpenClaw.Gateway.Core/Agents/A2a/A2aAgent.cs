using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.A2a.Answers;
using OpenClaw.Gateway.Core.Agents.A2a.Protocol;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Webhook;

namespace OpenClaw.Gateway.Core.Agents.A2a;

/// <summary>
/// Asks an agent as its card says: streamed where it streams, else sent and looked after until the task is over. A stream that breaks while its task goes on is
/// looked after too. Whatever the other side does becomes an outcome.
/// </summary>
/// <param name="settings">Times.</param>
/// <param name="cards">The agent's card.</param>
/// <param name="calls">Calls it.</param>
/// <param name="requests">Writes what is sent.</param>
/// <param name="files">Keeps what comes as files.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">The gateway stops: what is broken off then is asked again at the next start, and goes on over there meanwhile.</param>
internal sealed class A2aAgent(A2aSettings settings, CardSource cards, A2aCalls calls, A2aRequests requests, ReplyFiles files, TimeProvider time, CancellationToken stopping) : IAgent
{
    private const int UnsupportedOperation = -32004;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(5);

    public async ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        using var timer = new AnswerTimer(time, settings.Timeout, settings.AnswerWithin, cancellationToken);
        var memory = A2aMemory.Of(request);
        var answer = new TaskAnswer(sink, time);
        AgentCard? card = null;
        try
        {
            card = await cards.GetAsync(timer.Token).ConfigureAwait(false);
            await ConverseAsync(new(request, card, answer, timer), memory, cancellationToken).ConfigureAwait(false);
            return (await OutcomeAsync(request, memory, answer, cancellationToken).ConfigureAwait(false)).With(answer.Report);
        }
        catch (A2aException e)
        {
            cards.Forget(); // it may have been the card that was wrong
            return e.Outcome.With(answer.Report);
        }
        catch (Exception e) when (ConnectionFailures.IsKnown(e))
        {
            if (cancellationToken.IsCancellationRequested) await CancelAsync(card, answer, request).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!timer.Expired) cards.Forget();
            return (timer.Expired ? AgentOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.AgentTimeout, TimeoutDetail(timer.Elapsed)) : ConnectionFailures.Of(e)).With(answer.Report);
        }
    }

    /// <summary>Sends; once more without what the other side does not know (any more).</summary>
    private async ValueTask ConverseAsync(Turn turn, A2aMemory memory, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(turn, memory, cancellationToken).ConfigureAwait(false);
        }
        catch (A2aException e) when (memory.TaskId is not null && e.Code is A2aException.TaskNotFound or UnsupportedOperation)
        {
            await SendAsync(turn, memory with { TaskId = null }, cancellationToken).ConfigureAwait(false);
        }
        catch (A2aException e) when (!memory.IsKnown && e.Code == A2aException.InvalidParams)
        {
            await SendAsync(turn, memory with { ContextId = null }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SendAsync(Turn turn, A2aMemory memory, CancellationToken cancellationToken)
    {
        var (request, card, answer, timer) = turn;
        var hops = A2aRequests.HopsOf(request);
        if (card.Streams)
        {
            await StreamAsync(turn, requests.Message(request, card.Endpoint, memory, returnImmediately: false), memory.TaskId, hops, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // a task that goes on would be told at once as it stood when it asked
            answer.Take(await calls.CallAsync(card.Endpoint, A2aMethod.Send, requests.Message(request, card.Endpoint, memory, returnImmediately: memory.TaskId is null), hops, timer.Token).ConfigureAwait(false));
        }

        if (!answer.IsOver) await LookAfterAsync(turn, hops, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask StreamAsync(Turn turn, byte[] parameters, string? continued, int hops, CancellationToken cancellationToken)
    {
        var isFirst = true;
        try
        {
            await foreach (var result in calls.StreamAsync(turn.Card.Endpoint, A2aMethod.Stream, parameters, hops, turn.Timer.Progress, turn.Timer.Token).ConfigureAwait(false))
            {
                if (isFirst) turn.Answer.TakeFirst(result, continued);
                else turn.Answer.Take(result);
                isFirst = false;
                if (turn.Answer.IsOver) return;
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException && turn.Answer.TaskId is not null && !cancellationToken.IsCancellationRequested && !turn.Timer.Expired)
        {
            // the task goes on over there: it is looked after
        }

        if (turn.Answer.TaskId is null) throw new A2aException(AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "The agent's stream ended before its answer did."));
    }

    /// <summary>Asks for the task until it is over, ever more rarely.</summary>
    private async ValueTask LookAfterAsync(Turn turn, int hops, CancellationToken cancellationToken)
    {
        if (turn.Answer.TaskId is not { } task) throw A2aException.Bad("The agent answered with a task that has no id.");
        for (var pause = FirstLook; !turn.Answer.IsOver; pause = pause * 1.5 > LongestLook ? LongestLook : pause * 1.5)
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            turn.Timer.Progress();
            var endpoint = turn.Card.Endpoint;
            turn.Answer.TakeTask(await calls.CallAsync(endpoint, A2aMethod.Get(task), A2aRequests.Task(endpoint, task, withHistory: true), hops, turn.Timer.Token).ConfigureAwait(false));
        }
    }

    private async ValueTask<AgentOutcome> OutcomeAsync(AgentRequest request, A2aMemory memory, TaskAnswer answer, CancellationToken cancellationToken)
    {
        switch (answer.State)
        {
            case TaskStates.Failed:
                return Refused("The agent's task failed", answer);
            case TaskStates.Rejected:
                return Refused("The agent rejected the task", answer);
            case TaskStates.Canceled:
                return Refused("The agent canceled the task", answer);
            case TaskStates.AuthRequired when answer.Said is null:
                return AgentOutcome.Failed(FailureKind.Authentication, DeadLetterCauses.AgentError, "The agent wants to be given further rights for this task, and did not say how. Ask whoever runs it.");
        }

        var replies = await files.CompleteAsync(request, answer.Replies, settings.Timeout, cancellationToken).ConfigureAwait(false);
        var open = TaskStates.IsInterrupted(answer.State) ? answer.TaskId : null;
        return AgentOutcome.Answer(replies, A2aMemory.Patch(request, memory, answer.ContextId ?? memory.ContextId, open));
    }

    private static AgentOutcome Refused(string what, TaskAnswer answer) =>
        AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, answer.Said is { } said ? $"{what}: {Resilience.Excerpt.Of(System.Text.Encoding.UTF8.GetBytes(said))}" : $"{what}, and did not say why.");

    /// <summary>The user, or an operator, does not want the answer any more.</summary>
    private async ValueTask CancelAsync(AgentCard? card, TaskAnswer answer, AgentRequest request)
    {
        if (card is null || answer.TaskId is not { } task || answer.IsOver || stopping.IsCancellationRequested) return;
        using var limit = new CancellationTokenSource(CancelWithin, time);
        try
        {
            await calls.CallAsync(card.Endpoint, A2aMethod.Cancel(task), A2aRequests.Task(card.Endpoint, task, withHistory: false), A2aRequests.HopsOf(request), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is A2aException || ConnectionFailures.IsKnown(e))
        {
            // it was only told; what it still does over there reaches nobody
        }
    }

    private string TimeoutDetail(TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"The agent's answer was not complete after {elapsed.TotalSeconds:0} s (timeoutSeconds is {settings.Timeout.TotalSeconds:0}, answerWithinSeconds {settings.AnswerWithin.TotalSeconds:0}).");

    /// <summary>One question, and what belongs to it.</summary>
    private sealed record Turn(AgentRequest Request, AgentCard Card, TaskAnswer Answer, AnswerTimer Timer);
}
