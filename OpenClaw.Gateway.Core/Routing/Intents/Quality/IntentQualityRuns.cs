using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Intents.Quality;

/// <summary>A judgement that is being made or was made. <c>Quality</c> is there once it is done.</summary>
/// <param name="State"><c>running</c>, <c>done</c> or <c>stopped</c>.</param>
/// <param name="Progress">From 0 to 1.</param>
/// <param name="Quality">What was found.</param>
public sealed record IntentQualityState(string State, double Progress, IntentQuality? Quality);

/// <summary>Judges each tenant's set of intents once and remembers the result until the set changes. One set is judged at a time: it takes a whole processor.</summary>
public sealed class IntentQualityRuns : IDisposable
{
    private readonly ConcurrentDictionary<Guid, Run> _runs = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Begins it where it has not begun (or was stopped, with <paramref name="again"/>), waits some time for the end, and says how far it is.</summary>
    public async Task<IntentQualityState> GetAsync(Guid tenant, IntentSetModel set, TimeSpan patience, TimeProvider time, bool again = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        var run = Current(tenant, set, again);
        try
        {
            await run.Work.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return run.State;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested) // it was stopped
        {
            return run.State;
        }

        return run.State;
    }

    /// <summary>Breaks a running one off.</summary>
    public void Stop(Guid tenant)
    {
        if (_runs.TryGetValue(tenant, out var run)) run.Stop();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var run in _runs.Values) run.Dispose();
    }

    private Run Current(Guid tenant, IntentSetModel set, bool again)
    {
        lock (_runs)
        {
            if (_runs.TryGetValue(tenant, out var run))
            {
                if (ReferenceEquals(run.Set, set) && !(again && run.Work.IsCompleted && run.State.State == "stopped")) return run;
                run.Dispose();
            }

            return _runs[tenant] = new(set, _turn);
        }
    }

    private sealed class Run : IProgress<double>, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private double _progress;

        public Run(IntentSetModel set, SemaphoreSlim turn)
        {
            Set = set;
            var stop = _stop.Token;
            Work = Task.Run(() => JudgeAsync(turn, stop), CancellationToken.None);
        }

        public IntentSetModel Set { get; }

        public Task<IntentQuality> Work { get; }

        public IntentQualityState State => Work.IsCompletedSuccessfully
            ? new("done", 1, Work.Result)
            : new(Work.IsCompleted ? "stopped" : "running", Volatile.Read(ref _progress), null);

        public void Report(double value) => Volatile.Write(ref _progress, value);

        public void Stop()
        {
            if (!Work.IsCompleted) _stop.Cancel();
        }

        /// <summary>Stops it too: what is not over by then ends by itself, and the source is let go when it has.</summary>
        public void Dispose()
        {
            Stop();
            _ = Work.ContinueWith(_ => _stop.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        private async Task<IntentQuality> JudgeAsync(SemaphoreSlim turn, CancellationToken stop)
        {
            await turn.WaitAsync(stop);
            try
            {
                return CrossValidation.Run(Set, this, stop);
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
