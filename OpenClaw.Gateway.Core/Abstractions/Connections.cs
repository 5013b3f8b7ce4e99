using System.Diagnostics.CodeAnalysis;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>
/// Holds the connection of a kind's channels to their platform: the listener of a new adapter. The gateway runs one per enabled channel and never two of the
/// same channel at once; it makes a new one when one has ended, later and later while that fails.
/// </summary>
public interface IChannelConnector
{
    /// <summary>The kind of channel.</summary>
    string Kind { get; }

    /// <summary>
    /// Connects, brings in what comes, and returns when the connection is to be made anew at once, or the token says so. Throws
    /// <see cref="ChannelFaultException"/> when it could not be made or broke; any other exception counts as something that may go away.
    /// </summary>
    Task RunAsync(IChannelConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether a change of the configuration asks for a new connection. By default: of any setting or secret.</summary>
    bool NeedsReconnect(ChannelModel before, ChannelModel now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        return before.Settings.GetRawText() != now.Settings.GetRawText()
            || before.Secrets.Count != now.Secrets.Count || before.Secrets.Any(s => now.Secrets.GetValueOrDefault(s.Key) != s.Value);
    }
}

/// <summary>
/// A connection could not be made, or broke. <paramref name="cause"/> is a stable name (<c>token_refused</c>); <paramref name="detail"/> and
/// <paramref name="fix"/> are for people, without secrets. <paramref name="isFatal"/>: trying again soon cannot help, so it waits for hours, for an edit or a
/// restart by hand.
/// </summary>
[SuppressMessage("Design", "CA1032", Justification = "It is made with all that people need to know.")]
public sealed class ChannelFaultException(string cause, string detail, string? fix = null, bool isFatal = false, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(detail, inner)
{
    /// <summary>A stable name of the reason.</summary>
    public string Cause => cause;

    /// <summary>What to do; null where waiting is all.</summary>
    public string? Fix => fix;

    /// <summary>Trying again soon cannot help.</summary>
    public bool IsFatal => isFatal;

    /// <summary>When the platform wants to see the next attempt; null = the gateway decides.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}

/// <summary>What a connector works with while one connection lasts. What it does after the connection's end has no effect.</summary>
public interface IChannelConnection
{
    /// <summary>The channel as it is configured now.</summary>
    ChannelModel Channel { get; }

    /// <summary>Rises with every connection of the channel on this node.</summary>
    long Generation { get; }

    /// <summary>What the channel remembers over restarts.</summary>
    IChannelNotes Notes { get; }

    /// <summary>The time in which messages may have been missed and that nobody has caught up with; null = none.</summary>
    OpenGap? Gap { get; }

    /// <summary>It is connected as that account (the bot's name, for people): replies may be sent. A proof of life too.</summary>
    void Connected(string account);

    /// <summary>It is not connected and waits for something, which is told to people: a limit of the platform, another program that uses the account.</summary>
    void Waits(string cause, string detail, string? fix = null);

    /// <summary>It is connected and something is wrong that does not stop it, which is told to people until it says null.</summary>
    void Warns(string? cause, string? detail = null, string? fix = null);

    /// <summary>The platform has answered (a completed poll, an acknowledged heartbeat): what says that the connection lives. Cheap.</summary>
    void Proof();

    /// <summary>
    /// Whether a message would be taken at all (known person, addressed in a group, not seen before): for listeners that fetch files only then. Null = it
    /// would be, as far as can be told.
    /// </summary>
    ValueTask<PlatformOutcome?> ScreenAsync(PlatformMessage message, CancellationToken cancellationToken);

    /// <summary>Takes a message: durable, known, ignored or refused at return. Only then the platform may be told that the gateway has it.</summary>
    ValueTask<PlatformOutcome> AcceptAsync(PlatformMessage message, CancellationToken cancellationToken);

    /// <summary>The open gap was caught up with. Does nothing when there is none.</summary>
    /// <param name="recovered">Messages that were brought in by it.</param>
    /// <param name="missed">Messages that are known to be lost; null = nobody can know.</param>
    /// <param name="detail">What was found, for people.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask CloseGapAsync(int recovered, int? missed, string? detail, CancellationToken cancellationToken);

    /// <summary>Puts a gap into the ledger that is over already: one within this connection, or something that was missed at one moment.</summary>
    /// <param name="since">From when on messages may have been missed.</param>
    /// <param name="recovered">Messages that were brought in by catching up.</param>
    /// <param name="missed">Messages that are known to be lost; null = nobody can know.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="detail">What was found, for people.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask NoteGapAsync(DateTimeOffset since, int recovered, int? missed, string reason, string? detail, CancellationToken cancellationToken);

    /// <summary>From now on the platform calls a conversation <paramref name="now"/>: its sessions and what waits to be sent go on under that.</summary>
    ValueTask RenameConversationAsync(string before, string now, CancellationToken cancellationToken);
}

/// <summary>A time in which messages may have been missed.</summary>
/// <param name="Since">The last proof of life.</param>
/// <param name="Reason">Why the connection was not there, for people.</param>
public sealed record OpenGap(DateTimeOffset Since, string Reason);

/// <summary>Small durable values of a channel by name, for its own connector and sender. A value is at most 100,000 characters.</summary>
public interface IChannelNotes
{
    /// <summary>The value, or null.</summary>
    ValueTask<string?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>All whose name begins so.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Writes values in one durable group; null removes. A value that is <paramref name="secret"/> is encrypted.</summary>
    ValueTask SetAsync(IReadOnlyCollection<KeyValuePair<string, string?>> values, TimeSpan? keep, bool secret, CancellationToken cancellationToken);

    /// <summary>Writes one value.</summary>
    ValueTask SetAsync(string name, string? value, CancellationToken cancellationToken) => SetAsync([new(name, value)], null, secret: false, cancellationToken);
}

/// <summary>The notes of any channel.</summary>
public interface IChannelMemory
{
    /// <summary>Those of one.</summary>
    IChannelNotes Of(ChannelModel channel);
}

/// <summary>The ids that a platform has given a conversation.</summary>
public interface IConversationAliases
{
    /// <summary>What the platform calls it now, by the id that its sessions have.</summary>
    ValueTask<string> CurrentAsync(ChannelModel channel, string conversation, CancellationToken cancellationToken);

    /// <summary>The id that its sessions have, by any that the platform has used.</summary>
    ValueTask<string> RootAsync(ChannelModel channel, string conversation, CancellationToken cancellationToken);

    /// <summary>The platform has renamed it. Durable at return.</summary>
    ValueTask RenameAsync(ChannelModel channel, string before, string now, CancellationToken cancellationToken);
}

/// <summary>A message as a platform's listener read it.</summary>
public sealed record PlatformMessage
{
    /// <summary>Where on the platform, and who wrote it.</summary>
    public required SessionAddress Address { get; init; }

    /// <summary>The platform's id of it, unique in the channel: what duplicates are known by.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Text; may be empty when there is something else.</summary>
    public Utf8Text Text { get; init; }

    /// <summary>Attachments (already in the blob store), the pressed button, and the sender where it may be no person.</summary>
    public MessageExtras? Extras { get; init; }

    /// <summary>Several people can read along.</summary>
    public bool IsGroup { get; init; }

    /// <summary>In a group: the bot is named in it, or it answers the bot.</summary>
    public bool IsAddressed { get; init; }

    /// <summary>It is a command for the bot.</summary>
    public bool IsCommand { get; init; }

    /// <summary>It lay at the platform while the channel was not connected: the limit per person and minute says nothing about it.</summary>
    public bool HasWaited { get; init; }
}

/// <summary>What became of a platform's message.</summary>
public enum PlatformVerdict
{
    /// <summary>Durable.</summary>
    Accepted,

    /// <summary>Durable since before.</summary>
    Duplicate,

    /// <summary>Not for the gateway: nobody addressed it. Nothing is kept, and nobody told.</summary>
    Ignored,

    /// <summary>The person may not write, or waits to be let in.</summary>
    NotAllowed,

    /// <summary>Too large, too many, or not well formed: it will never be taken.</summary>
    Refused,

    /// <summary>The gateway cannot take it now: it is to be offered again, and the platform not told that the gateway has it.</summary>
    TryLater,
}

/// <summary>What became of a platform's message, and what the person is to be told of it.</summary>
/// <param name="Verdict">What became of it.</param>
/// <param name="Tell">A text for the person; null = nothing is said.</param>
/// <param name="RetryAfter">With <see cref="PlatformVerdict.TryLater"/>: when to offer it again.</param>
public sealed record PlatformOutcome(PlatformVerdict Verdict, string? Tell = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The platform may be told that the gateway has it: all but <see cref="PlatformVerdict.TryLater"/>.</summary>
    public bool IsSettled => Verdict != PlatformVerdict.TryLater;
}

/// <summary>Where a channel's connection stands.</summary>
public enum ChannelLinkState
{
    /// <summary>There is none: the channel is switched off, or its tenant suspended.</summary>
    Off,

    /// <summary>It is being made, or waits for the platform.</summary>
    Connecting,

    /// <summary>It is there.</summary>
    Connected,

    /// <summary>It failed and is tried again.</summary>
    Retrying,

    /// <summary>It failed, and trying again soon cannot help.</summary>
    Failed,
}

/// <summary>A channel's connection, for people. Times are null while there was none on this node since its start.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Since">Since when.</param>
/// <param name="Account">The account that it is connected as.</param>
/// <param name="LastProofAt">The last proof that the platform answers.</param>
/// <param name="Cause">A stable name of what is in the way; null where nothing is.</param>
/// <param name="Detail">The same for people.</param>
/// <param name="Fix">What to do.</param>
/// <param name="NextTryAt">When it is tried again.</param>
/// <param name="Generation">How many connections there were on this node.</param>
/// <param name="Gap">Since when messages may be missing that were not caught up with.</param>
public sealed record ChannelLink(
    ChannelLinkState State, DateTimeOffset Since, string? Account, DateTimeOffset? LastProofAt, string? Cause, string? Detail, string? Fix, DateTimeOffset? NextTryAt, long Generation, OpenGap? Gap);

/// <summary>The connections that this node holds.</summary>
public interface IChannelLinks
{
    /// <summary>One channel's; null for kinds without a connection.</summary>
    ChannelLink? Look(Guid channel);
}

/// <summary>One limit of a platform and what is left of it.</summary>
/// <param name="Name">What it limits, for people: <c>Messages to one chat</c>.</param>
/// <param name="Limit">How many in <paramref name="Per"/>.</param>
/// <param name="Left">How many of them now.</param>
/// <param name="Per">The span that it is counted in.</param>
/// <param name="FullAt">When all of it is there again; null = it is.</param>
/// <param name="PausedUntil">The platform has asked for a pause until then; null = it has not.</param>
public sealed record BudgetView(string Name, int Limit, int Left, TimeSpan Per, DateTimeOffset? FullAt, DateTimeOffset? PausedUntil);

/// <summary>What a kind's sender has left of its platform's limits.</summary>
public interface IChannelBudget
{
    /// <summary>The kind of channel.</summary>
    string Kind { get; }

    /// <summary>Those of one channel that are in use.</summary>
    IReadOnlyList<BudgetView> Look(Guid channel);
}
