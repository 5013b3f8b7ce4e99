using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Gateway.Core.Administration.Archive;

/// <summary>An archived session: what it was, and what the archive knows of it.</summary>
public sealed record ArchivedSessionView : SessionView
{
    /// <summary>Of a session as it is.</summary>
    [SetsRequiredMembers]
    internal ArchivedSessionView(SessionView session)
        : base(session)
    {
    }

    /// <summary>When it was archived.</summary>
    public required DateTimeOffset ArchivedAt { get; init; }

    /// <summary>Bytes of the transcript before compression.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of its file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>When retention deletes it, at the earliest; null = it is kept, for ever or by a hold.</summary>
    public required DateTimeOffset? DeletesAt { get; init; }

    /// <summary>A legal hold keeps it.</summary>
    public required bool Held { get; init; }

    /// <summary>What is wrong with its file, as it was last read; null = nothing.</summary>
    public required string? Fault { get; init; }

    /// <summary>Its channel was deleted: it can be read and exported, not restored. For the portal.</summary>
    [JsonIgnore]
    public bool IsChannelGone => ChannelKind is null;

    /// <summary>The hold's name. For the portal.</summary>
    [JsonIgnore]
    public string? Hold { get; init; }
}

/// <summary>What a list of archived sessions is narrowed to; what is null does not narrow.</summary>
public sealed record ArchiveFilter
{
    /// <summary>Words that all were said in it: the last may be the beginning of one, words in quotation marks stand together.</summary>
    public string? Text { get; init; }

    /// <summary>Channel; also one that was deleted.</summary>
    public Guid? Channel { get; init; }

    /// <summary>The agent that it had last.</summary>
    public Guid? Agent { get; init; }

    /// <summary>The user's id on the platform.</summary>
    public string? User { get; init; }

    /// <summary>Its last activity was at or after that time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Its last activity was before that time.</summary>
    public DateTimeOffset? Until { get; init; }
}
