using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Http;

/// <summary>A message as the API takes it for an HTTP channel.</summary>
public sealed record HttpMessage
{
    /// <summary>The sender's id of it: unique in the channel. Sent again, it is a duplicate and stored once.</summary>
    public string? Id { get; init; }

    /// <summary>Who wrote it.</summary>
    public HttpUser? User { get; init; }

    /// <summary>The conversation on the platform; absent = the user's own.</summary>
    public string? Conversation { get; init; }

    /// <summary>The thread in it, where there are threads.</summary>
    public string? Thread { get; init; }

    /// <summary>What was written.</summary>
    public string? Text { get; init; }

    /// <summary>The value of a button that was pressed.</summary>
    public string? Button { get; init; }

    /// <summary>How many gateways' answers led to it: what a callback said, or the header of a mail; absent = none.</summary>
    public int? Hops { get; init; }

    /// <summary>Files are not taken by this channel: must be absent or empty.</summary>
    public IReadOnlyList<System.Text.Json.JsonElement>? Attachments { get; init; }
}

/// <summary>The author of a message. <paramref name="Bot"/>: it is a program, as the platform says.</summary>
public sealed record HttpUser(string? Id, string? Name, bool? Bot = null);

/// <summary>What became of a message. <paramref name="Pairing"/>: the code of an author who waits to be let in.</summary>
internal readonly record struct HttpAccepted(AcceptOutcome Outcome, string? Pairing = null);
