using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// What a session needs while something goes on in it. Once nobody listens and nothing is under way it is given up for a few bytes
/// (<see cref="PackedSession"/>). Guarded by the session's gate, but for <see cref="Address"/>, which never changes.
/// </summary>
internal sealed class SessionWork(SessionAddress address)
{
    public RecentIds RecentIds;
    public History History;

    public SessionAddress Address => address;

    public long ToldSeq { get; set; }

    public MessageRecord? Current { get; set; }

    /// <summary><see cref="Current"/> is not being handled: it waits for an operator.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Somebody has begun with <see cref="Current"/>, which may be held back all the same.</summary>
    public bool IsBegun { get; set; }

    /// <summary>What waits behind <see cref="Current"/>.</summary>
    public Queue<MessageRecord>? Mailbox { get; set; }

    public ISessionSubscriber[] Subscribers { get; set; } = [];

    public Task? Completing { get; set; }

    public Func<long, IReadOnlyList<HistoryEntry>>? HistoryReader { get; set; }

    public bool IsIdle => Current is null && Subscribers.Length == 0;
}
