using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Frames;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// One connection's view of its session: which entries it has handled, and in which order acks, entries and typing go out.
/// Entries normally go straight through. Whenever they cannot (at the start, after a gap, when the session's next
/// episode begins) a worker reads them from the session until nothing is missing, and what is told meanwhile is only noted.
/// </summary>
/// <remarks>
/// When an episode ended and the next one is there, the client gets a new <c>welcome</c> with the new session before the first ack or
/// entry of it: from then on <c>seq</c> counts in that session. A client that was away at the end gets the ended one's rest first.
/// </remarks>
internal sealed partial class SocketFeed : ISessionSubscriber, IAcceptObserver, IDisposable
{
    private const int PageSize = 200;

    private readonly SocketConnection _connection;
    private readonly Lock _lock = new();
    private readonly AcceptWindow _window = new();
    private ISessionHandle? _handle;
    private Guid _session;
    private Guid _left;
    private long _leftSeen;
    private (Guid Session, long Seq) _heard;

    /// <summary>The last number handled, and the newest one heard of.</summary>
    private long _seen;
    private long _known;

    /// <summary>Numbers above <see cref="_seen"/> of this connection's own messages: acked, so there is nothing to send.</summary>
    private HashSet<long>? _ahead;

    /// <summary>The newest episode that an own message was stored in, until this one has moved there; acks of what is not shown yet wait.</summary>
    private Guid _wanted;
    private bool _started;
    private bool _working = true;
    private bool _reattach;
    private bool _disposed;
    private bool? _typing;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;

    public SocketFeed(SocketConnection connection) => _connection = connection;

    /// <summary>The episode that this connection shows.</summary>
    public Guid Session
    {
        get
        {
            lock (_lock) return _session;
        }
    }

    private SocketServices Services => _connection.Services;

    /// <summary>Subscribes at the handshake; nothing is sent before <see cref="Start"/>.</summary>
    public async ValueTask AttachAsync(CancellationToken cancellationToken)
    {
        var handle = await Services.Hub.AttachAsync(_connection.Channel, _connection.Address, this, cancellationToken);
        var late = false;
        lock (_lock)
        {
            late = _disposed;
            (_handle, _session) = (handle, handle.SessionId);
            _seen = FirstSeen(_connection.Admission, handle);
            _known = _heard.Session == _session ? _heard.Seq : 0;
        }

        if (late) handle.Dispose(); // never under the lock: the session's own lock is taken before this one
        else await GoBackAsync(handle, cancellationToken);
    }

    /// <summary>
    /// The episode of the client's token ended with answers that reached nobody: they come first, then the newest is welcomed as after any
    /// end. A token is used on after its episode by clients that keep their first one, so what was delivered is no reason to go back.
    /// </summary>
    private async ValueTask GoBackAsync(ISessionHandle newest, CancellationToken cancellationToken)
    {
        if (_connection.Admission.Resumed is not { } episode || episode == newest.SessionId) return;
        var after = _connection.Admission.Query.After ?? 0;
        if (await Services.Hub.ReopenAsync(_connection.Channel, _connection.Address, episode, after, this, cancellationToken) is not { } earlier) return;
        lock (_lock)
        {
            (_handle, _session, _seen, _known) = (earlier, episode, after, 0);
            _reattach = true;
        }

        newest.Dispose();
    }

