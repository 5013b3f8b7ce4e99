using System.Buffers;
using System.Net.WebSockets;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

using WebSocket = System.Net.WebSockets.WebSocket;

/// <summary>What came of a frame.</summary>
internal enum FrameKind
{
    /// <summary>It is there whole.</summary>
    Whole,

    /// <summary>Nobody needs it: only its outside was read.</summary>
    Skipped,

    /// <summary>It is larger than any that is needed, and was passed over.</summary>
    TooLarge,

    /// <summary>The other side closes.</summary>
    Closed,
}

/// <summary>A frame; its bytes are good until the next is read.</summary>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Bytes, GatewayFrame Outside);

/// <summary>
/// Puts frames together in a pooled buffer. One that nobody needs is passed over as it comes, so that a server's 20 MB cost no memory; the buffer of a large one
/// goes back at once.
/// </summary>
internal sealed class FrameReader(WebSocket socket, Func<string, bool> isNeeded, int most = FrameReader.Most) : IDisposable
{
    /// <summary>Bytes of the largest frame that is read.</summary>
    public const int Most = 32 * 1_024 * 1_024;

    private const int Usual = 4 * 1_024;
    private const int Kept = 16 * 1_024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Usual);

    /// <summary>Reads the next one.</summary>
    public async ValueTask<Frame> ReadAsync(CancellationToken cancellationToken)
    {
        if (_buffer.Length > Kept) Resize(Usual, keep: 0);
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                if (length >= most) return await PassOverAsync(FrameKind.TooLarge, default, cancellationToken).ConfigureAwait(false);
                Resize(Math.Min(_buffer.Length * 2, most), length);
            }

            var received = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close) return new(FrameKind.Closed, default, default);
            var isFirst = length == 0;
            length += received.Count;
            if (received.EndOfMessage) return new(FrameKind.Whole, _buffer.AsMemory(0, length), default);
            if ((isFirst || length <= Kept) && GatewayFrame.TryPeek(_buffer.AsSpan(0, length), out var outside) && !isNeeded(outside.Type!))
                return await PassOverAsync(FrameKind.Skipped, outside, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask<Frame> PassOverAsync(FrameKind kind, GatewayFrame outside, CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close) return new(FrameKind.Closed, default, default);
            if (received.EndOfMessage) return new(kind, default, outside);
        }
    }

    private void Resize(int size, int keep)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, keep).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
