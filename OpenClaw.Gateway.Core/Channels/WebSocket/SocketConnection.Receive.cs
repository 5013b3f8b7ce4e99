using System.Buffers;
using System.Net.WebSockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Frames;
using OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;
using NetSocket = System.Net.WebSockets.WebSocket;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <content>The receive loop. Between frames it holds no buffer: it waits with an empty one and rents when bytes are there.</content>
internal sealed partial class SocketConnection
{
    private const int FirstBuffer = 4 << 10;
    private const int BinaryBuffer = 32 << 10;

    private int MaxMessageBytes => Channel.Tenant.Settings.MessageBytes(Services.Options.Limits);

    /// <summary>JSON may escape a byte of text as six, and a frame has more than its text. The installation's limit: a text above the tenant's is refused by its id.</summary>
    private int MaxFrameBytes => (8 * Services.Options.Limits.MaxMessageBytes) + (16 << 10);

    private bool IsClosing => Volatile.Read(ref _closing) == 1;

    private async Task ReceiveAsync(NetSocket socket)
    {
        while (true)
        {
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            if (first.MessageType == WebSocketMessageType.Close) break;
            if (first.MessageType == WebSocketMessageType.Binary)
            {
                if (!await ReceiveBinaryAsync(socket, first.EndOfMessage)) break;
                continue;
            }

            var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            var work = default(ValueTask);
            try
            {
                var length = 0;
                var ended = first.EndOfMessage;
                while (!ended && length <= MaxFrameBytes)
                {
                    if (length == buffer.Length) buffer = Enlarge(buffer);
                    var next = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    if (next.MessageType == WebSocketMessageType.Close) break;
                    length += next.Count;
                    ended = next.EndOfMessage;
                }

                if (length > MaxFrameBytes) _ = CloseAsync(WebSocketCloseStatus.MessageTooBig, "too_large");
                else if (ended && !IsClosing) work = Handle(FrameParser.Parse(buffer.AsSpan(0, length)));
                if (!ended && !await SkipRestAsync(socket, buffer)) break;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            await work;
            await Feed.WaitForRoomAsync();
            if (Volatile.Read(ref _overloaded) >= RefusalsUntilPause && !IsClosing) await Task.Delay(Pause, Services.Time);
        }

        await AnswerCloseAsync(socket);
    }

    private static byte[] Enlarge(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Reads over what is left of a frame. False when the peer closed.</summary>
    private static async ValueTask<bool> SkipRestAsync(NetSocket socket, byte[] buffer)
    {
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            var next = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (next.MessageType == WebSocketMessageType.Close) return false;
            if (next.EndOfMessage) return true;
        }

        return false;
    }

    private async Task AnswerCloseAsync(NetSocket socket)
    {
        if (socket.State != WebSocketState.CloseReceived) return;
        var status = socket.CloseStatus is { } given && given != WebSocketCloseStatus.Empty ? given : WebSocketCloseStatus.NormalClosure;
        await Sender.CloseAsync(last: null, status, "")
            .WaitAsync(CloseTime, Services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private ValueTask Handle(in ClientFrame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Message:
                return HandleMessage(frame);
            case FrameType.Upload:
                return (_uploads ??= new UploadReceiver(this)).AnnounceAsync(frame);
            case FrameType.Typing:
                Accepted();
                // stored nowhere: an agent that wants to know is told, and an operator who looks on sees it
                if (_typing.MayPass(frame.On, Services.Time.GetTimestamp(), Services.Time)) Feed.Handle?.Typing(frame.On);
                if (Services.Events.IsHeard(Channel.Tenant.Id))
                    Services.Events.Publish(Channel.Tenant.Id, EventTypes.SessionUpdated, Channel.Id, Feed.Session, new { typing = frame.On });
                return default;
            case FrameType.Read:
                Accepted();
                if (Services.Events.IsHeard(Channel.Tenant.Id))
                    Services.Events.Publish(Channel.Tenant.Id, EventTypes.SessionUpdated, Channel.Id, Feed.Session, new { read = frame.Seq });
                return default;
            case FrameType.Cancel:
                Accepted();
                Feed.Handle?.Cancel();
                return default;
            case FrameType.Unknown:
                TellError(ErrorCodes.UnknownType, "This version knows no frame of that type.", frame.Id);
                return default;
            default:
                TellError(ErrorCodes.BadFrame, frame.Fault!, frame.Id);
                return default;
        }
    }

    private ValueTask HandleMessage(in ClientFrame frame)
    {
        if (frame.Text.Length > MaxMessageBytes || frame.Button?.Length > MaxMessageBytes)
        {
            TellError(ErrorCodes.TooLarge, $"A message's text has at most {MaxMessageBytes} bytes of UTF-8.", frame.Id);
            return default;
        }

        if (frame.Uploads is not null) return (_uploads ??= new UploadReceiver(this)).OfferAsync(frame);
        Offer(frame, attachments: null);
        return default;
    }

    /// <summary>Makes the frame a message and hands it to the inbox.</summary>
    public InboundMessage Offer(in ClientFrame frame, IReadOnlyList<AttachmentRef>? attachments, Action<InboundMessage>? before = null)
    {
        Accepted();
        var button = string.IsNullOrEmpty(frame.Button) ? null : frame.Button;
        var message = new InboundMessage
        {
            Channel = Channel,
            Address = Address,
            ExternalId = frame.Id!,
            Text = frame.Text,
            Extras = attachments is null && button is null ? null : new MessageExtras(attachments, Button: button),
            Origin = Feed,
            Session = Feed.Handle,
        };
        before?.Invoke(message);
        Feed.Offer(message);
        return message;
    }

    private async ValueTask<bool> ReceiveBinaryAsync(NetSocket socket, bool ended)
    {
        var excess = _uploads?.IsOpen != true;
        var buffer = ArrayPool<byte>.Shared.Rent(BinaryBuffer);
        try
        {
            while (!ended)
            {
                var next = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (next.MessageType == WebSocketMessageType.Close) return false;
                ended = next.EndOfMessage;
                if (IsClosing || next.Count == 0) continue;
                if (_uploads is null || !await _uploads.ReceiveAsync(buffer.AsMemory(0, next.Count))) excess = true;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (excess && !IsClosing) TellError(ErrorCodes.BadFrame, "Bytes without an announced upload, or beyond its size.", id: null);
        return true;
    }
}
