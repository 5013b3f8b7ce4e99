using System.Text.Json;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Writes into sessions from outside the road: agents that answer later, operators, scripts.</summary>
public interface ISessionWriter
{
    /// <summary>
    /// Appends entries as an agent or operator, in one durable write, and sends them on. With <paramref name="inReplyTo"/> (a message's id)
    /// they answer that entry; a waiting message is then answered.
    /// </summary>
    ValueTask<AppendOutcome> AppendAsync(
        Guid tenant, Guid session, MessageFrom from, IReadOnlyList<AgentReply> messages, Guid? inReplyTo, CancellationToken cancellationToken);

    /// <summary>Changes a session, live or not; false when the tenant has none of that id. Durable at return.</summary>
    ValueTask<bool> PatchAsync(Guid tenant, Guid session, SessionPatch patch, CancellationToken cancellationToken);
}

/// <summary>Changes of a session: objects are RFC 7396 merge patches, null = unchanged.</summary>
public sealed record SessionPatch
{
    /// <summary>For the agents' context.</summary>
    public JsonElement? Context { get; init; }

    /// <summary>For the user's preferences.</summary>
    public JsonElement? Preferences { get; init; }

    /// <summary>For the agent's settings in this session.</summary>
    public JsonElement? AgentSettings { get; init; }

    /// <summary>Replaces the bound tools: an array.</summary>
    public JsonElement? Tools { get; init; }
}

/// <summary>Why nothing was appended.</summary>
public enum AppendRefusal
{
    /// <summary>The tenant has no session of that id.</summary>
    NoSession,

    /// <summary>The session has no entry of the id that was to be answered.</summary>
    NoQuestion,

    /// <summary>The session was ended.</summary>
    Ended,

    /// <summary>An entry is larger than the gateway takes.</summary>
    TooLarge,

    /// <summary>The gateway cannot take it now.</summary>
    Overloaded,
}

/// <summary>What became of entries offered to <see cref="ISessionWriter"/>: all durable, or nothing.</summary>
public sealed class AppendOutcome
{
    private AppendOutcome() { }

    /// <summary>The new entries' ids, in order; null when refused.</summary>
    public IReadOnlyList<Guid>? Messages { get; private init; }

    /// <summary>Set when refused.</summary>
    public AppendRefusal? Refusal { get; private init; }

    /// <summary>Why it was refused, for people.</summary>
    public string? Reason { get; private init; }

    /// <summary>All are durable.</summary>
    public static AppendOutcome Appended(IReadOnlyList<Guid> messages) => new() { Messages = messages };

    /// <summary>Nothing was kept.</summary>
    public static AppendOutcome Refused(AppendRefusal refusal, string reason) => new() { Refusal = refusal, Reason = reason };
}
