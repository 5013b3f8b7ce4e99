using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>Asks a model of an OpenAI-compatible server, with tools. Whatever the other sides do becomes an outcome, with a report of the way there.</summary>
internal sealed class OpenAiAgent(OpenAiContext context, Redaction redaction) : IRetiringAgent, IAsyncDisposable
{
    private int _open;
    private int _isOver;

    public async ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using var timer = new AnswerTimer(context.Time, context.Settings.Timeout, context.Settings.AnswerWithin, cancellationToken);
            var log = new AgentRunLog(context.Time, context.Settings.Model, redaction);
            var outcome = await AskAsync(new(context, request, sink, timer, log, cancellationToken), timer, cancellationToken).ConfigureAwait(false);
            return redaction.Of(outcome).With(log.Report());
        }
        finally
        {
            if (Interlocked.Decrement(ref _open) == 0 && Volatile.Read(ref _isOver) != 0) context.Servers.Rest();
        }
    }

    /// <inheritdoc />
    public void Retire()
    {
        Volatile.Write(ref _isOver, 1);
        if (Volatile.Read(ref _open) == 0) context.Servers.Rest();
    }

    public async ValueTask DisposeAsync()
    {
        await context.Servers.DisposeAsync().ConfigureAwait(false);
        context.Server.Dispose();
    }

    private async ValueTask<AgentOutcome> AskAsync(OpenAiRun run, AnswerTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await run.RunAsync().ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            return e.Outcome;
        }
        catch (ServerErrorException e)
        {
            return OpenAiFailures.Of(e.Error, null, context.Time.GetUtcNow());
        }
        catch (AnswerException e)
        {
            return AgentOutcome.Failed(e.Kind, e.Failure, e.Message);
        }
        catch (Exception e) when (ConnectionFailures.IsKnown(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return timer.Expired ? AgentOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.AgentTimeout, TimeoutDetail(timer.InAll)) : ConnectionFailures.Of(e, "the model's server");
        }
    }

    private string TimeoutDetail(bool inAll) => inAll
        ? string.Create(CultureInfo.InvariantCulture, $"The model's answer was not complete after {context.Settings.AnswerWithin.TotalSeconds:0} s (answerWithinSeconds). See whether the model ends at all (maxTokens bounds it), or raise the time.")
        : string.Create(CultureInfo.InvariantCulture, $"The model's server sent nothing of the answer for {context.Settings.Timeout.TotalSeconds:0} s (timeoutSeconds). See whether it is overloaded, or raise the time.");
}
