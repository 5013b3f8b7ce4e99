using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Why a request to an agent was broken off.</summary>
internal enum StopReason
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The gateway stops: the message is handled at the next start.</summary>
    Stopping,

    /// <summary>The user said <c>/stop</c>.</summary>
    User,

    /// <summary>An operator took over.</summary>
    TakenOver,

    /// <summary>The user has sent a newer message, which takes its place.</summary>
    Newer,
}

/// <summary>One request to an agent that can be broken off.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing that is to be disposed of, and one that was stopped may still be telling so.")]
internal sealed class OpenAsk
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _source = new();
    private Guid _session;
    private MessageRecord? _message;

    public CancellationToken Token => _source.Token;

    public StopReason Reason { get; private set; }

    /// <summary>From now on the session can stop it.</summary>
    public void Open(Guid session, MessageRecord message)
    {
        lock (_lock) (_session, _message) = (session, message);
    }

    public void Close()
    {
        lock (_lock) (_session, _message) = (Guid.Empty, null);
    }

    /// <summary>False when it is another session's by now, or stopped already, or about another message than <paramref name="about"/>.</summary>
    public bool TryStop(Guid session, StopReason reason, MessageRecord? about = null)
    {
        lock (_lock)
        {
            if (_session != session || Reason != StopReason.None || (about is not null && !ReferenceEquals(_message, about))) return false;
            Reason = reason;
        }

        // Not inline: what waits for it may do long things, and this may be the thread that tells of durable messages.
        _ = _source.CancelAsync();
        return true;
    }

    /// <summary>True when it can serve another request: never once it was broken off.</summary>
    public bool TryReset() => Reason == StopReason.None && _source.TryReset();
}

/// <summary>The requests to agents that are open, by session. What is answered at once is never listed, and costs no allocation.</summary>
internal sealed class OpenAsks
{
    private readonly ConcurrentDictionary<Guid, OpenAsk> _open = new();
    private readonly ConcurrentQueue<OpenAsk> _spare = new();

    /// <summary>One to use; given back by <see cref="Return"/>.</summary>
    public OpenAsk Rent() => _spare.TryDequeue(out var ask) ? ask : new();

    public void Return(OpenAsk ask)
    {
        if (ask.TryReset()) _spare.Enqueue(ask);
    }

    public void Open(Guid session, MessageRecord message, OpenAsk ask)
    {
        ask.Open(session, message);
        _open[session] = ask;
    }

    public void Close(Guid session, OpenAsk ask)
    {
        ask.Close();
        _open.TryRemove(new(session, ask));
        Return(ask);
    }

    /// <summary>Breaks off the session's open request (about that message, if one is given). False when there is none.</summary>
    public bool Stop(Guid session, StopReason reason, MessageRecord? about = null) => _open.TryGetValue(session, out var ask) && ask.TryStop(session, reason, about);

    public void StopAll()
    {
        foreach (var (session, ask) in _open) ask.TryStop(session, StopReason.Stopping);
    }
}

/// <summary>The request was broken off on purpose.</summary>
internal sealed class AskStoppedException(StopReason reason) : Exception
{
    public StopReason Reason => reason;
}
