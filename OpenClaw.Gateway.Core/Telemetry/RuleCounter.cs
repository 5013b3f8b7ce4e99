namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>Counts one rule's decisions: an uncontended add per message, no lock.</summary>
internal sealed class RuleCounter(Guid tenant, Guid rule)
{
    private long _hits;
    private long _lastMicros;
    private long _saved;

    public Guid Tenant => tenant;

    public Guid Rule => rule;

    public long Hits => Volatile.Read(ref _hits);

    public DateTimeOffset? LastAt => Volatile.Read(ref _lastMicros) is var micros and > 0 ? DateTimeOffset.UnixEpoch.AddMicroseconds(micros) : null;

    /// <summary>What was counted since the last <see cref="Saved"/>.</summary>
    public long Unsaved => Hits - _saved;

    /// <param name="micros">The present, in microseconds since 1970.</param>
    public void Hit(long micros)
    {
        Interlocked.Increment(ref _hits);
        Volatile.Write(ref _lastMicros, micros);
    }

    /// <summary>Adds what an earlier run counted.</summary>
    public void Restore(long hits, DateTimeOffset? lastAt)
    {
        _saved += hits;
        Interlocked.Add(ref _hits, hits);
        if (lastAt is { } at) Interlocked.CompareExchange(ref _lastMicros, (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, 0);
    }

    /// <summary>So many more are in the database. Called by the one keeper.</summary>
    public void Saved(long hits) => _saved += hits;
}
