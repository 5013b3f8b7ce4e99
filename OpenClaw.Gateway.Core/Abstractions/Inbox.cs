namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Where a message belongs on its platform. <c>Thread</c> is null where the platform has none.</summary>
public sealed record SessionAddress(string Conversation, string? Thread, string UserId, string? UserName, string? Locale = null);

/// <summary>A message in the gateway's own form, as a channel's listener made it from the platform's.</summary>
public sealed record InboundMessage
{
    /// <summary>The channel it came in by.</summary>
    public required ChannelModel Channel { get; init; }

    /// <summary>Where on the platform, and who wrote it.</summary>
    public required SessionAddress Address { get; init; }

    /// <summary>The platform's id of the message: unique per session (WebSocket) or channel (others).</summary>
    public required string ExternalId { get; init; }

    /// <summary>Text; may be empty when there is something else.</summary>
    public Utf8Text Text { get; init; }

    /// <summary>Attachments (already in the blob store) and the pressed button.</summary>
    public MessageExtras? Extras { get; init; }

    /// <summary>It lay at the platform while the channel was not connected: the limit per person and minute says nothing about it.</summary>
    public bool HasWaited { get; init; }

    /// <summary>The subscriber it came from; it is not told of its own entry.</summary>
    public object? Origin { get; init; }

    /// <summary>The live session that the listener is attached to, which spares a look-up; null elsewhere.</summary>
    internal ISessionHandle? Session { get; init; }
}

/// <summary>Why a message was refused. Nothing of it was kept.</summary>
public enum RefusalCode
{
    /// <summary>The gateway cannot take it now; the same id may be sent again after <see cref="AcceptOutcome.RetryAfter"/>.</summary>
    Overloaded,

    /// <summary>The user sends too fast.</summary>
    RateLimited,

    /// <summary>Text above <c>Limits:MaxMessageBytes</c>.</summary>
    TooLarge,

    /// <summary>The channel is disabled, its tenant suspended, or the sender not allowed.</summary>
    NotAllowed,

    /// <summary>The message breaks the contract (empty, id too long, …).</summary>
    Invalid,
}

/// <summary>What became of an offered message: accepted (durable), a duplicate of an accepted one, or refused.</summary>
public readonly record struct AcceptOutcome
{
    /// <summary>True when the message is durable.</summary>
    public bool Accepted { get; private init; }

    /// <summary>True when the same external id was accepted before; <see cref="MessageId"/> and <see cref="Seq"/> are the first one's.</summary>
    public bool Duplicate { get; private init; }

    /// <summary>The message's id in the API.</summary>
    public Guid MessageId { get; private init; }

    /// <summary>The session that holds it.</summary>
    public Guid SessionId { get; private init; }

    /// <summary>Its number in the session.</summary>
    public long Seq { get; private init; }

    /// <summary>Set when refused.</summary>
    public RefusalCode? Refusal { get; private init; }

    /// <summary>Why it was refused and what to do, for people.</summary>
    public string? Reason { get; private init; }

    /// <summary>When to try again, for <see cref="RefusalCode.Overloaded"/> and <see cref="RefusalCode.RateLimited"/>.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Durable as a new entry.</summary>
    public static AcceptOutcome Stored(Guid message, Guid session, long seq) => new() { Accepted = true, MessageId = message, SessionId = session, Seq = seq };

    /// <summary>Durable since before.</summary>
    public static AcceptOutcome Known(Guid message, Guid session, long seq) => new() { Accepted = true, Duplicate = true, MessageId = message, SessionId = session, Seq = seq };

    /// <summary>Refused; nothing was kept.</summary>
    public static AcceptOutcome Refused(RefusalCode code, string reason, TimeSpan? retryAfter = null) => new() { Refusal = code, Reason = reason, RetryAfter = retryAfter };
}

/// <summary>Told once what became of an offered message, before anything that answers it. Must not block or throw.</summary>
internal interface IAcceptObserver
{
    void Completed(InboundMessage message, in AcceptOutcome outcome);
}

/// <summary>The door into the gateway.</summary>
public interface IInbox
{
    /// <summary>Validates, admits, de-duplicates and stores one message; returns when it is durable or refused. Never throws for bad content.</summary>
    ValueTask<AcceptOutcome> AcceptAsync(InboundMessage message, CancellationToken cancellationToken);

    /// <summary>The same for what one poll or fetch brought; outcomes in the order of the messages. One message's refusal does not touch the others.</summary>
    ValueTask<IReadOnlyList<AcceptOutcome>> AcceptAsync(IReadOnlyList<InboundMessage> messages, CancellationToken cancellationToken);
}

/// <summary>The same door for listeners that must not hold a task per message.</summary>
internal interface IDirectInbox : IInbox
{
    /// <summary>As <see cref="IInbox.AcceptAsync(InboundMessage, CancellationToken)"/>, told to the observer (at once on this thread, or later from another).</summary>
    void Accept(InboundMessage message, IAcceptObserver observer);
}

/// <summary>Where ingest hands admitted messages on: finds the session, drops duplicates, makes durable, queues for the pipeline.</summary>
internal interface ISessionIntake
{
    void Offer(InboundMessage message, IAcceptObserver observer);

    /// <summary>Durable messages that no agent has been given yet.</summary>
    int Undispatched { get; }

    /// <summary>Told of every offered message that was judged; null = nobody.</summary>
    IIntakeGate? Gate { get; set; }
}

/// <summary>Lets offered messages in by turns.</summary>
internal interface IIntakeGate
{
    /// <summary>What a tenant offered is durable, known, or refused: there is room for its next one. Quick; must not throw.</summary>
    void Judged(Guid tenant);
}

/// <summary>Whether more should be brought in now: for listeners that poll a platform and can leave there what would only be refused.</summary>
public interface IIntakePressure
{
    /// <summary>True while so much waits that messages of the tenant may soon be refused as overloaded.</summary>
    bool IsHigh(Guid tenant);

    /// <summary>Returns at once, or when there is room again. Call it before each poll.</summary>
    ValueTask WaitAsync(Guid tenant, CancellationToken cancellationToken);
}
