namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>What became of a wish to steer a session.</summary>
public sealed class ControlOutcome
{
    private ControlOutcome() { }

    /// <summary>It is so, durably.</summary>
    public bool IsDone { get; private init; }

    /// <summary>Why it was refused and what to do, for people; null when done, or when the tenant has no session of that id.</summary>
    public string? Reason { get; private init; }

    /// <summary>Done, or so already.</summary>
    public static ControlOutcome Done { get; } = new() { IsDone = true };

    /// <summary>The tenant has no session of that id.</summary>
    public static ControlOutcome NotFound { get; } = new();

    /// <summary>The session's state does not allow it.</summary>
    public static ControlOutcome Refused(string reason) => new() { Reason = reason };
}

/// <summary>Steers sessions from outside the road, live or not. Durable at return; throws <see cref="IOException"/> when the database takes no writes.</summary>
public interface ISessionControl
{
    /// <summary>
    /// From now on an operator answers: the agent's running answer is stopped, and the user's messages wait until the operator answers them
    /// (<see cref="ISessionWriter.AppendAsync"/>) or hands back. Takes it from another operator too.
    /// </summary>
    ValueTask<ControlOutcome> TakeOverAsync(Guid tenant, Guid session, Guid operatorId, string operatorName, CancellationToken cancellationToken);

    /// <summary>Hands back to the agent, which gets what the operator has not answered, and with its next request the note.</summary>
    ValueTask<ControlOutcome> ReleaseAsync(Guid tenant, Guid session, string? note, CancellationToken cancellationToken);

    /// <summary>Gives the session to an agent from the next message on, before all rules; null: the rules decide again. The caller has checked that the tenant has that agent.</summary>
    ValueTask<ControlOutcome> AssignAsync(Guid tenant, Guid session, Guid? agent, CancellationToken cancellationToken);

    /// <summary>Ends the episode: the user's next message opens the next one. What waited for an operator counts as answered.</summary>
    ValueTask<ControlOutcome> CloseAsync(Guid tenant, Guid session, string byName, CancellationToken cancellationToken);

    /// <summary>Takes an ended episode up again, as long as the user has not begun the next one.</summary>
    ValueTask<ControlOutcome> ReopenAsync(Guid tenant, Guid session, CancellationToken cancellationToken);
}
