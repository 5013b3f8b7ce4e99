using System.Text.Json;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>A session that stays because a legal hold keeps it, and the hold's name.</summary>
public sealed record HeldSession(Guid Session, string Hold);

/// <summary>What an erasure removed and what stays; of a dry run: what it would.</summary>
public sealed record ErasureReport
{
    /// <summary>Sessions that were removed, or, where others share them, cleaned of the person.</summary>
    public long Sessions { get; init; }

    /// <summary>Messages and replies.</summary>
    public long Messages { get; init; }

    /// <summary>Of the sessions, those that were in the archive.</summary>
    public long Archives { get; init; }

    /// <summary>Dead letters.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Files that were sent with messages.</summary>
    public long Attachments { get; init; }

    /// <summary>Notes of operators.</summary>
    public long Notes { get; init; }

    /// <summary>Entries of the audit whose details were blanked; the entries themselves stay.</summary>
    public long AuditEntries { get; init; }

    /// <summary>Saved filters that named the person.</summary>
    public long Filters { get; init; }

    /// <summary>Channels that the person asked to be let in to.</summary>
    public long Pairings { get; init; }

    /// <summary>Mails from and to the person in the books that join answers to conversations.</summary>
    public long Mails { get; init; }

    /// <summary>Mails of theirs that were held back.</summary>
    public long HeldMessages { get; init; }

    /// <summary>What legal holds keep.</summary>
    public IReadOnlyList<HeldSession> Held { get; init; } = [];

    /// <summary>Configuration that names the person, which is for an admin to change: an allow list, a routing rule.</summary>
    public IReadOnlyList<string> Configuration { get; init; } = [];

    /// <summary>What could not be done, for people.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    internal static ErasureReport Read(string? json) =>
        string.IsNullOrEmpty(json) ? new() : JsonSerializer.Deserialize<ErasureReport>(json, JsonSerializerOptions.Web) ?? new();

    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}

/// <summary>An erasure as people see it. It does not name the person: the pseudonym stands for them.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Pseudonym">Random; also in place of the person's id where something of a shared session stays.</param>
/// <param name="Channel">The channel whose user is meant; null = all.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="State"><c>pending</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Report">What was removed so far.</param>
public sealed record ErasureView(
    Guid Id, string Pseudonym, Guid? Channel, string? Reason, string State, string RequestedBy, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, ErasureReport Report)
{
    internal static ErasureView Of(Erasure row) =>
        new(row.Id, row.Pseudonym, row.ChannelId, row.Reason, row.State, row.RequestedBy, row.CreatedAt, row.FinishedAt, ErasureReport.Read(row.Report));
}

/// <summary>How an erasure stands, as stored.</summary>
public static class ErasureStates
{
    /// <summary>Asked for.</summary>
    public const string Pending = "pending";

    /// <summary>Under way, or cut off: then it is taken up again.</summary>
    public const string Running = "running";

    /// <summary>Everything that could be removed is; the report says what stays.</summary>
    public const string Done = "done";

    /// <summary>It could not be carried out; the report says why. It can be asked for again.</summary>
    public const string Failed = "failed";
}
