using System.Text.Json;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>What kind of failure a call out of the process met; decides whether it is tried again.</summary>
public enum FailureKind
{
    /// <summary>May go away by itself; the default for what is unknown.</summary>
    Transient,

    /// <summary>The other side asks for a pause.</summary>
    RateLimited,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>Trying again cannot help.</summary>
    Permanent,

    /// <summary>The credential was refused.</summary>
    Authentication,

    /// <summary>The destination is not allowed (SSRF guard).</summary>
    Forbidden,
}

/// <summary>An entry of the session's recent history. Role is <c>user</c>, <c>agent</c> or <c>operator</c>.</summary>
public readonly record struct HistoryEntry(MessageFrom From, Utf8Text Text, DateTimeOffset At);

/// <summary>What an agent is asked (contract: agents.md, Request). Read-only; history is built on demand.</summary>
public sealed class AgentRequest
{
    /// <summary>The message's id: the same on every retry, failover and replay.</summary>
    public required Guid Id { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>How often it was replayed by a person.</summary>
    public int Replay { get; init; }

    /// <summary>The agent that is asked.</summary>
    public required AgentModel Agent { get; init; }

    /// <summary>Where the message came in.</summary>
    public required ChannelModel Channel { get; init; }

    /// <summary>The session's id.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>Conversation, thread, and the author of this message.</summary>
    public required SessionAddress Address { get; init; }

    /// <summary>The session's context as a JSON object; null = empty.</summary>
    public byte[]? Context { get; init; }

    /// <summary>The user's preferences as a JSON object; null = empty.</summary>
    public byte[]? Preferences { get; init; }

    /// <summary>Settings of the agent for this session as a JSON object; null = none.</summary>
    public byte[]? AgentSettings { get; init; }

    /// <summary>Tools bound to the session as a JSON array; null = none.</summary>
    public byte[]? Tools { get; init; }

    /// <summary>Who handed the message over, and why; null = nobody did.</summary>
    public HandedOver? HandedOver { get; init; }

    /// <summary>What an operator left for the agent when handing the session back; given once.</summary>
    public string? Note { get; init; }

    /// <summary>The message's text.</summary>
    public required Utf8Text Text { get; init; }

    /// <summary>Attachments and the pressed button.</summary>
    public MessageExtras? Extras { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The message's number in its session.</summary>
    public long Seq { get; init; }

    /// <summary>The session's recent entries before a seq, oldest first; one delegate for all requests of a session.</summary>
    public required Func<long, IReadOnlyList<HistoryEntry>> HistoryBefore { get; init; }

    /// <summary>Earlier entries, oldest first, without this message.</summary>
    public IReadOnlyList<HistoryEntry> History() => HistoryBefore(Seq);
}

/// <summary>One message of an answer.</summary>
public sealed record AgentReply(Utf8Text Text, MessageExtras? Extras = null);

/// <summary>That another agent handed a message over.</summary>
/// <param name="From">Its name.</param>
/// <param name="Reason">What it said about it.</param>
public sealed record HandedOver(string From, string? Reason);

/// <summary>An agent's wish that another one takes over: an agent's name, or a pool's.</summary>
public sealed record Handoff(string Agent, string? Reason);

/// <summary>How a request ended: a closed set, made by the factories.</summary>
public sealed class AgentOutcome : ICallOutcome
{
    private AgentOutcome() { }

    /// <summary>True: <see cref="Replies"/> and the fields after it hold. False and not <see cref="IsLater"/>: <see cref="Failure"/> holds.</summary>
    public bool IsAnswer { get; private init; }

    /// <summary>The agent answers later by API.</summary>
    public bool IsLater { get; private init; }

    /// <summary>How long a later answer may take.</summary>
    public TimeSpan AnswerWithin { get; private init; }

    /// <summary>The answer's messages; may be empty.</summary>
    public IReadOnlyList<AgentReply> Replies { get; private init; } = [];

    /// <summary>RFC 7396 merge patch for the session's context.</summary>
    public JsonElement? Context { get; private init; }

    /// <summary>RFC 7396 merge patch for the user's preferences.</summary>
    public JsonElement? Preferences { get; private init; }

    /// <summary>Another agent that shall get the same message.</summary>
    public Handoff? Handoff { get; private init; }

    /// <summary>The session ends with this answer.</summary>
    public bool End { get; private init; }

    /// <summary>Why there is no answer.</summary>
    public AgentFailure? Failure { get; private init; }

    /// <summary>How it came to this, where the agent tells; also beside a failure.</summary>
    public AgentReport? Report { get; private init; }

    /// <summary>The same outcome, with what the agent tells of how it came to it.</summary>
    public AgentOutcome With(AgentReport? report) => report is null ? this : new()
    {
        IsAnswer = IsAnswer, IsLater = IsLater, AnswerWithin = AnswerWithin, Replies = Replies, Context = Context, Preferences = Preferences, Handoff = Handoff, End = End, Failure = Failure, Report = report,
    };

    /// <inheritdoc />
    CallTrouble? ICallOutcome.Trouble =>
        Failure is { Kind: FailureKind.Transient or FailureKind.Timeout or FailureKind.RateLimited, Cause: not DeadLetterCauses.Internal, AtOnce: false } failure
            ? new(failure.Detail.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? failure.Detail[..end] : failure.Detail, failure.Kind == FailureKind.RateLimited ? failure.RetryAfter : null)
            : null;

    /// <summary>A complete answer.</summary>
    public static AgentOutcome Answer(IReadOnlyList<AgentReply> replies, JsonElement? context = null, JsonElement? preferences = null, Handoff? handoff = null, bool end = false) =>
        new() { IsAnswer = true, Replies = replies, Context = context, Preferences = preferences, Handoff = handoff, End = end };

    /// <summary>Accepted by the agent, answered later.</summary>
    public static AgentOutcome Later(TimeSpan within) => new() { IsLater = true, AnswerWithin = within };

    /// <summary>No answer. <paramref name="neverSent"/>: the agent certainly did not get the request.</summary>
    public static AgentOutcome Failed(FailureKind kind, string cause, string detail, TimeSpan? retryAfter = null, bool neverSent = false) =>
        new() { Failure = new(kind, cause, detail, retryAfter) { NeverSent = neverSent } };

    /// <summary>One process of the agent was lost with the request: another one may be asked at once.</summary>
    public static AgentOutcome Lost(string detail, bool neverSent = false) =>
        new() { Failure = new(FailureKind.Transient, DeadLetterCauses.AgentUnreachable, detail, null) { NeverSent = neverSent, AtOnce = true } };
}

/// <summary>Why an agent gave no answer. <c>Cause</c> is one of <see cref="DeadLetterCauses"/>; <c>Detail</c> is for people, without secrets: a line, and at most the first 2 KB of what the agent sent.</summary>
public sealed record AgentFailure(FailureKind Kind, string Cause, string Detail, TimeSpan? RetryAfter)
{
    /// <summary>The agent certainly did not get the request: a replay cannot make it act twice.</summary>
    public bool NeverSent { get; init; }

    /// <summary>No pause before the next attempt, and nothing against the agent as a whole: it was one process of it.</summary>
    public bool AtOnce { get; init; }
}

/// <summary>How sure it is that a dead letter's message reached its agent.</summary>
public static class DeadLetterRisks
{
    /// <summary>It did not.</summary>
    public const string NeverSent = "never_sent";

    /// <summary>Nobody knows.</summary>
    public const string Unknown = "unknown";

    /// <summary>It did.</summary>
    public const string Sent = "sent";
}

/// <summary>What can become of a dead letter.</summary>
public static class DeadLetterStates
{
    /// <summary>Nobody has done anything about it.</summary>
    public const string Open = "open";

    /// <summary>Its message is being handled again.</summary>
    public const string Replaying = "replaying";

    /// <summary>It was replayed: answered, or failed again as another dead letter.</summary>
    public const string Replayed = "replayed";

    /// <summary>Somebody decided that nothing is to be done about it.</summary>
    public const string Discarded = "discarded";

    /// <summary>Its message looped or poisoned: it is on the list of the quarantine, until somebody releases it.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Open, Replaying, Replayed, Discarded, Quarantined];
}

/// <summary>Takes an answer's pieces while it is made.</summary>
public interface IAnswerSink
{
    /// <summary>A piece of the reply with that number (from 0) of this answer.</summary>
    void Delta(int reply, Utf8Text text);
}

/// <summary>One agent, ready to be asked. Asked concurrently up to the agent's <c>maxConcurrency</c>.</summary>
public interface IAgent
{
    /// <summary>
    /// Asks and waits for the whole answer. Failures are outcomes; only cancellation by <paramref name="cancellationToken"/>
    /// (the gateway stops) is thrown.
    /// </summary>
    ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken);
}

/// <summary>A kind of agent (<c>echo</c>, <c>webhook</c>, …): builds agents of that kind and checks their settings.</summary>
public interface IAgentKind
{
    /// <summary>The kind's name in configuration.</summary>
    string Kind { get; }

