namespace OpenClaw.Benchmarks.Driver;

/// <summary>The sessions of a load, connected side by side.</summary>
internal sealed class LoadClient : IDisposable
{
    private readonly LoadSession[] _sessions;

    private LoadClient(LoadSession[] sessions, LoadTally tally) => (_sessions, Tally) = (sessions, tally);

    /// <summary>What they saw together; <see cref="Restart"/> begins a new one.</summary>
    public LoadTally Tally { get; private set; }

    /// <summary>The sessions, by number from 0.</summary>
    public IReadOnlyList<LoadSession> Sessions => _sessions;

    /// <summary>Connects that many sessions; throws the first refusal.</summary>
    public static async Task<LoadClient> ConnectAsync(LoadTarget target, int sessions, CancellationToken cancellationToken)
    {
        var tally = new LoadTally();
        var client = new LoadClient([.. Enumerable.Range(0, sessions).Select(n => new LoadSession(n, target, tally))], tally);
        try
        {
            await Parallel.ForEachAsync(
                client._sessions,
                new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
                async (session, token) => await session.ConnectAsync(token).ConfigureAwait(false)).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Counts from zero again. Call it while nothing is in flight.</summary>
    public LoadTally Restart()
    {
        Tally = new LoadTally();
        foreach (var session in _sessions) session.Tally = Tally;
        return Tally;
    }

    /// <summary>Exchanges who is told of replies.</summary>
    public void Use(ILoadPattern? pattern)
    {
        foreach (var session in _sessions) session.Pattern = pattern;
    }

    /// <summary>Waits until everything sent is acknowledged and answered; false when that took longer.</summary>
    public async Task<bool> DrainAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (_sessions.Any(s => s.InFlight > 0))
        {
            if (clock.GetElapsedTime(start) > atMost) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock, cancellationToken).ConfigureAwait(false);
        }
        return true;
    }

    public void Dispose()
    {
        foreach (var session in _sessions) session.Dispose();
    }
}
