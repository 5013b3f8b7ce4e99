using System.Net.WebSockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Frames;
using NetSocket = System.Net.WebSockets.WebSocket;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// Writes frames to one socket in the order they were given. Idle, a frame goes straight to the transport on the caller's thread (which
/// gathers what follows closely into one write); only while a send is held up by the peer do frames queue, and a peer that lets
/// too much gather is dropped: it can resume.
/// </summary>
internal sealed class SocketSender(NetSocket socket, Action<DropCause, Exception?> drop)
{
    internal const int MaxBytes = 1 << 20;
    internal const int MaxFrames = 512;
    private const int RoomBytes = 64 << 10;
    private const int RoomFrames = 64;

    private readonly Lock _lock = new();
    private Queue<Outgoing>? _waiting;
    private int _waitingBytes;
    private bool _sending;
    private bool _ended;
    private TaskCompletionSource? _room;

    private bool HasRoom => _waitingBytes < RoomBytes && (_waiting is null || _waiting.Count < RoomFrames);

    private readonly record struct Outgoing(Frame Frame, MessageRecord? Entry, ISessionHandle? Handle, ClosingFrame? Closing);

    private sealed record ClosingFrame(WebSocketCloseStatus Status, string Reason, TaskCompletionSource Done);

    /// <summary>
    /// Takes over the frame and its buffer. True when it has been written already: the caller then records <paramref name="entry"/>'s
    /// receipt, once it holds no lock. Otherwise the receipt is recorded by <paramref name="handle"/> when the frame is written.
    /// </summary>
    public bool Send(Frame frame, MessageRecord? entry = null, ISessionHandle? handle = null)
    {
        var overflow = false;
        lock (_lock)
        {
            if (_ended || _sending)
            {
                overflow = !_ended && !TryQueue(new(frame, entry, handle, Closing: null));
                if (_ended || overflow) frame.Return();
                if (!overflow) return false;
                End();
            }
            else
            {
                _sending = true;
            }
        }

        if (!overflow) return SendNow(new(frame, entry, handle, Closing: null));
        ThreadPool.UnsafeQueueUserWorkItem(static drop => drop(DropCause.SlowClient, null), drop, preferLocal: false);
        return false;
    }

    /// <summary>True while the peer is held up and much waits for it: what may be lost need not wait too.</summary>
    public bool IsBehind
    {
        get
        {
            lock (_lock) return _waiting is { Count: > RoomFrames };
        }
    }

    /// <summary>Completes at once, or when a held-up peer has taken most of what waits.</summary>
    public ValueTask WaitForRoomAsync()
    {
        lock (_lock)
        {
            if (_ended || HasRoom) return default;
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_room.Task);
        }
    }

    /// <summary>Sends <paramref name="last"/> and the close frame behind all that waits; later frames are dropped. Completes when it is written or cannot be.</summary>
    public Task CloseAsync(Frame? last, WebSocketCloseStatus status, string reason)
    {
        var closing = new ClosingFrame(status, reason, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            if (_ended)
            {
                last?.Return();
                return Task.CompletedTask;
            }

            _ended = true;
            _waiting ??= new();
            if (last is { } frame) _waiting.Enqueue(new(frame, Entry: null, Handle: null, Closing: null));
            _waiting.Enqueue(new(default, Entry: null, Handle: null, closing));
            _room?.TrySetResult();
            if (_sending) return closing.Done.Task;
            _sending = true;
        }

        _ = PumpAsync();
        return closing.Done.Task;
    }

    /// <summary>The connection is gone: nothing more is sent, buffers go back.</summary>
    public void Dispose()
    {
        lock (_lock) End();
    }

    private bool TryQueue(Outgoing item)
    {
        _waiting ??= new();
        if (_waiting.Count >= MaxFrames || _waitingBytes + item.Frame.Length > MaxBytes) return false;
        _waiting.Enqueue(item);
        _waitingBytes += item.Frame.Length;
        return true;
    }

    private bool SendNow(Outgoing item)
    {
        ValueTask sending;
        try
        {
            sending = socket.SendAsync(item.Frame.Bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e)
        {
            sending = ValueTask.FromException(e);
        }

        if (!sending.IsCompletedSuccessfully)
        {
            _ = PumpAsync(sending, item);
            return false;
        }

        item.Frame.Return();
        // others queued meanwhile: from the pool, as the caller may hold locks that receipts must not meet
        if (!TryRest()) ThreadPool.UnsafeQueueUserWorkItem(static sender => _ = sender.PumpAsync(), this, preferLocal: false);
        return true;
    }

    private async Task PumpAsync(ValueTask sending, Outgoing first)
    {
        try
        {
            await sending;
            Written(first);
        }
        catch (Exception e)
        {
            Broken(e);
            return;
        }
        finally
        {
            first.Frame.Return();
        }

        await PumpAsync();
    }

    private async Task PumpAsync()
    {
        while (TryTake(out var item))
        {
            try
            {
                if (item.Closing is { } closing) await socket.CloseOutputAsync(closing.Status, closing.Reason, CancellationToken.None);
                else await socket.SendAsync(item.Frame.Bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                Written(item);
            }
            catch (Exception e)
            {
                Broken(e);
                return;
            }
            finally
            {
                if (item.Closing is null) item.Frame.Return();
                item.Closing?.Done.TrySetResult();
            }
        }
    }

    private static void Written(Outgoing item)
    {
        if (item.Entry is not null) item.Handle?.Delivered(item.Entry);
    }

    private bool TryRest()
    {
        lock (_lock)
        {
            if (_waiting is { Count: > 0 }) return false;
            _sending = false;
            return true;
        }
    }

    private bool TryTake(out Outgoing item)
    {
        lock (_lock)
        {
            if (_waiting is null || !_waiting.TryDequeue(out item))
            {
                item = default;
                _sending = false;
                return false;
            }

            _waitingBytes -= item.Frame.Length;
            if (!HasRoom) return true;
            _room?.TrySetResult();
            _room = null;
            return true;
        }
    }

    private void Broken(Exception fault)
    {
        Dispose();
        drop(Disconnects.Are(fault) ? DropCause.Disconnected : DropCause.Failed, fault);
    }

    private void End()
    {
        _ended = true;
        _room?.TrySetResult();
        while (_waiting is not null && _waiting.TryDequeue(out var item))
        {
            if (item.Closing is null) item.Frame.Return();
            item.Closing?.Done.TrySetResult();
        }

        _waiting = null;
        _waitingBytes = 0;
    }
}

/// <summary>Why a connection is dropped without a closing handshake.</summary>
internal enum DropCause
{
    /// <summary>The peer is gone.</summary>
    Disconnected,

    /// <summary>The peer does not read what it is sent.</summary>
    SlowClient,

    /// <summary>The peer did not answer a close frame in time.</summary>
    CloseUnanswered,

    /// <summary>The gateway failed.</summary>
    Failed,
}
