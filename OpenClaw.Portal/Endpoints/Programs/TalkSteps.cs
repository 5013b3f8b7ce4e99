using System.Runtime.CompilerServices;
using OpenClaw.Gateway.Core.Channels.Programs;

namespace OpenClaw.Portal.Endpoints.Programs;

/// <summary>What becomes of a program's message, step by step, with a sign of life while nothing does.</summary>
internal static class TalkSteps
{
    /// <summary>Proxies close what is silent for longer.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    /// <summary>Until the end. Null: nothing has happened for a while.</summary>
    public static async IAsyncEnumerable<ProgramStep?> StepsAsync(this ProgramTalk talk, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ProgramStep? step;
        do
        {
            var next = talk.NextAsync(cancellationToken).AsTask();
            while (!await IsThereAsync(next, time, cancellationToken)) yield return null;
            yield return step = await next;
        }
        while (step.End is null);
    }

    private static async Task<bool> IsThereAsync(Task<ProgramStep> next, TimeProvider time, CancellationToken cancellationToken)
    {
        if (next.IsCompleted) return true;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(Quiet, time, over.Token));
        await over.CancelAsync();
        return first == next || cancellationToken.IsCancellationRequested;
    }
}
