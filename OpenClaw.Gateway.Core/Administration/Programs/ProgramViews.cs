using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Programs;

namespace OpenClaw.Gateway.Core.Administration.Programs;

/// <summary>Whom a program can ask: an agent, or a pool.</summary>
public sealed record ProgramAgent(Guid Id, string Name, bool IsPool, DateTimeOffset CreatedAt, IReadOnlyList<string> Intents)
{
    /// <summary>The choice that it is.</summary>
    public MessageChoice Choice => IsPool ? new(Pool: Id) : new(Agent: Id);
}

/// <summary>A program's message as it stands.</summary>
public sealed record ProgramRecord
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its session's id.</summary>
    public required Guid Session { get; init; }

    /// <summary>The name of its session.</summary>
    public required string Conversation { get; init; }

    /// <summary>The program's id of it.</summary>
    public required string ExternalId { get; init; }

    /// <summary>What was said.</summary>
    public required string Text { get; init; }

    /// <summary>Its files, and who was chosen.</summary>
    public MessageExtras? Extras { get; init; }

    /// <summary>How far it is.</summary>
    public required MessageState State { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it came to its present state, as far as is known.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Everything that answers it so far.</summary>
    public required IReadOnlyList<ProgramReply> Replies { get; init; }

    /// <summary>Of a dead one: one of <see cref="DeadLetterCauses"/>.</summary>
    public string? Cause { get; init; }

    /// <summary>Why there is no answer, for people.</summary>
    public string? Detail { get; init; }

    /// <summary>It is over.</summary>
    public bool IsEnd => State is MessageState.Answered or MessageState.Dead or MessageState.Dropped;
}

/// <summary>A file to be taken with a message: bytes, or where to fetch them.</summary>
public sealed record ProgramFile(string? Name, string? ContentType, ReadOnlyMemory<byte> Bytes, Uri? Url);

/// <summary>A page of messages, newest first, and how many there are in all.</summary>
public sealed record ProgramPage(IReadOnlyList<ProgramRecord> Items, string? Next, int Total);
