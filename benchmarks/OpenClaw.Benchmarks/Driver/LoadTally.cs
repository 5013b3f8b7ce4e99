using System.Collections.Concurrent;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>What all sessions of a load saw together. Faults are counted, never thrown: who ran the load judges.</summary>
internal sealed class LoadTally
{
    private long _sent;
    private long _acked;
    private long _replied;
    private long _duplicateAcks;
    private long _repliedTwice;
    private long _outOfOrder;
    private long _repliedBeforeAck;
    private long _wrongText;
    private long _closed;
    private long _unreachable;

    /// <summary>Messages handed to the server, without repeats.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Messages that the server made durable.</summary>
    public long Acked => Interlocked.Read(ref _acked);

    /// <summary>Messages answered.</summary>
    public long Replied => Interlocked.Read(ref _replied);

    /// <summary>Acks that said <c>duplicate</c>: a repeat after a reconnect met a message accepted before.</summary>
    public long DuplicateAcks => Interlocked.Read(ref _duplicateAcks);

    /// <summary>Replies that came again (same or lower <c>seq</c>, or a second answer): must be 0.</summary>
    public long RepliedTwice => Interlocked.Read(ref _repliedTwice);

    /// <summary>Replies before that of an earlier message of the session: must be 0.</summary>
    public long OutOfOrder => Interlocked.Read(ref _outOfOrder);

    /// <summary>Replies before the ack on the same connection: must be 0.</summary>
    public long RepliedBeforeAck => Interlocked.Read(ref _repliedBeforeAck);

    /// <summary>Replies that are not what an echo answers: must be 0.</summary>
    public long WrongText => Interlocked.Read(ref _wrongText);

    /// <summary>Connections that ended without our doing.</summary>
    public long Closed => Interlocked.Read(ref _closed);

    /// <summary>Attempts to reconnect that found no server.</summary>
    public long Unreachable => Interlocked.Read(ref _unreachable);

    /// <summary>Error frames by code, refused handshakes by status.</summary>
    public ConcurrentDictionary<string, int> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>From (intended) sending to the reply.</summary>
    public LatencyHistogram ReplyLatency { get; set; } = new();

    /// <summary>From (intended) sending to the ack.</summary>
    public LatencyHistogram AckLatency { get; set; } = new();

    /// <summary>Everything that must be 0, named; empty when all is well.</summary>
    public string Faults()
    {
        (string Name, long Count)[] faults =
            [("replied twice", RepliedTwice), ("out of order", OutOfOrder), ("replied before ack", RepliedBeforeAck), ("wrong text", WrongText)];
        return string.Join(", ", faults.Where(f => f.Count > 0).Select(f => $"{f.Name}: {f.Count}"));
    }

    internal void CountSent() => Interlocked.Increment(ref _sent);

    internal void CountAcked() => Interlocked.Increment(ref _acked);

    internal void CountReplied() => Interlocked.Increment(ref _replied);

    internal void CountDuplicateAck() => Interlocked.Increment(ref _duplicateAcks);

    internal void CountRepliedTwice() => Interlocked.Increment(ref _repliedTwice);

    internal void CountOutOfOrder() => Interlocked.Increment(ref _outOfOrder);

    internal void CountRepliedBeforeAck() => Interlocked.Increment(ref _repliedBeforeAck);

    internal void CountWrongText() => Interlocked.Increment(ref _wrongText);

    internal void CountClosed() => Interlocked.Increment(ref _closed);

    internal void CountUnreachable() => Interlocked.Increment(ref _unreachable);
}