    /// <summary>The kind's name for people: <c>Webhook</c>, <c>OpenAI-compatible</c>.</summary>
    string Title => Kind;

    /// <summary>One sentence for people who choose among the kinds.</summary>
    string Summary => "";

    /// <summary>What people read beside the field of a secret; null = nothing.</summary>
    SecretText? DescribeSecret(string name) => null;

    /// <summary>Secrets that the gateway makes when they are absent.</summary>
    IReadOnlyList<string> MadeSecrets { get; }

    /// <summary>Its own settings, beside those that all agents have: names, ranges, defaults. What is not listed is refused; none listed = not checked here.</summary>
    IReadOnlyList<SettingSpec> Settings => [];

    /// <summary>Choices with which a new agent's form is filled in; empty = there are none.</summary>
    IReadOnlyList<SettingPreset> Presets => [];

    /// <summary>Whether a person may set a secret of that name; by default those that the gateway makes.</summary>
    bool IsSecret(string name) => MadeSecrets.Contains(name);

    /// <summary>The secrets that forms show with these settings, in their order; by default those that the gateway makes. Some are named after settings.</summary>
    IReadOnlyList<string> SecretsOf(JsonElement settings) => MadeSecrets;

    /// <summary>Whether that secret is needed with these settings.</summary>
    SecretUse UseOf(string secret, JsonElement settings) => SecretUse.Optional;

