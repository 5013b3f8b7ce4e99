using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Frames;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <content>The worker: there is at most one, and only while something is missing.</content>
internal sealed partial class SocketFeed
{
    private bool _hasWorker;

    /// <summary>Called under the lock.</summary>
    private void Work()
    {
        _working = true;
        if (_hasWorker || !_started) return;
        _hasWorker = true;
        ThreadPool.UnsafeQueueUserWorkItem(static feed => _ = feed.WorkAsync(), this, preferLocal: false);
    }

    private async Task WorkAsync()
    {
        try
        {
            do
            {
                await CatchUpAsync();
                if (TakeReattach()) await ReattachAsync();
            }
            while (!Finish());
        }
        catch (Exception e)
        {
            if (!Disconnects.Are(e)) LogFailed(Services.Logger, _connection.Channel.Tenant.Id, _connection.Channel.Id, _session, e);
            _connection.Drop(DropCause.Failed, e);
        }
    }

    private bool Finish()
    {
        lock (_lock)
        {
            if (!_disposed && !TryRest()) return false;
            _hasWorker = false;
            return true;
        }
    }

    /// <summary>Called under the lock: goes over to direct sending when nothing is missing.</summary>
    private bool TryRest()
    {
        if (_reattach || _seen < Newest()) return false;
        _working = false;
        if (_typing is { } on)
        {
            TellJudged();
            _connection.Sender.Send(ServerFrames.Typing(on));
            _typing = null;
        }

        return true;
    }

    private long Newest() => Math.Max(_known, _handle!.LastSeq);

    private async ValueTask CatchUpAsync()
    {
        while (true)
        {
            ISessionHandle handle;
            long after;
            lock (_lock)
            {
                if (_disposed || _seen >= Newest()) return;
                (handle, after) = (_handle!, _seen);
            }

            var page = await handle.ReadAsync(after, PageSize, CancellationToken.None);
            if (page.Count == 0)
            {
                SkipMissing(after);
                return;
            }

            foreach (var entry in page)
            {
                Show(entry, handle);
                await _connection.Sender.WaitForRoomAsync();
            }
        }
    }

    private void Show(MessageRecord entry, ISessionHandle handle)
    {
        bool receipt;
        lock (_lock)
        {
            if (_disposed || entry.Seq <= _seen) return;
            receipt = Show(entry);
        }

        if (receipt) handle.Delivered(entry);
    }

    /// <summary>The session's newest entries are no longer kept (retention): there is nothing to send for them.</summary>
    private void SkipMissing(long after)
    {
        lock (_lock)
        {
            LogMissing(Services.Logger, _connection.Channel.Tenant.Id, _connection.Channel.Id, _session, after, Newest());
            Advance(Math.Max(_seen, Newest()));
        }
    }

    private bool TakeReattach()
    {
        lock (_lock)
        {
            var due = _reattach && !_disposed;
            _reattach = false;
            return due;
        }
    }

    private async ValueTask ReattachAsync()
    {
        _handle!.Dispose(); // all of it was sent; first let go, so that the hub never holds this subscriber twice
        var handle = await Services.Hub.AttachAsync(_connection.Channel, _connection.Address, this, CancellationToken.None);
        var (moved, late) = (false, false);
        lock (_lock)
        {
            _handle = handle;
            late = _disposed;
            moved = !late && handle.SessionId != _session;
            if (moved) Move(handle.SessionId);
            // attached before an own message opened a later one: the next turn goes there, and the ack waits for its welcome
            if (_wanted == handle.SessionId || !_reattach) _wanted = Guid.Empty;
            if (!late) TellInOrder();
        }

        if (late) handle.Dispose();
        if (moved) Services.Registry.Follow(_connection, handle.SessionId);
    }

    private void Move(Guid session)
    {
        TellJudged(); // what still belongs to the one that is left
        // one that was left and is taken up again goes on where it was left
        var seen = session == _left ? _leftSeen : 0;
        (_left, _leftSeen, _session) = (_session, _seen, session);
        _seen = seen;
        _known = _heard.Session == session ? _heard.Seq : 0;
        _ahead = _window.NumbersIn(session);
        _typing = null;
        SendWelcome();
        Advance(seen);
    }

    [LoggerMessage(4101, LogLevel.Error, "A socket of tenant {Tenant}, channel {Channel} could not follow session {Session} and is dropped")]
    private static partial void LogFailed(ILogger logger, Guid tenant, Guid channel, Guid session, Exception exception);

    [LoggerMessage(4102, LogLevel.Warning, "Session {Session} of tenant {Tenant}, channel {Channel} has no entries after {After} though its newest is {Newest}; they are skipped")]
    private static partial void LogMissing(ILogger logger, Guid tenant, Guid channel, Guid session, long after, long newest);
}
