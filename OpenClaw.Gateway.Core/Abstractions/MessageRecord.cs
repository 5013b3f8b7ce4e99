namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>
/// One durable entry of a session while the gateway works on it: a row of the table Messages. The pipeline fills it,
/// the journal numbers and writes it, channels read it. Times are microseconds since 1970 (<see cref="Micros"/>), 0 = not yet.
/// </summary>
internal sealed class MessageRecord
{
    private RareParts? _rare;

    public required long Position { get; init; }
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid ChannelId { get; init; }
    public required Guid SessionId { get; init; }
    public required MessageFrom From { get; init; }

    /// <summary>Given by the journal inside the transaction, from 1 without gaps.</summary>
    public long Seq { get; set; }

    /// <summary>The platform's or client's id; null for what the gateway or an agent made.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The author's id and name; null where they are the session's user.</summary>
    public string? UserId { get; init; }
    public string? UserName { get; init; }

    public Utf8Text Text { get; init; }
    public MessageExtras? Extras { get; init; }

    /// <summary>Accepted at (users), written at (agents, operators).</summary>
    public long At { get; init; }

    /// <summary>The entry that this one answers, null when it answers none. Its seq and external id are stored with this row.</summary>
    public MessageRecord? InReplyTo { get; init; }
    public int Run { get; set; }
    public int Index { get; init; }

    public MessageState State { get; set; }

    /// <summary>A reply that its channel's lane sends: pending until the platform has it.</summary>
    public bool IsOutgoing { get => _rare?.IsOutgoing ?? false; set => Rare(value)?.IsOutgoing = value; }
    public long RoutedAt { get; set; }
    public long DispatchedAt { get; set; }
    public long AnsweredAt { get; set; }
    public long DeliveredAt { get; set; }

    /// <summary>When something must happen if nothing did (a late answer's deadline).</summary>
    public long DueAt { get => _rare?.DueAt ?? 0; set => Rare(value != 0)?.DueAt = value; }
    public int Attempts { get; set; }
    public Guid AgentId { get; set; }

    /// <summary>The routing decision as JSON ({rule,version,strategy,agent,why}); shared between messages with the same decision.</summary>
    public byte[]? Route { get; set; }
    public string? Error { get => _rare?.Error; set => Rare(value is not null)?.Error = value; }

    /// <summary>A person has it handled again; null for nearly all messages.</summary>
    public MessageReplay? Replay { get => _rare?.Replay; set => Rare(value is not null)?.Replay = value; }

    /// <summary>What was tried to have it answered; null while nothing went wrong.</summary>
    public MessageEffort? Effort { get => _rare?.Effort; set => Rare(value is not null)?.Effort = value; }

    /// <summary>When the session was last active before this message; 0 = it began with it, or that is not known.</summary>
    public long SessionWasAt { get; set; }

    /// <summary>What is handled together with it and concluded with it, oldest first; null for nearly all messages.</summary>
    public IReadOnlyList<MessageRecord>? Earlier { get => _rare?.Earlier; set => Rare(value is not null)?.Earlier = value; }

    /// <summary>The subscriber whose own entry this is: it is not sent back there.</summary>
    public object? Origin { get; init; }

    /// <summary>Made once something is to be kept there.</summary>
    private RareParts? Rare(bool needed) => needed ? _rare ??= new() : _rare;

    /// <summary>What few messages have: nearly all are answered at once and are smaller without it.</summary>
    private sealed class RareParts
    {
        public long DueAt { get; set; }
        public string? Error { get; set; }
        public bool IsOutgoing { get; set; }
        public MessageReplay? Replay { get; set; }
        public MessageEffort? Effort { get; set; }
        public IReadOnlyList<MessageRecord>? Earlier { get; set; }
    }
}

/// <summary>
/// What was tried to have a message answered, in memory. After a restart it is made anew from the recorded attempts. Used by whoever handles the
/// message, one at a time.
/// </summary>
internal sealed class MessageEffort
{
    private Dictionary<Guid, int>? _burned;
    private HashSet<Guid>? _exhausted;
    private HashSet<Guid>? _passed;