    /// <summary>A fresh value for a made secret; by default in the form of Standard Webhooks.</summary>
    string MakeSecret(string name) => "whsec_" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    /// <summary>What is wrong with a value that a person sets for a secret, saying what is allowed and never the value; null when nothing is.</summary>
    string? CheckSecret(string name, string value) => null;

    /// <summary>Faults of settings and secrets: field path (as in <c>settings.url</c>) and message. Empty = fine.</summary>
    IEnumerable<(string Field, string Message)> Validate(JsonElement settings);

    /// <summary>Builds the agent; called again when its model was replaced. Settings are valid.</summary>
    IAgent Create(AgentModel model);

    /// <summary>
    /// Tries whether the agent could be asked now, without asking it anything: reach, credentials, what it needs beside. Fails by its checks, not by
    /// exceptions; ends within half a minute. By default there is nothing to try: an empty list says neither yes nor no.
    /// </summary>
    ValueTask<IReadOnlyList<PreflightCheck>> CheckAsync(AgentModel model, CancellationToken cancellationToken) => new((IReadOnlyList<PreflightCheck>)[]);

    /// <summary>How often <see cref="CheckAsync"/> is asked where <c>settings.health</c> does not say; 0 = not at all.</summary>
    int HealthEverySeconds(JsonElement settings) => 0;
}

/// <summary>Stages of the road, as traces, dead letters and events name them.</summary>
public static class Stages
{
#pragma warning disable CS1591 // names speak for themselves
    public const string Received = "received";
    public const string Routed = "routed";
    public const string Dispatched = "dispatched";
    public const string Answered = "answered";
    public const string Delivered = "delivered";
#pragma warning restore CS1591
}

/// <summary>The closed list of causes of dead letters.</summary>
public static class DeadLetterCauses
{
    /// <summary>No rule, no channel agent and no default agent decides.</summary>
    public const string NoRoute = "no_route";

    /// <summary>The chosen agent is disabled or deleted.</summary>
    public const string AgentUnavailable = "agent_unavailable";

    /// <summary>The agent did not answer in time.</summary>
    public const string AgentTimeout = "agent_timeout";

    /// <summary>The connection could not be made or broke.</summary>
    public const string AgentUnreachable = "agent_unreachable";

    /// <summary>The agent answered with an error status.</summary>
    public const string AgentError = "agent_error";

    /// <summary>The agent's answer is not what the contract describes.</summary>
    public const string AgentBadAnswer = "agent_bad_answer";

    /// <summary>The agent's answer is larger than the gateway takes.</summary>
    public const string AgentAnswerTooLarge = "agent_answer_too_large";

    /// <summary>The agent said 202 and nothing came in time.</summary>
    public const string AgentNoAnswer = "agent_no_answer";

    /// <summary>The agent's destination is refused by the SSRF guard.</summary>
    public const string DestinationForbidden = "destination_forbidden";

    /// <summary>More than five handoffs, or to an agent that is not there.</summary>
    public const string HandoffFailed = "handoff_failed";

    /// <summary>A fault of the gateway itself.</summary>
    public const string Internal = "internal";

    /// <summary>The message made the gateway fail three times over: it is quarantined.</summary>
    public const string Poison = "poison";

    /// <summary>The message belongs to a loop of answers: it is quarantined.</summary>
    public const string Loop = "loop";

    /// <summary>The channel's platform could not be reached, or its circuit stayed open, for longer than messages wait.</summary>
    public const string ChannelUnavailable = "channel_unavailable";

    /// <summary>The channel's platform did not answer in time.</summary>
    public const string ChannelTimeout = "channel_timeout";

    /// <summary>The channel's platform answered with an error.</summary>
    public const string ChannelError = "channel_error";

    /// <summary>The channel's platform refused the reply, and would refuse it again.</summary>
    public const string ChannelRejected = "channel_rejected";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [NoRoute, AgentUnavailable, AgentTimeout, AgentUnreachable, AgentError, AgentBadAnswer, AgentAnswerTooLarge, AgentNoAnswer, DestinationForbidden, HandoffFailed, Internal, Poison, Loop, ChannelUnavailable, ChannelTimeout, ChannelError, ChannelRejected];
}
