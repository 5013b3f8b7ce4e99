using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Programs;

/// <summary>A message that a program sends and waits for.</summary>
public sealed record ProgramMessage
{
    /// <summary>The name of its session: whoever may use the tenant's programs and knows it goes on with it.</summary>
    public required string Conversation { get; init; }

    /// <summary>On whose behalf the program writes.</summary>
    public required string UserId { get; init; }

    /// <summary>The name, where known.</summary>
    public string? UserName { get; init; }

    /// <summary>The program's id of it.</summary>
    public required string ExternalId { get; init; }

    /// <summary>The id is unique in the channel, not only in the session: sent again anywhere, it is the same message.</summary>
    public bool IsKeyed { get; init; }

    /// <summary>What is said.</summary>
    public string Text { get; init; } = "";

    /// <summary>Files, already in the blob store.</summary>
    public IReadOnlyList<AttachmentRef> Files { get; init; } = [];

    /// <summary>How many gateways' answers led to it.</summary>
    public int Hops { get; init; }

    /// <summary>Who answers; null = the routing decides.</summary>
    public MessageChoice? Choice { get; init; }
}

/// <summary>One message of an answer.</summary>
/// <param name="Id">The reply's id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Extras">Files, buttons and a card; null = none.</param>
/// <param name="Author">The agent's or operator's name; null = the gateway's own.</param>
public sealed record ProgramReply(Guid Id, string Text, MessageExtras? Extras, string? Author);

/// <summary>How a message ended.</summary>
/// <param name="State">Answered, dead or dropped.</param>
/// <param name="Replies">Everything that answers it.</param>
/// <param name="Cause">Of a dead one: one of <see cref="DeadLetterCauses"/>.</param>
/// <param name="Detail">Why there is no answer, for people.</param>
/// <param name="Usage">What the agents used; null where none told.</param>
public sealed record ProgramEnd(MessageState State, IReadOnlyList<ProgramReply> Replies, string? Cause = null, string? Detail = null, AnswerUsage? Usage = null);

/// <summary>A piece of the reply of that number. <c>Anew</c>: what came of it before does not count any more.</summary>
public readonly record struct ProgramPiece(int Reply, bool Anew, string Text);

/// <summary>What happened since the last step.</summary>
/// <param name="Pieces">New pieces, in order; those of one reply are joined.</param>
/// <param name="IsWorking">An agent works on it.</param>
/// <param name="IsWaiting">The agent said that it answers later.</param>
/// <param name="End">Set when it is over; nothing follows.</param>
public sealed record ProgramStep(IReadOnlyList<ProgramPiece> Pieces, bool IsWorking, bool IsWaiting, ProgramEnd? End);
