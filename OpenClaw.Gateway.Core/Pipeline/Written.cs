using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Lets somebody outside the road wait for a conclusion, and gives the session back when it is settled.</summary>
internal sealed class Written(IConclusionObserver next, LiveSession held) : IConclusionObserver
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _done.Task;

    public void Concluded(ConcludeEntry entry)
    {
        next.Concluded(entry);
        held.Release();
        if (!entry.End) _done.TrySetResult();
    }

    public void Ended(ConcludeEntry entry)
    {
        next.Ended(entry);
        _done.TrySetResult();
    }

    public void NotConcluded(ConcludeEntry entry, Exception cause)
    {
        held.Release();
        _done.TrySetException(new IOException("The entries could not be stored; try again.", cause));
    }
}
