using System.Buffers;
using System.Net.WebSockets;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <content>What the process sends. Between frames it holds no buffer.</content>
internal sealed partial class AgentConnection
{
    private const int FirstBuffer = 4 << 10;

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var first = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
            if (first.MessageType == WebSocketMessageType.Close) break;
            if (!await ReceiveFrameAsync(first).ConfigureAwait(false)) break;
        }

        if (_socket.State == WebSocketState.CloseReceived)
            await _sender.CloseAsync(null, _socket.CloseStatus is { } given && given != WebSocketCloseStatus.Empty ? given : WebSocketCloseStatus.NormalClosure, "")
                .WaitAsync(CloseTime, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>False when the process closed.</summary>
    private async ValueTask<bool> ReceiveFrameAsync(ValueWebSocketReceiveResult first)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var (length, ended) = (0, first.EndOfMessage);
            while (!ended && length <= AnswerLimits.LineBytes)
            {
                if (length == buffer.Length) buffer = Enlarge(buffer);
                var next = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
                if (next.MessageType == WebSocketMessageType.Close) return false;
                length += next.Count;
                ended = next.EndOfMessage;
            }

            if (first.MessageType == WebSocketMessageType.Binary) Refuse("Frames are text.");
            else if (length > AnswerLimits.LineBytes) TooLarge(buffer.AsSpan(0, length));
            else Take(buffer.AsMemory(0, length));
            return ended || await SkipRestAsync(buffer).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Enlarge(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private async ValueTask<bool> SkipRestAsync(byte[] buffer)
    {
        while (true)
        {
            var next = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
            if (next.MessageType == WebSocketMessageType.Close) return false;
            if (next.EndOfMessage) return true;
        }
    }

    private void Take(ReadOnlyMemory<byte> bytes)
    {
        var frame = AgentFrame.Parse(bytes.Span);
        switch (frame.Type)
        {
            case AgentFrameType.Bad:
                Refuse(frame.Fault!);
                break;
            case AgentFrameType.Unknown:
                _sender.Send(GatewayFrames.Error("unknown_type", "This version knows no frame of that type."));
                break;
            case AgentFrameType.Ready:
                if (ReadyFrame.Read(bytes, out var fault) is { } ready) Ready(ready);
                else Refuse(fault!);
                break;
            default:
                _badFrames = 0;
                // what nobody waits for any more, or what was answered in an earlier attempt, is ignored
                if (frame.Id is { } id && _requests.TryGetValue(id, out var open) && (frame.Attempt is null || frame.Attempt == open.Attempt)) open.Take(frame.Type, bytes);
                break;
        }
    }

    private void Ready(ReadyFrame ready)
    {
        _badFrames = 0;
        _group.Changed(this, ready);
        LogReady(_log, Agent.Tenant.Id, Agent.Id, Id, Capacity);
    }

    /// <summary>The request that it is about fails; when nobody knows which, the process is not understood any more.</summary>
    private void TooLarge(ReadOnlySpan<byte> beginning)
    {
        if (AgentFrame.IdIn(beginning) is { } id && _requests.TryGetValue(id, out var open)) open.TooLarge();
        else _ = CloseAsync(WebSocketCloseStatus.MessageTooBig, "too_large", $"The agent process sent a frame of more than {AnswerLimits.LineBytes / 1024} KB.");
    }

    private void Refuse(string fault)
    {
        _sender.Send(GatewayFrames.Error("bad_frame", fault));
        if (++_badFrames == BadFramesUntilClose) _ = CloseAsync(WebSocketCloseStatus.PolicyViolation, Policy, "The agent process sent too many frames that cannot be understood.");
    }
}
