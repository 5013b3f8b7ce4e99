using System.Security.Cryptography;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>The entry that a reply answers.</summary>
public sealed record AnsweredEntry(Guid Id, long Seq, string? ExternalId);

/// <summary>A reply on its way to its platform.</summary>
public sealed record OutgoingReply
{
    /// <summary>The reply's id: the same on every attempt and replay.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>Its number there.</summary>
    public required long Seq { get; init; }

    /// <summary>An agent or an operator.</summary>
    public required MessageFrom From { get; init; }

    /// <summary>The author's name.</summary>
    public string? Author { get; init; }

    /// <summary>Its text; may be empty when there is something else.</summary>
    public required Utf8Text Text { get; init; }

    /// <summary>Attachments, buttons, card.</summary>
    public MessageExtras? Extras { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where it goes, and the user that it is for: in a shared session the one whose message it answers.</summary>
    public required SessionAddress Address { get; init; }

    /// <summary>What it answers; null where it answers nothing.</summary>
    public AnsweredEntry? InReplyTo { get; init; }
}

/// <summary>One message of the platform that a reply is sent as.</summary>
/// <param name="Reply">The reply.</param>
/// <param name="Index">From 0.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Text">Its share of the text.</param>
public sealed record OutgoingPart(OutgoingReply Reply, int Index, int Count, Utf8Text Text)
{
    /// <summary>The same on every attempt: the reply's own for its first part, made from it for the others.</summary>
    public Guid Id { get; } = Index == 0 ? Reply.Id : IdOf(Reply.Id, Index);

    /// <summary>An attempt before this one broke off without anybody knowing whether the platform has it.</summary>
    public bool PossibleDuplicate { get; init; }

    /// <summary>
    /// The platform's id of the message that shows the growing answer; null where none does. It becomes this part by an edit; where that cannot be, the part is
    /// sent anew, and the preview deleted only after that.
    /// </summary>
    public string? Preview { get; init; }

    /// <summary>The whole reply as one part.</summary>
    public static OutgoingPart Whole(OutgoingReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return new(reply, 0, 1, reply.Text);
    }

    private static Guid IdOf(Guid reply, int index)
    {
        Span<byte> name = stackalloc byte[20];
        reply.TryWriteBytes(name, bigEndian: true, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(name[16..], index);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash[..16], bigEndian: true);
    }
}

/// <summary>
/// Why a part was not sent. <c>Cause</c> is one of <see cref="DeadLetterCauses"/>; <c>Detail</c> is for people, without secrets: a line, and at most the
/// first 2 KB of what the platform sent. <c>Risk</c> is one of <see cref="DeadLetterRisks"/>: whether the platform may have it all the same.
/// </summary>
public sealed record SendFailure(FailureKind Kind, string Cause, string Detail, TimeSpan? RetryAfter, string Risk)
{
    /// <summary>Trying again cannot help.</summary>
    public bool IsFinal => Kind is FailureKind.Permanent or FailureKind.Authentication or FailureKind.Forbidden;
}

/// <summary>How the sending of a part ended: a closed set, made by the factories.</summary>
public sealed class SendOutcome : ICallOutcome
{
    private bool _isOfOneConversation;

    private SendOutcome() { }

    /// <summary>The platform's own id of it; null where it gives none. Holds when <see cref="Failure"/> is null.</summary>
    public string? Receipt { get; private init; }

    /// <summary>Why it was not sent; null when it was.</summary>
    public SendFailure? Failure { get; private init; }

    /// <inheritdoc />
    CallTrouble? ICallOutcome.Trouble =>
        !_isOfOneConversation && Failure is { Kind: FailureKind.Transient or FailureKind.Timeout or FailureKind.RateLimited, Cause: not DeadLetterCauses.Internal } failure
            ? new(failure.Detail.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? failure.Detail[..end] : failure.Detail, failure.Kind == FailureKind.RateLimited ? failure.RetryAfter : null)
            : null;

    /// <summary>The platform has it.</summary>
    public static SendOutcome Sent(string? receipt = null) => new() { Receipt = receipt };

    /// <summary>It was not sent, or nobody knows (<paramref name="risk"/>).</summary>
    public static SendOutcome Failed(FailureKind kind, string cause, string detail, string risk, TimeSpan? retryAfter = null) =>
        new() { Failure = new(kind, cause, detail, retryAfter, risk) };

    /// <summary>One conversation has had too much for now: it waits, and the channel's others go on.</summary>
    public static SendOutcome TooMuchForOne(string cause, string detail, TimeSpan? retryAfter) =>
        new() { Failure = new(FailureKind.RateLimited, cause, detail, retryAfter, DeadLetterRisks.NeverSent), _isOfOneConversation = true };
}

/// <summary>What a platform says of a part of which nobody knows whether it was sent.</summary>
public sealed class SettleOutcome
{
    private SettleOutcome() { }

    /// <summary>The platform has it.</summary>
    public bool IsFound { get; private init; }

