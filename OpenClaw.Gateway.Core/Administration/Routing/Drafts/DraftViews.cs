using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Routing.Drafts;

/// <summary>A rule as the draft has it.</summary>
/// <param name="Rule">Name, match, target.</param>
/// <param name="Token">Names this state of it: whoever saves over another state is warned.</param>
/// <param name="IsChanged">Differs from the version that the draft began from, or is new.</param>
/// <param name="ChangedBy">Who changed it last in the draft.</param>
public sealed record DraftRule(RuleModel Rule, string Token, bool IsChanged, string? ChangedBy);

/// <summary>The rules as the portal shows them: the draft where there is one, else what is live.</summary>
/// <param name="Exists">There is a draft.</param>
/// <param name="Base">The version that it began from; the live one where there is no draft.</param>
/// <param name="Live">The version that is live.</param>
/// <param name="Rules">In order.</param>
/// <param name="Changes">What the draft changes, against the version that it began from.</param>
/// <param name="UpdatedBy">Who changed the draft last.</param>
/// <param name="UpdatedAt">When.</param>
public sealed record DraftView(
    bool Exists, int Base, int Live, IReadOnlyList<DraftRule> Rules, IReadOnlyList<RuleChange> Changes, string? UpdatedBy, DateTimeOffset? UpdatedAt)
{
    /// <summary>Something was published since the draft began.</summary>
    public bool IsBehind => Exists && Base != Live;
}

/// <summary>How an edit of the draft ended.</summary>
public enum DraftStatus
{
    /// <summary>It is in the draft.</summary>
    Saved,

    /// <summary>The input is wrong; the errors say where.</summary>
    Invalid,

    /// <summary>Somebody else changed the rule meanwhile: <see cref="DraftOutcome.Rule"/> is their state. Nothing was saved.</summary>
    ChangedByOther,

    /// <summary>Somebody else deleted the rule meanwhile. Nothing was saved.</summary>
    DeletedByOther,
}

/// <summary>The outcome of an edit.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Rule">The rule as the draft has it now.</param>
/// <param name="Errors">Field path (as in <c>match.text.regex</c>) to messages.</param>
public sealed record DraftOutcome(DraftStatus Status, DraftRule? Rule, IReadOnlyDictionary<string, string[]> Errors)
{
    internal static DraftOutcome Of(DraftStatus status, DraftRule? rule = null) => new(status, rule, new Dictionary<string, string[]>());
}

/// <summary>A draft that was thrown away, kept so that it can be brought back.</summary>
public sealed record DiscardedDraft(int Base, string Rules, int Changes);

/// <summary>A rule that the draft and a version published since both changed, each in its own way. Null = deleted there.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Name">What it is or was called.</param>
/// <param name="Base">As it was when the draft began.</param>
/// <param name="Draft">As the draft has it.</param>
/// <param name="Live">As it is live.</param>
/// <param name="Choice">What was chosen; null = not yet.</param>
public sealed record RuleConflict(Guid Id, string Name, RuleModel? Base, RuleModel? Draft, RuleModel? Live, ConflictChoice? Choice);

/// <summary>Which side holds.</summary>
public enum ConflictChoice
{
    /// <summary>The draft's.</summary>
    Draft,

    /// <summary>What is live.</summary>
    Live,
}

/// <summary>A fault that keeps a rule from being published.</summary>
public sealed record PublishFault(Guid Id, string Name, string Field, string Message);

/// <summary>What publishing the draft would do now.</summary>
/// <param name="Live">The version that it would follow.</param>
/// <param name="Changes">What would change of what is live.</param>
/// <param name="Conflicts">Rules to choose for, with the choices made so far.</param>
/// <param name="Faults">What must be mended first.</param>
public sealed record PublishPreview(int Live, IReadOnlyList<RuleChange> Changes, IReadOnlyList<RuleConflict> Conflicts, IReadOnlyList<PublishFault> Faults)
{
    /// <summary>Nothing stands against it.</summary>
    public bool IsClear => Faults.Count == 0 && Conflicts.All(c => c.Choice is not null);
}

/// <summary>How publishing ended: a version, or what stands against it.</summary>
public sealed record PublishOutcome(VersionView? Version, PublishPreview? Blocked);
