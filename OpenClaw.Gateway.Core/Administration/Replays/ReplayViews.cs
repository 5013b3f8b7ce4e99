using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Administration.DeadLetters;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>The states of a replay of many.</summary>
public static class ReplayStates
{
    /// <summary>What is to be replayed is being written down.</summary>
    public const string Preparing = "preparing";

    /// <summary>It goes on.</summary>
    public const string Running = "running";

    /// <summary>Somebody paused it: what has begun is finished, nothing new begins.</summary>
    public const string Paused = "paused";

    /// <summary>It stopped by itself: too many failed again.</summary>
    public const string Stopped = "stopped";

    /// <summary>Somebody cancelled it; what had not begun stays as it was.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>All of it has been replayed.</summary>
    public const string Done = "done";

    /// <summary>It could not go on for a fault of the gateway.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Preparing, Running, Paused, Stopped, Cancelled, Done, Failed];
}

/// <summary>The states of one dead letter in a replay.</summary>
public static class ReplayItemStates
{
    /// <summary>It has not begun.</summary>
    public const string Waiting = "waiting";

    /// <summary>It is being handled.</summary>
    public const string Started = "started";

    /// <summary>It was answered (or a rule dropped it).</summary>
    public const string Answered = "answered";

    /// <summary>It failed again.</summary>
    public const string Failed = "failed";

    /// <summary>It was left out.</summary>
    public const string Skipped = "skipped";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Waiting, Started, Answered, Failed, Skipped];
}

/// <summary>A replay of many dead letters.</summary>
public sealed record ReplayView
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>One of <see cref="ReplayStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is in that state, for people.</summary>
    public required string? Reason { get; init; }

    /// <summary>What was chosen: <c>{ids|group|since,until,…,includeUnknown,includeSent}</c>.</summary>
    public required JsonElement Selection { get; init; }

    /// <summary>The agent that is asked; null = whoever the routing says.</summary>
    public required Guid? Agent { get; init; }

    /// <summary>Its name; null where none was chosen, or it was deleted.</summary>
    public string? AgentName { get; init; }

    /// <summary>The answers are stored and compared, and nobody is sent them.</summary>
    public required bool Shadow { get; init; }

    /// <summary>It goes in steps of 1, 5, 20 and 100, each of which must go well before the rest.</summary>
    public required bool Canary { get; init; }

    /// <summary>The share that may fail again in a step, 0 to 1.</summary>
    public required double StopShare { get; init; }

    /// <summary>At most so many begin per second; 0 = as fast as it goes.</summary>
    public required double RatePerSecond { get; init; }

    /// <summary>Dead letters that were chosen.</summary>
    public required int Total { get; init; }

    /// <summary>Of these left out: for their risk, or because somebody else had replayed or discarded them.</summary>
    public required int Skipped { get; init; }

    /// <summary>Begun.</summary>
    public required int Started { get; init; }

    /// <summary>Answered.</summary>
    public required int Answered { get; init; }

    /// <summary>Failed again.</summary>
    public required int Failed { get; init; }

    /// <summary>Begun and not over.</summary>
    public required int InFlight { get; init; }

    /// <summary>Not begun.</summary>
    public required int Waiting { get; init; }

    /// <summary>The canary's step, from 0; 4 = all the rest.</summary>
    public required int Step { get; init; }

    /// <summary>How many the step has (1, 5, 20, 100); null in the rest, and without canary.</summary>
    public int? StepSize { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string StartedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it may go on.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>One dead letter of a replay.</summary>
/// <param name="Ordinal">Its place, from 1.</param>
/// <param name="Letter">The dead letter's id.</param>
/// <param name="State">One of <see cref="ReplayItemStates"/>.</param>
/// <param name="Detail">Why it failed or was left out, for people.</param>
/// <param name="Answer">What a shadow agent said; null when it was no shadow.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="DeadLetter">The dead letter; null when it is not there any more.</param>
public sealed record ReplayItemView(int Ordinal, Guid Letter, string State, string? Detail, ShadowAnswer? Answer, DateTimeOffset? FinishedAt, DeadLetterView? DeadLetter);

/// <summary>What a replay would be, by the risk of answering twice.</summary>
public sealed record ReplayCount
{
    /// <summary>Dead letters that fit the choice and can be replayed.</summary>
    public required int Total { get; init; }

    /// <summary>Of these, what would be replayed: without what is left out for its risk.</summary>
    public required int WouldReplay { get; init; }

    /// <summary>Nobody was asked: nothing can be doubled.</summary>
    [JsonPropertyName("never_sent")]
    public required int NeverSent { get; init; }

    /// <summary>Nobody knows.</summary>
    [JsonPropertyName("unknown")]
    public required int Unknown { get; init; }

    /// <summary>The agent or platform certainly had it.</summary>
    [JsonPropertyName("sent")]
    public required int Sent { get; init; }

    /// <summary>By channel, the most first.</summary>
    public required IReadOnlyList<ReplayChannelCount> Channels { get; init; }

    /// <summary>Chosen too, and in none of the other numbers: their channel or conversation was deleted, so that nothing is left to be replayed.</summary>
    public required int NotReplayable { get; init; }

    /// <summary>The first failure among them.</summary>
    public required DateTimeOffset? Oldest { get; init; }

    /// <summary>The last failure among them.</summary>
    public required DateTimeOffset? Newest { get; init; }
}

/// <summary>How many of a count are of one channel; its name is null where it was deleted.</summary>
public sealed record ReplayChannelCount(Guid Channel, string? Name, int Count);
