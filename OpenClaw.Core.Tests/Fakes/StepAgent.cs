using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>An agent that answers piece by piece, as the test says. A failed attempt is followed by the next step in the next one.</summary>
internal sealed class StepAgent
{
    private readonly Channel<(string? Piece, string? Answer, TaskCompletionSource Done)> _steps = Channel.CreateUnbounded<(string?, string?, TaskCompletionSource)>();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task BegunAsync() => _begun.Task;

    /// <summary>Says a piece; returns when it was said.</summary>
    public Task SayAsync(string piece) => StepAsync(piece, null);

    /// <summary>Ends with the whole answer.</summary>
    public Task EndAsync(string answer) => StepAsync(null, answer);

    /// <summary>Breaks off.</summary>
    public Task FailAsync() => StepAsync(null, null);

    public async ValueTask<AgentOutcome> AnswerAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        _begun.TrySetResult();
        await foreach (var (piece, answer, done) in _steps.Reader.ReadAllAsync(cancellationToken))
        {
            if (piece is not null) sink.Delta(0, Utf8Text.From(piece));
            done.SetResult();
            if (answer is not null) return AgentOutcome.Answer([new(Utf8Text.From(answer))]);
            if (piece is null) return AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentError, "It broke off.");
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private Task StepAsync(string? piece, string? answer)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _steps.Writer.TryWrite((piece, answer, done));
        return done.Task;
    }
}