    /// <summary>Since when it is tried (<see cref="Micros"/>): it may wait only so long.</summary>
    public required long Since { get; init; }

    /// <summary>Faults of the gateway itself that it caused.</summary>
    public int Crashes { get; set; }

    /// <summary>The worst that is known of whether an agent has it: one of <see cref="DeadLetterRisks"/>.</summary>
    public string Risk { get; private set; } = DeadLetterRisks.NeverSent;

    /// <summary>How often it looked for the messages that it was given to an agent with.</summary>
    public int Lookouts { get; set; }

    /// <summary>What went wrong last.</summary>
    public AgentFailure? Last { get; set; }

    /// <summary>With whom.</summary>
    public Guid LastAgent { get; set; }

    /// <summary>When the first attempt began that failed (<see cref="Micros"/>); 0 while none has.</summary>
    public long FirstAt { get; set; }

    /// <summary>Where a later attempt goes on; null = from the beginning.</summary>
    public object? GoesOn { get; set; }

    /// <summary>Failed attempts of that agent that count.</summary>
    public int BurnedBy(Guid agent) => _burned?.GetValueOrDefault(agent) ?? 0;

    /// <summary>One more failed attempt that counts; how many there are now.</summary>
    public int Burn(Guid agent)
    {
        _burned ??= [];
        return _burned[agent] = BurnedBy(agent) + 1;
    }

    /// <summary>The agent's attempts are used up.</summary>
    public void Exhaust(Guid agent) => (_exhausted ??= []).Add(agent);

    /// <summary>Whether they are.</summary>
    public bool IsExhausted(Guid agent) => _exhausted?.Contains(agent) == true;

    /// <summary>It has failed once in this round: the others of its pool come first.</summary>
    public void Pass(Guid agent) => (_passed ??= []).Add(agent);

    /// <summary>All of the pool have failed: the next round begins.</summary>
    public void NextRound() => _passed?.Clear();

    /// <summary>It is not to be asked: its attempts are used up, or others come first.</summary>
    public bool IsOut(Guid agent) => _passed?.Contains(agent) == true || IsExhausted(agent);

    /// <summary>An attempt that certainly reached an agent, or, which weighs more, of which nobody knows what it did there.</summary>
    public void Risks(string risk)
    {
        if (Rank(risk) > Rank(Risk)) Risk = risk;
    }

    private static int Rank(string risk) => risk switch { DeadLetterRisks.NeverSent => 0, DeadLetterRisks.Sent => 1, _ => 2 };
}

/// <summary>How a dead letter's message is handled again.</summary>
internal sealed record MessageReplay
{
    /// <summary>The dead letter, whose state is <see cref="DeadLetterStates.Replaying"/> until it is over.</summary>
    public required Guid LetterId { get; init; }

    /// <summary>The replay of many that it is a part of; null = one by itself.</summary>
    public Guid? ReplayId { get; init; }

    /// <summary>How often the message was replayed, this time counted.</summary>
    public required int Count { get; init; }

    /// <summary>A person changed what is sent: this is, in place of the message's own text and extras.</summary>
    public (Utf8Text Text, MessageExtras? Extras)? Payload { get; init; }

    /// <summary>A person chose the agent that is asked; null = the routing does.</summary>
    public Guid? Agent { get; init; }
}

/// <summary>Times in the database: whole microseconds since 1970-01-01 UTC.</summary>
public static class Micros
{
    /// <summary>The clock's present.</summary>
    public static long Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return From(time.GetUtcNow());
    }

    /// <summary>Rounds down to a microsecond.</summary>
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / 10;

    /// <summary>The time, in UTC.</summary>
    public static DateTimeOffset ToTime(long micros) => new(DateTime.UnixEpoch.Ticks + (micros * 10), TimeSpan.Zero);
}
