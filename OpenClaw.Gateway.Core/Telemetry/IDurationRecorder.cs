namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>Hears of single durations as they are measured, for exports that want each of them. Called on the road: quick.</summary>
internal interface IDurationRecorder
{
    /// <summary>A message of that channel has come so far.</summary>
    void Took(MessageStage stage, Guid channel, long micros);

    /// <summary>An agent answered.</summary>
    void Took(Guid agent, TimeSpan time);

    /// <summary>The journal committed a group.</summary>
    void Committed(TimeSpan time);
}

/// <summary>What a duration of a message is counted to; from its acceptance on, but for <see cref="Delivered"/>, which begins when the reply was written.</summary>
internal enum MessageStage
{
    /// <summary>It is durable.</summary>
    Stored,

    /// <summary>An agent was chosen.</summary>
    Routed,

    /// <summary>It is answered.</summary>
    Answered,

    /// <summary>The platform or the client has the reply.</summary>
    Delivered,
}