    /// <summary>Sends the welcome and begins to catch up.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _started = true;
            SendWelcome();
            if (!TryRest()) Work();
        }
    }

    /// <summary>The hold on the session, for the inbox's short way to it.</summary>
    public ISessionHandle? Handle
    {
        get
        {
            lock (_lock) return _handle;
        }
    }

    /// <summary>Offers a message to the inbox; its outcome is told to this feed.</summary>
    public void Offer(InboundMessage message)
    {
        lock (_lock) _window.Add(message);
        Services.Inbox.Accept(message, this);
    }

    /// <summary>Completes when another message may be offered.</summary>
    public ValueTask WaitForRoomAsync()
    {
        lock (_lock)
        {
            if (_disposed || !_window.IsFull) return default;
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_room.Task);
        }
    }

    /// <summary>Completes when the inbox has judged all that was offered.</summary>
    public Task WaitForIdleAsync()
    {
        lock (_lock)
        {
            if (_disposed || _window.Count == 0) return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Another connection of the same address has moved to that episode: follow.</summary>
    public void Follow(Guid session)
    {
        lock (_lock)
        {
            if (_disposed || session == _session || session == _left) return;
            _reattach = true;
            Work();
        }
    }

    public void OnEntry(MessageRecord entry)
    {
        ISessionHandle? handle;
        lock (_lock)
        {
            if (_disposed || entry.SessionId != _session)
            {
                // told while attaching: the handle is read after, and must reach at least this far
                _heard = (entry.SessionId, entry.SessionId == _heard.Session ? Math.Max(entry.Seq, _heard.Seq) : entry.Seq);
                return;
            }

            _known = Math.Max(_known, entry.Seq);
            if (_working || entry.Seq <= _seen) return;
            if (entry.Seq != _seen + 1)
            {
                Work();
                return;
            }

            handle = Show(entry) ? _handle : null;
        }

        handle?.Delivered(entry);
    }

    public void OnDelta(Guid replyId, int index, Utf8Text text)
    {
        lock (_lock)
        {
            if (_disposed || _working || _connection.Sender.IsBehind) return; // deltas may be lost: the whole entry follows
            TellJudged();
            _connection.Sender.Send(ServerFrames.Delta(replyId, index, text));
        }
    }

    public void OnTyping(bool on)
    {
        lock (_lock)
        {
            if (_disposed) return;
            if (_working)
            {
                _typing = on;
                return;
            }

            TellJudged();
            _connection.Sender.Send(ServerFrames.Typing(on));
        }
    }

    public void OnEnded()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _reattach = true; // also when it is the next one that ended, before its handle was here
            Work();
        }
    }

    public void Completed(InboundMessage message, in AcceptOutcome outcome)
    {
        lock (_lock)
        {
            if (_disposed || !_window.Judge(message, outcome)) return;
            if (outcome is { Accepted: true, Duplicate: false }) Note(outcome);
            TellInOrder();
        }
    }

    public void Dispose()
    {
        ISessionHandle? handle;
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            handle = _handle;
            _room?.TrySetResult();
            _idle?.TrySetResult();
        }

        handle?.Dispose();
    }

    /// <summary>
    /// Absent, <c>after</c> is 0 with a resume token and the newest without. A number above the session's newest belongs to another episode
    /// when the token says so: then all of this one is new to the client. Otherwise there is nothing to replay.
    /// </summary>
    private static long FirstSeen(Handshake.Admission admission, ISessionHandle handle)
    {
        var newest = handle.LastSeq;
        var after = admission.Query.After ?? (admission.Resumed is null ? newest : 0);
        if (after <= newest) return after;
        return admission.Resumed is { } episode && episode != handle.SessionId ? 0 : newest;
    }

    /// <summary>An own message is durable: its entry needs no sending here, wherever it stands.</summary>
    private void Note(in AcceptOutcome outcome)
    {
        if (outcome.SessionId == _session)
        {
            _known = Math.Max(_known, outcome.Seq);
            if (outcome.Seq == _seen + 1 && !_working) Advance(outcome.Seq);
            else if (outcome.Seq > _seen) (_ahead ??= []).Add(outcome.Seq);
        }
        else if (outcome.SessionId != _left)
        {
            _wanted = outcome.SessionId;
            _reattach = true;
            Work();
        }
    }

    private void Advance(long seq)
    {
        _seen = seq;
        _ahead?.Remove(seq);
        while (_ahead?.Remove(_seen + 1) == true) _seen++;
    }

    /// <summary>Handles the next entry. True when it was written and its receipt is due; the caller records that outside the lock.</summary>
    private bool Show(MessageRecord entry)
    {
        var own = entry.From == MessageFrom.User && (!_connection.Admission.Query.Own || IsFromHere(entry));
        Advance(entry.Seq);
        if (own) return false;
        TellJudged();
        var receipt = entry.From != MessageFrom.User && entry.DeliveredAt == 0;
        using var span = receipt && MessageTraces.IsHeard ? MessageSpans.Send(entry, _connection.Channel) : null;
        var frame = ServerFrames.Message(entry, _connection.Address.UserName, Services.Links);
        return _connection.Sender.Send(frame, receipt ? entry : null, _handle) && receipt;
    }

    /// <summary>Read from the database an entry has no origin, and may be seen there before its outcome is told: then its id says it.</summary>
    private bool IsFromHere(MessageRecord entry) =>
        ReferenceEquals(entry.Origin, this) || _ahead?.Contains(entry.Seq) == true || _window.Holds(entry.ExternalId);

    private void SendWelcome()
    {
        var admission = _connection.Admission;
        var token = Services.Tokens.Create(_connection.Channel.Id, _connection.Address, admission.Signed, _session);
        _connection.Sender.Send(ServerFrames.Welcome(
            _session, _connection.Address.UserId, token, _handle!.LastSeq, admission.Settings.HeartbeatSeconds, _connection.Channel.Tenant.Settings.MessageBytes(Services.Options.Limits)));
    }

    /// <summary>An ack's number counts in the episode that the client was last welcomed to.</summary>
    private bool IsTimely(in AcceptOutcome outcome) =>
        _wanted == Guid.Empty || !outcome.Accepted || outcome.Duplicate || outcome.SessionId == _session || outcome.SessionId == _left;

    private void TellInOrder()
    {
        while (_window.TryPeekOldest(out var outcome) && IsTimely(outcome)) _connection.Tell(_window.TakeOldest(), outcome);
        if (!_window.IsFull && _room is not null)
        {
            _room.TrySetResult();
            _room = null;
        }

        if (_window.Count > 0 || _idle is null) return;
        _idle.TrySetResult();
        _idle = null;
    }

    /// <summary>Tells what is judged before its turn: what follows may answer it.</summary>
    private void TellJudged()
    {
        for (var i = 0; i < _window.Count; i++)
        {
            if (_window.IsJudged(i, out var outcome) && IsTimely(outcome)) _connection.Tell(_window.TakeEarly(i), outcome);
        }
    }
}
