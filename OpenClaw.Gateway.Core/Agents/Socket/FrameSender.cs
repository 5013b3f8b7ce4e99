using System.Net.WebSockets;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>
/// Writes frames to one process in the order they were given. Idle, a frame goes straight to the transport; only while a send is held up do frames
/// queue, and requests wait for room (<see cref="WaitForRoomAsync"/>). A process that reads nothing answers no ping either, and is dropped for that.
/// </summary>
internal sealed class FrameSender(WebSocket socket, Action<string> drop)
{
    internal const int MaxBytes = 8 << 20;
    internal const int MaxFrames = 8_192;

    private const int RoomBytes = 256 << 10;

    private readonly Lock _lock = new();
    private readonly Queue<(FrameBuffer? Frame, Closing? Closing)> _waiting = new();
    private int _waitingBytes;
    private bool _sending;
    private bool _ended;
    private TaskCompletionSource? _room;

    private sealed record Closing(WebSocketCloseStatus Status, string Reason, TaskCompletionSource Done);

    /// <summary>Takes over the frame. False when the connection is over.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="mayLose">Not worth waiting: it is left out while the process is behind.</param>
    public bool Send(FrameBuffer frame, bool mayLose = false)
    {
        var overflow = false;
        lock (_lock)
        {
            if (_ended)
            {
                frame.Return();
                return false;
            }

            if (_sending && mayLose)
            {
                frame.Return();
                return true;
            }

            if (_waiting.Count >= MaxFrames || _waitingBytes + frame.Length > MaxBytes)
            {
                overflow = true;
                frame.Return();
                End();
            }
            else
            {
                _waiting.Enqueue((frame, null));
                _waitingBytes += frame.Length;
                if (_sending) return true;
                _sending = true;
            }
        }

        if (!overflow)
        {
            _ = PumpAsync();
            return true;
        }

        drop("The agent process did not read what it was sent.");
        return false;
    }

    /// <summary>Completes at once, or when a held-up process has taken most of what waits, or is gone.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ended || _waitingBytes < RoomBytes) return default;
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_room.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Sends the close frame behind all that waits; nothing after it. Completes when it is written or cannot be.</summary>
    public Task CloseAsync(FrameBuffer? last, WebSocketCloseStatus status, string reason)
    {
        var closing = new Closing(status, reason, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            if (_ended)
            {
                last?.Return();
                return Task.CompletedTask;
            }

            _ended = true;
            if (last is not null) _waiting.Enqueue((last, null));
            _waiting.Enqueue((null, closing));
            if (_sending) return closing.Done.Task;
            _sending = true;
        }

        _ = PumpAsync();
        return closing.Done.Task;
    }

    /// <summary>The connection is gone: nothing more is sent.</summary>
    public void Dispose()
    {
        lock (_lock) End();
    }

    private async Task PumpAsync()
    {
        while (TryTake(out var frame, out var closing))
        {
            try
            {
                if (closing is not null) await socket.CloseOutputAsync(closing.Status, closing.Reason, CancellationToken.None).ConfigureAwait(false);
                else await socket.SendAsync(frame!.Memory, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Dispose();
                drop(AgentConnection.Reason(e));
                return;
            }
            finally
            {
                frame?.Return();
                closing?.Done.TrySetResult();
            }
        }
    }

    private bool TryTake(out FrameBuffer? frame, out Closing? closing)
    {
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out var next))
            {
                (frame, closing, _sending) = (null, null, false);
                return false;
            }

            (frame, closing) = next;
            _waitingBytes -= frame?.Length ?? 0;
            if (_waitingBytes >= RoomBytes) return true;
            _room?.TrySetResult();
            _room = null;
            return true;
        }
    }

    /// <summary>Under the lock.</summary>
    private void End()
    {
        _ended = true;
        _room?.TrySetResult();
        while (_waiting.TryDequeue(out var item))
        {
            item.Frame?.Return();
            item.Closing?.Done.TrySetResult();
        }

        _waitingBytes = 0;
    }
}
