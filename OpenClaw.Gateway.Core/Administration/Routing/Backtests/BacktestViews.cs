using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>The states of a back-test.</summary>
public static class BacktestStates
{
    /// <summary>Messages are being judged, or it waits for another one that is.</summary>
    public const string Running = "running";

    /// <summary>All messages were judged.</summary>
    public const string Done = "done";

    /// <summary>Somebody cancelled it; what it had found until then stays.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It could not go on for a fault of the gateway.</summary>
    public const string Failed = "failed";

    /// <summary>The gateway stopped while it ran; what it had found until then stays.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Running, Done, Cancelled, Failed, Interrupted];
}

/// <summary>Rules that are or were tried on stored messages. What was found is there while it runs, too, as far as it has come.</summary>
public sealed record BacktestView
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>One of <see cref="BacktestStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Messages from then on.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The published version that the rules are compared with; 0 = no rules.</summary>
    public required int BaseVersion { get; init; }

    /// <summary>How many messages there are; rises while archived conversations are read.</summary>
    public required long Total { get; init; }

    /// <summary>How many of them were judged.</summary>
    public required long Done { get; init; }

    /// <summary>Who began it.</summary>
    public required string StartedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How long it took, in milliseconds; while it runs, how long it has taken.</summary>
    public required double TookMs { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The numbers.</summary>
    public required BacktestCounts Counts { get; init; }

    /// <summary>Each rule that decides by either side, in the order of the tried rules, then those that are only live.</summary>
    public required IReadOnlyList<BacktestRule> Rules { get; init; }

    /// <summary>From where to where messages would move, the most first. Not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BacktestMove>? Moves { get; init; }

    /// <summary>Examples of the other kinds. Not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BacktestExamples? Examples { get; init; }

    /// <summary>What is to be known about these numbers, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Names the rules that were tried: the same for the same rules.</summary>
    [JsonIgnore]
    public string Stamp { get; init; } = "";
}

/// <summary>What would become of the messages. <c>Same</c>, <c>Moved</c>, <c>NewlyDropped</c> and <c>NewlyNoRoute</c> add up to <c>Messages</c>.</summary>
public sealed record BacktestCounts
{
    /// <summary>Messages that were judged.</summary>
    public long Messages { get; init; }

    /// <summary>They go where they go now.</summary>
    public long Same { get; init; }

    /// <summary>They go to another agent or pool than now.</summary>
    public long Moved { get; init; }

    /// <summary>Of <see cref="Same"/>: no rule decides about them, and their conversation had moved before, so that they would follow it.</summary>
    public long Following { get; init; }

    /// <summary>No rule decides about them.</summary>
    public long Unmatched { get; init; }

    /// <summary>… and now one does.</summary>
    public long NewlyUnmatched { get; init; }

    /// <summary>Where those without a rule go.</summary>
    public BacktestUnmatched UnmatchedTo { get; init; } = new(0, 0, 0, 0);

    /// <summary>A rule drops them.</summary>
    public long Dropped { get; init; }

    /// <summary>… and now none does.</summary>
    public long NewlyDropped { get; init; }

    /// <summary>There would be no agent for them: dead letters.</summary>
    public long NoRoute { get; init; }

    /// <summary>… and now there is one.</summary>
    public long NewlyNoRoute { get; init; }

    /// <summary>Their conversation was assigned to an agent, so that no rule was asked.</summary>
    public long Assigned { get; init; }

    /// <summary>Of the judged ones, from archived conversations.</summary>
    public long Archived { get; init; }

    /// <summary>Not judged: their channel is gone, or they are commands that the gateway answers itself.</summary>
    public long Skipped { get; init; }
}

/// <summary>Where messages without a rule go: the agent that the conversation had last, the channel's, the default agent, nobody.</summary>
public sealed record BacktestUnmatched(long Last, long Channel, long Default, long None);

/// <summary>How many messages a rule decides about. <c>Before</c> by what is live, <c>After</c> by the tried rules; null = the rule is not there.</summary>
public sealed record BacktestRule(Guid Id, string Name, long? Before, long? After);

/// <summary>Where a message goes. <c>Kind</c> is <c>agent</c>, <c>pool</c>, <c>capable</c> (of an intent), <c>drop</c> or <c>none</c>.</summary>
public sealed record BacktestPlace(
    string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name);

/// <summary>Messages that would go elsewhere.</summary>
public sealed record BacktestMove(BacktestPlace From, BacktestPlace To, long Count, IReadOnlyList<BacktestExample> Examples);

/// <summary>Examples beside those of the moves, at most 20 of each kind.</summary>
/// <param name="Unmatched">A rule decides about them now, and none would.</param>
/// <param name="Dropped">They would be dropped, and are not now.</param>
/// <param name="NoRoute">There would be no agent for them, and there is one now.</param>
public sealed record BacktestExamples(IReadOnlyList<BacktestExample> Unmatched, IReadOnlyList<BacktestExample> Dropped, IReadOnlyList<BacktestExample> NoRoute);

/// <summary>One message. Its text is read when it is asked for; null = it is not there any more.</summary>
/// <param name="Message">Its id.</param>
/// <param name="Session">Its conversation.</param>
/// <param name="Seq">Its number there.</param>
/// <param name="At">When it came.</param>
/// <param name="Text">The beginning of its text.</param>
/// <param name="From">Where it goes now.</param>
/// <param name="To">Where it would go.</param>
/// <param name="RuleBefore">The live rule that decides.</param>
/// <param name="RuleAfter">The tried rule that does.</param>
public sealed record BacktestExample(
    Guid Message, Guid Session, long Seq, DateTimeOffset? At, string? Text, BacktestPlace From, BacktestPlace To,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RuleBefore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RuleAfter);
