namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>
/// Something that shows one session as it goes on: a client's socket. Calls come one at a time per session and must not
/// block or throw; a subscriber that cannot keep up drops out and reads what it missed by seq.
/// </summary>
internal interface ISessionSubscriber
{
    /// <summary>A new durable entry, any author, in order of seq.</summary>
    void OnEntry(MessageRecord entry);

    /// <summary>A piece of a streamed reply; <paramref name="index"/> counts from 0, and 0 again starts that reply anew.</summary>
    void OnDelta(Guid replyId, int index, Utf8Text text);

    /// <summary>An agent started or stopped working.</summary>
    void OnTyping(bool on);

    /// <summary>
    /// The handle is used up: the session was ended, and the address's next message opens the next episode; or it was put away for a while. Attach
    /// again; the session may be the same.
    /// </summary>
    void OnEnded();
}

/// <summary>Gives channels access to live sessions.</summary>
internal interface ISessionHub
{
    /// <summary>
    /// Finds the newest episode at that address (or prepares the first: it becomes a row with its first message), loads it if need be and
    /// subscribes to it. Entries with a seq above <see cref="ISessionHandle.LastSeq"/> at return are told to the subscriber; older ones are read by
    /// <see cref="ISessionHandle.ReadAsync"/>.
    /// </summary>
    ValueTask<ISessionHandle> AttachAsync(ChannelModel channel, SessionAddress address, ISessionSubscriber subscriber, CancellationToken cancellationToken);

    /// <summary>
    /// An earlier episode of that address for reading, when answers above <paramref name="after"/> in it have reached nobody; else null. Nothing is
    /// told to the subscriber.
    /// </summary>
    ValueTask<ISessionHandle?> ReopenAsync(
        ChannelModel channel, SessionAddress address, Guid session, long after, ISessionSubscriber subscriber, CancellationToken cancellationToken);

    /// <summary>The id that the newest episode of that address has, without opening it: for checks at a handshake.</summary>
    Guid RootId(ChannelModel channel, SessionAddress address);
}

/// <summary>A subscription to one session. Disposing ends it.</summary>
internal interface ISessionHandle : IDisposable
{
    Guid SessionId { get; }

    /// <summary>The session's newest durable number; 0 when it has no entry yet.</summary>
    long LastSeq { get; }

    /// <summary>Entries with <c>seq &gt; after</c> from memory or the database, oldest first, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<MessageRecord>> ReadAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Records that the platform has this entry: its receipt is journaled with one of the next groups.</summary>
    void Delivered(MessageRecord entry);

    /// <summary>The user does not want the answer that is being made. Nothing happens when none is.</summary>
    void Cancel();

    /// <summary>The user writes something, or stopped: told to an agent that wants to know.</summary>
    void Typing(bool on);
}
