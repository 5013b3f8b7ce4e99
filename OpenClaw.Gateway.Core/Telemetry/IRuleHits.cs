namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>How often each routing rule decided. Counted in memory, kept over restarts.</summary>
public interface IRuleHits
{
    /// <summary>Messages that the rule decided, since it exists.</summary>
    long Of(Guid rule);

    /// <summary>When it decided last; null = never.</summary>
    DateTimeOffset? LastAt(Guid rule);
}
