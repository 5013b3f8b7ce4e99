namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>How a call ends that a fault drill makes fail, as the table of the subject's kind would say it of a real failure.</summary>
/// <param name="Kind">Decides whether it is tried again.</param>
/// <param name="Cause">One of <see cref="DeadLetterCauses"/>.</param>
/// <param name="Detail">What happened, for people; says that it is a drill.</param>
/// <param name="RetryAfter">What the other side asks for, with a 429.</param>
public sealed record DrillFailure(FailureKind Kind, string Cause, string Detail, TimeSpan? RetryAfter = null);

/// <summary>What a fault drill does to one call.</summary>
/// <param name="Delay">To be waited before anything else; zero = none.</param>
/// <param name="Failure">Then the call ends so, and the other side is not called; null = the call goes out as always.</param>
public sealed record DrillStep(TimeSpan Delay, DrillFailure? Failure);

/// <summary>Faults that people put in the way of channels and agents that are marked as a test.</summary>
public interface IDrills
{
    /// <summary>
    /// What happens to the next call of that agent or channel; null: nothing. Costs one read of an empty table while no drill is on.
    /// To be asked once for each attempt, inside what is measured and guarded by the circuit.
    /// </summary>
    DrillStep? Next(SubjectKind kind, Guid subject);
}
