using System.Net;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>Where a load goes, and what the server there speaks.</summary>
internal sealed record LoadTarget
{
    /// <summary>The server's address.</summary>
    public required IPEndPoint Server { get; init; }

    /// <summary>Path of the socket, as in <c>/channels/{id}/socket</c>.</summary>
    public required string Path { get; init; }

    /// <summary>True: a bare echo, whose repeated frame counts as the reply; false: <c>openclaw.v1</c>.</summary>
    public bool IsEcho { get; init; }

    /// <summary>Bytes of text in each message.</summary>
    public int TextBytes { get; init; } = 400;

    /// <summary>Whether a session reconnects with its resume token and sends again what was not acknowledged.</summary>
    public bool Reconnects { get; init; }

    /// <summary>A token of a signed user's session, by session number; null = anonymous.</summary>
    public Func<int, string>? Bearer { get; init; }
}

/// <summary>Decides when a session sends; is called from the session's receiving thread and must not block.</summary>
internal interface ILoadPattern
{
    /// <summary>A message of that session was answered.</summary>
    void Replied(LoadSession session);
}
