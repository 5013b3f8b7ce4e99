using System.Buffers;
using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>One connection: reads what the bot sends, writes what waits for it, and watches its heartbeats.</summary>
internal sealed class GatewaySocket : IAsyncDisposable
{
    private const int LargestPayload = 4096;
    private const int Pieces = 3;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly Channel<Outgoing> _out = Channel.CreateUnbounded<Outgoing>(new() { SingleReader = true });
    private readonly Queue<DateTimeOffset> _recent = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly DiscordGateway _gateway;
    private readonly HttpContext _context;
    private readonly WebSocket _socket;
    private readonly ZlibStream? _zlib;
    private readonly ITimer _watch;
    private TaskCompletionSource _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closing;

    public GatewaySocket(DiscordGateway gateway, HttpContext context, WebSocket socket, bool compressed)
    {
        (_gateway, _context, _socket) = (gateway, context, socket);
        _zlib = compressed ? new() : null;
        UserAgent = context.Request.Headers.UserAgent.ToString();
        _thawed.SetResult();
        _watch = gateway.Time.CreateTimer(_ => OnSilence(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string UserAgent { get; }

    /// <summary>Null before it has identified or resumed.</summary>
    public GatewaySession? Session { get; set; }

    /// <summary>Large payloads go out compressed, as the identify has asked.</summary>
    public bool CompressLarge { get; set; }

    public int Heartbeats { get; private set; }

    /// <summary>How the bot closed it; null: it did not, or not yet.</summary>
    public int? ClosedByBot { get; private set; }

    private TimeSpan Patience => _gateway.HeartbeatInterval * 1.5;

    /// <summary>Until one side has closed, or it broke.</summary>
    public async Task RunAsync()
    {
        Send($$$"""{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":{{{(int)_gateway.HeartbeatInterval.TotalMilliseconds}}},"_trace":["[\"fake-gateway\"]"]}}""");
        _watch.Change(Patience, Timeout.InfiniteTimeSpan);
        // a frozen connection reads nothing: only this tells that it is gone
        await using var aborted = _context.RequestAborted.Register(() => _gone.Cancel());
        var writing = WriteAsync();
        try
        {
            await ReadAsync();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // broken off, by either side
        }
        finally
        {
            await _gone.CancelAsync();
            _out.Writer.TryComplete();
            await writing;
        }
    }

    public void Send(string json) => Send(Encoding.UTF8.GetBytes(json));

    public void Send(byte[] frame) => _out.Writer.TryWrite(new(frame, 0));

    /// <summary>Closes in good order, after what waits has been sent.</summary>
    public void Close(int code)
    {
        if (Interlocked.Exchange(ref _closing, code) != 0) return;
        _out.Writer.TryWrite(new(null, code));
    }

    /// <summary>The connection breaks without a word.</summary>
    public void Abort() => _context.Abort();

    /// <summary>Neither reads nor writes any more, and does not close: half of it is gone.</summary>
    public void Freeze() => _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _thawed.TrySetResult();

    public void Beat()
    {
        Heartbeats++;
        _watch.Change(Patience, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        _gone.Dispose();
        _zlib?.Dispose();
        _socket.Dispose();
    }

    private void OnSilence()
    {
        if (_thawed.Task.IsCompleted) _gateway.Silent(this);
    }

    private async Task ReadAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LargestPayload + 1);
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length, LargestPayload + 1 - length), _gone.Token);
                    await _thawed.Task.WaitAsync(_gone.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage && length <= LargestPayload);

                if (part.MessageType is WebSocketMessageType.Close)
                {
                    // an answer to a close of ours says nothing of its own
                    if (_closing == 0) ClosedByBot = (int?)_socket.CloseStatus ?? 1005;
                    if (_socket.State is WebSocketState.CloseReceived) await _socket.CloseOutputAsync(_socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, _gone.Token);
                    return;
                }

                if (_closing != 0) continue;
                if (length > LargestPayload || part.MessageType is not WebSocketMessageType.Text) _gateway.Refuse(this, CloseCodes.DecodeError, length > LargestPayload ? "a payload over 4096 bytes" : "a payload that is not text");
                else if (IsTooMuch()) _gateway.Refuse(this, CloseCodes.RateLimited, "more than 120 payloads in a minute");
                else Take(buffer.AsMemory(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Take(ReadOnlyMemory<byte> payload)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(payload);
        }
        catch (JsonException)
        {
            _gateway.Refuse(this, CloseCodes.DecodeError, "a payload that is no JSON");
            return;
        }

        using (document) _gateway.Handle(this, document.RootElement);
    }

    private bool IsTooMuch()
    {
        var now = _gateway.Time.GetUtcNow();
        while (_recent.TryPeek(out var first) && now - first >= TimeSpan.FromMinutes(1)) _recent.Dequeue();
        _recent.Enqueue(now);
        return _recent.Count > 120;
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var next in _out.Reader.ReadAllAsync(_gone.Token))
            {
                await _thawed.Task.WaitAsync(_gone.Token);
                if (next.Frame is { } frame)
                {
                    await WriteAsync(frame);
                    continue;
                }

                await _socket.CloseOutputAsync((WebSocketCloseStatus)next.Code, CloseCodes.Text(next.Code), _gone.Token);
                _gone.CancelAfter(Farewell);
                return;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // broken off, by either side
        }
    }

    private async Task WriteAsync(byte[] frame)
    {
        var type = WebSocketMessageType.Text;
        if (_zlib is not null) (frame, type) = (_zlib.Next(frame), WebSocketMessageType.Binary);
        else if (CompressLarge && frame.Length > LargestPayload) (frame, type) = (ZlibStream.Alone(frame), WebSocketMessageType.Binary);
        if (!_gateway.SplitFrames || frame.Length < Pieces)
        {
            await _socket.SendAsync(frame.AsMemory(), type, endOfMessage: true, _gone.Token);
            return;
        }

        var size = frame.Length / Pieces;
        for (var i = 0; i < Pieces; i++)
        {
            var last = i == Pieces - 1;
            await _socket.SendAsync(frame.AsMemory(i * size, last ? frame.Length - (i * size) : size), type, last, _gone.Token);
        }
    }

    private sealed record Outgoing(byte[]? Frame, int Code);

    /// <summary>One compression over the whole connection: each payload ends with a flush.</summary>
    private sealed class ZlibStream : IDisposable
    {
        private readonly MemoryStream _bytes = new();
        private readonly ZLibStream _zlib;

        public ZlibStream() => _zlib = new(_bytes, CompressionLevel.Fastest, leaveOpen: true);

        public static byte[] Alone(byte[] frame)
        {
            using MemoryStream bytes = new();
            using (ZLibStream zlib = new(bytes, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(frame);
            return bytes.ToArray();
        }

        public byte[] Next(byte[] frame)
        {
            _bytes.SetLength(0);
            _zlib.Write(frame);
            _zlib.Flush();
            return _bytes.ToArray();
        }

        public void Dispose()
        {
            _zlib.Dispose();
            _bytes.Dispose();
        }
    }
}
