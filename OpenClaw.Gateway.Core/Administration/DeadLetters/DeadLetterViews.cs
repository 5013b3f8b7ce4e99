using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>A message that could not go on (contract: Dead letter).</summary>
public record DeadLetterView
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where it stopped, one of <see cref="Stages"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>Why, one of <see cref="DeadLetterCauses"/>.</summary>
    public required string Cause { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>Requests made.</summary>
    public required int Attempts { get; init; }

    /// <summary>First failure.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>Last failure.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>The same for failures of one sort.</summary>
    public required string Fingerprint { get; init; }

    /// <summary><c>never_sent</c>, <c>unknown</c> or <c>sent</c>.</summary>
    public required string Risk { get; init; }

    /// <summary>The message.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>Its session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>Its channel.</summary>
    public required Guid Channel { get; init; }

    /// <summary>The agent that failed, where one was chosen.</summary>
    public required Guid? Agent { get; init; }

    /// <summary>What the message said, and what a replay would send unless it is changed: <c>{text,attachments,button}</c>.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>One of <see cref="DeadLetterStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>The dead letter whose replay ended in this one.</summary>
    public Guid? Previous { get; init; }

    /// <summary>The replay of many that it was last a part of.</summary>
    public Guid? Replay { get; init; }

    /// <summary>When it was replayed, discarded or restored last.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? ResolvedBy { get; init; }
}

/// <summary>One attempt that did not end well.</summary>
/// <param name="Number">From 1, within its run.</param>
/// <param name="Run">From 0; rises with each handoff and replay.</param>
/// <param name="Agent">Who was asked; null for a reply on its way to its platform.</param>
/// <param name="AgentName">Its name; null where it was deleted.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null when the process died in it.</param>
/// <param name="Kind"><c>transient</c>, <c>rateLimited</c>, <c>timeout</c>, <c>permanent</c>, <c>authentication</c> or <c>forbidden</c>; null where it is not known any more.</param>
/// <param name="Cause">One of <see cref="DeadLetterCauses"/>.</param>
/// <param name="Detail">What happened, for people.</param>
/// <param name="NextAt">When the next attempt was due; null: there was none.</param>
public sealed record AttemptView(
    int Number, int Run, Guid? Agent, string? AgentName, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Kind, string Cause, string Detail, DateTimeOffset? NextAt);

/// <summary>What a cause means and what a person can do about it.</summary>
/// <param name="What">What happened.</param>
/// <param name="Why">Why that happens, most likely first.</param>
/// <param name="Do">What to do.</param>
/// <param name="Link">The place to do it: <c>agent</c>, <c>channel</c>, <c>routing</c>, <c>network</c>, <c>circuits</c>, <c>conversation</c> or <c>none</c>.</param>
public sealed record CauseAdvice(string What, string Why, string Do, string Link);

/// <summary>A dead letter with all that is known of it.</summary>
public sealed record DeadLetterDetail : DeadLetterView
{
    /// <summary>What the cause means and what to do.</summary>
    public required CauseAdvice Advice { get; init; }

    /// <summary>Every attempt on its message, over all replays, oldest first.</summary>
    public required IReadOnlyList<AttemptView> Tries { get; init; }

    /// <summary>What its last replay sent, where a person had changed it.</summary>
    public JsonElement? ReplayPayload { get; init; }

    /// <summary>The agent that its last replay asked, where a person had chosen one.</summary>
    public Guid? ReplayAgent { get; init; }

    /// <summary>The dead letter in which its replay ended; null when there is none.</summary>
    public Guid? Next { get; init; }

    /// <summary>How often the message was replayed so far.</summary>
    public required int Replays { get; init; }

    /// <summary>The message's present state; null when the message is not there any more.</summary>
    public string? MessageState { get; init; }

    /// <summary>What has answered its message since, oldest first.</summary>
    public required IReadOnlyList<ReplyView> Answers { get; init; }

    /// <summary>What shadow agents said to it, newest first.</summary>
    public required IReadOnlyList<ShadowView> Shadows { get; init; }

    /// <summary>Its conversation is there still.</summary>
    [JsonIgnore]
    public bool HasConversation { get; init; }

    /// <summary>Why it cannot be replayed as things are, and what to do; null when it can.</summary>
    public string? Obstacle { get; init; }
}

/// <summary>What another agent said to a message, compared with the real answer; nobody was sent it.</summary>
/// <param name="Replay">The replay that asked.</param>
/// <param name="At">When.</param>
/// <param name="Answer">The answer.</param>
public sealed record ShadowView(Guid Replay, DateTimeOffset At, ShadowAnswer Answer);

/// <summary>What a shadow agent made of a message.</summary>
public sealed record ShadowAnswer
{
    /// <summary>Who was asked.</summary>
    public required Guid Agent { get; init; }

    /// <summary>Its name at that time.</summary>
    public required string AgentName { get; init; }

    /// <summary><c>answered</c>, <c>later</c> (it promised an answer, which nobody waits for) or <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>What it said; null unless it answered.</summary>
    public string? Text { get; init; }

    /// <summary>The cause of the failure, one of <see cref="DeadLetterCauses"/>.</summary>
    public string? Cause { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public string? Detail { get; init; }

    /// <summary>How long it took.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>What the user was really answered; null when there was no answer.</summary>
    public string? RealText { get; init; }

    /// <summary><c>same</c>, <c>differs</c>, or null where there is nothing to compare.</summary>
    public string? Comparison { get; init; }
}

/// <summary>Dead letters of one sort. <c>Newest</c> is an example's id, <c>Detail</c> its error; names are null where the thing was deleted.</summary>
public sealed record DeadLetterGroup(
    string Fingerprint, string Stage, string Cause, Guid Channel, Guid? Agent, int Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, Guid Newest, string Detail)
{
    /// <summary>The tenant.</summary>
    public Guid Tenant { get; init; }

    /// <summary>The channel's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ChannelName { get; init; }

    /// <summary>The agent's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgentName { get; init; }
}
