namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>What became of a message. <see cref="MessageState.Waiting"/> is no end: its answer comes later, and is told then.</summary>
/// <param name="Message">The message.</param>
/// <param name="State">Its state from now on.</param>
/// <param name="Replies">What answers it.</param>
/// <param name="Cause">Of a dead one: one of <see cref="DeadLetterCauses"/>.</param>
/// <param name="Detail">Why there is no answer, for people.</param>
internal sealed record MessageOutcome(MessageRecord Message, MessageState State, IReadOnlyList<MessageRecord> Replies, string? Cause = null, string? Detail = null)
{
    /// <summary>What the agents say they used; null where none tells.</summary>
    public AnswerUsage? Usage { get; init; }

    /// <summary>Nothing more comes of it.</summary>
    public bool IsEnd => State is not MessageState.Waiting;
}

/// <summary>What agents said they used for an answer, all together; null = not told.</summary>
public sealed record AnswerUsage(string? Model, long? InputTokens, long? OutputTokens);

/// <summary>Waits for what becomes of one message: an open request of a program. Called one at a time; must not block or throw.</summary>
internal interface IMessageWatcher
{
    /// <summary>An agent works on it.</summary>
    void OnWork();

    /// <summary>A piece of the reply of that number; <paramref name="index"/> counts from 0, and 0 again starts that reply anew.</summary>
    void OnDelta(int reply, int index, Utf8Text text);

    /// <summary>It is answered, dead, dropped, or waits for a late answer: durable.</summary>
    void OnOutcome(MessageOutcome outcome);
}

/// <summary>Who waits on this node for what becomes of single messages. Watching begins before the message is offered, so that nothing is missed.</summary>
internal interface IMessageWatches
{
    /// <summary>Watches until it is disposed.</summary>
    /// <param name="root">The address of its session (<see cref="ISessionHub.RootId"/>).</param>
    /// <param name="externalId">The message's id on its platform.</param>
    /// <param name="watcher">Who is told.</param>
    IDisposable Watch(Guid root, string externalId, IMessageWatcher watcher);

    /// <summary>The program has these replies: their receipts are journaled with one of the next groups.</summary>
    void Delivered(IReadOnlyList<MessageRecord> replies);
}

/// <summary>Stops single messages of programs.</summary>
internal interface IMessageStops
{
    /// <summary>Nobody wants that message answered any more: it is dropped, or its running answer broken off. False when it is over, or waits for a late answer.</summary>
    ValueTask<bool> StopAsync(Guid tenant, Guid session, Guid message, CancellationToken cancellationToken);
}