    /// <summary>The platform's own id of it.</summary>
    public string? Receipt { get; private init; }

    /// <summary>The platform has it, under that id.</summary>
    public static SettleOutcome Found(string? receipt) => new() { IsFound = true, Receipt = receipt };

    /// <summary>The platform does not have it: it is sent, and is no duplicate.</summary>
    public static SettleOutcome NotFound { get; } = new();

    /// <summary>The platform cannot tell: it is sent again with the same id, as a possible duplicate.</summary>
    public static SettleOutcome CannotKnow { get; } = new();
}

/// <summary>
/// Sends replies to a kind of channel. Its lane calls it: never two replies of a session at once, retries what can be retried, keeps the receipts. Failures
/// are outcomes; an exception counts as a transient failure of which nobody knows what was sent.
/// </summary>
public interface IChannelSender
{
    /// <summary>The kind of channel.</summary>
    string Kind { get; }

    /// <summary>How many replies of a channel are sent at once, each of another session.</summary>
    int MaxConcurrency => 16;

    /// <summary>A part that takes longer is given up as timed out.</summary>
    TimeSpan Timeout => TimeSpan.FromSeconds(30);

    /// <summary>Whether the channel can send now (it is connected, it knows itself). Until then replies wait and burn no attempt; <see cref="IOutbox.Wake"/> says that it can.</summary>
    bool IsReady(ChannelModel channel) => true;

    /// <summary>Why it cannot, for people; null where it is only not connected yet. Without secrets.</summary>
    string? NotReadyBecause(ChannelModel channel) => null;

    /// <summary>Takes one message out of the platform's rate budget; null when there was one, else when there will be. Waiting burns no attempt.</summary>
    TimeSpan? Budget(ChannelModel channel, OutgoingPart part) => null;

    /// <summary>The platform's messages that a reply becomes, at least one. The same for the same reply every time: receipts are kept by number.</summary>
    IReadOnlyList<OutgoingPart> Split(ChannelModel channel, OutgoingReply reply) => [OutgoingPart.Whole(reply)];

    /// <summary>Sends one part. The token ends with the gateway, or after <see cref="Timeout"/>.</summary>
    ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken);

    /// <summary>Asks the platform whether it has a part whose sending broke off.</summary>
    ValueTask<SettleOutcome> SettleAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken) => new(SettleOutcome.CannotKnow);
}

/// <summary>The replies of one channel on their way out.</summary>
internal interface IOutboxLane
{
    /// <summary>A reply of a session is durable. Called in order of seq; quick.</summary>
    void Offer(MessageRecord reply, SessionAddress address);

    /// <summary>A piece of an answer that grows, from 0 (which begins it anew). Quick.</summary>
    /// <param name="question">What is answered.</param>
    /// <param name="address">The session's.</param>
    /// <param name="reply">The id that the reply will have, and its number in the answer.</param>
    /// <param name="index">The piece's number.</param>
    /// <param name="text">The piece.</param>
    void Grow(MessageRecord question, SessionAddress address, (Guid Id, int Index) reply, int index, Utf8Text text);

    /// <summary>An agent works on an answer to that message, or does not any more. Quick.</summary>
    void Work(MessageRecord question, SessionAddress address, bool on);

    /// <summary>Nothing more answers that message: what was shown of it and became no reply is taken away. Quick.</summary>
    void Concluded(MessageRecord question);
}

/// <summary>How a channel's replies get on.</summary>
/// <param name="Waiting">Replies in the lane, those that are being sent included. With <paramref name="HasMore"/> there are more in the database.</param>
/// <param name="HasMore">Not all that wait are in memory.</param>
/// <param name="OldestAt">When the oldest of those was written; null when there is none.</param>
/// <param name="LastSentAt">When the platform last took one; null = not since the start.</param>
/// <param name="LastFailureAt">When an attempt last failed; null = not since the start.</param>
/// <param name="LastFailure">What happened then, for people.</param>
/// <param name="Held">Why nothing is sent, for people; null when it is.</param>
public sealed record LaneView(int Waiting, bool HasMore, DateTimeOffset? OldestAt, DateTimeOffset? LastSentAt, DateTimeOffset? LastFailureAt, string? LastFailure, string? Held);

/// <summary>Replies on their way to platforms, a lane per channel.</summary>
public interface IOutbox
{
    /// <summary>How that channel's lane does; null when it has none here.</summary>
    LaneView? Look(Guid channel);

    /// <summary>The channel can send now: what waited for that goes.</summary>
    void Wake(Guid channel);
}

/// <summary>The same for sessions: where their replies go.</summary>
internal interface IOutboxLanes
{
    /// <summary>That channel's lane; null for channels whose replies need none.</summary>
    IOutboxLane? LaneOf(Guid channel);

    /// <summary>A session is being removed: nothing of it is sent any more, and nothing more is written about it.</summary>
    void Forget(Guid session);

    /// <summary>A session is about to be changed: what its replies say is read again before they are sent.</summary>
    void Unload(Guid session);
}
