namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>Whether messages can be made durable now; the readiness probe and the portal ask.</summary>
public interface IJournalHealth
{
    /// <summary>Null while writes succeed; else what is wrong, since when, and what to do.</summary>
    string? Fault { get; }
}
