using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using NetSocket = System.Net.WebSockets.ClientWebSocket;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>A client as the contract describes one. Every wait has an end.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly NetSocket _socket;
    private int _ids;

    private SocketClient(NetSocket socket) => _socket = socket;

    public JsonElement Welcome { get; private set; }

    public NetSocket Socket => _socket;

    public string Resume => Welcome.GetProperty("resume").GetString()!;

    public Guid Session => Welcome.GetProperty("session").GetGuid();

    public string User => Welcome.GetProperty("user").GetString()!;

    public static async Task<SocketClient> ConnectAsync(SocketHost host, string query, string? resume, string? bearer, string? origin)
    {
        var socket = new NetSocket();
        socket.Options.AddSubProtocol("openclaw.v1");
        if (resume is not null) socket.Options.AddSubProtocol("resume." + resume);
        if (bearer is not null) socket.Options.AddSubProtocol("bearer." + bearer);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        using var limit = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new($"ws://{host.Address.Authority}/channels/{host.Channel.Id}/socket{query}"), limit.Token);
        var client = new SocketClient(socket);
        client.Welcome = await client.ExpectAsync("welcome");
        return client;
    }

    public string NextId() => $"m{Interlocked.Increment(ref _ids)}-{Guid.NewGuid():N}"[..20];

    public Task SendAsync(object frame) => SendTextAsync(JsonSerializer.Serialize(frame));

    public async Task<string> SayAsync(string text, string? id = null)
    {
        id ??= NextId();
        await SendAsync(new { type = "message", id, text });
        return id;
    }

    public Task SendTextAsync(string text) => SendBytesAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type = WebSocketMessageType.Binary, bool end = true)
    {
        using var limit = new CancellationTokenSource(Patience);
        await _socket.SendAsync(bytes, type, end, limit.Token);
    }

    /// <summary>The next frame, or null when the server closed.</summary>
    public async Task<JsonElement?> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var frame = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (result.MessageType == WebSocketMessageType.Close) return null;
            frame.Write(buffer, 0, result.Count);
            if (result.EndOfMessage) return JsonDocument.Parse(frame.ToArray()).RootElement;
        }
    }

    /// <summary>The next frame, which must be of that type.</summary>
    public async Task<JsonElement> ExpectAsync(string type)
    {
        var frame = await ReceiveAsync() ?? throw new InvalidOperationException($"Closed with {_socket.CloseStatus} instead of {type}.");
        Assert.True(string.Equals(type, frame.GetProperty("type").GetString(), StringComparison.Ordinal), $"{type} was expected, this came: {frame}");
        return frame;
    }

    /// <summary>The next frame of that type; others are skipped.</summary>
    public async Task<JsonElement> UntilAsync(string type)
    {
        while (true)
        {
            var frame = await ReceiveAsync() ?? throw new InvalidOperationException($"Closed with {_socket.CloseStatus} instead of {type}.");
            if (string.Equals(frame.GetProperty("type").GetString(), type, StringComparison.Ordinal)) return frame;
        }
    }

    /// <summary>Skips all frames until the server closes, and says how.</summary>
    public async Task<WebSocketCloseStatus?> UntilClosedAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }

        return _socket.CloseStatus;
    }

    /// <summary>Sends a message nobody else has sent and waits for its ack: all frames sent before were handled.</summary>
    public async Task<List<JsonElement>> SyncAsync()
    {
        var id = await SayAsync("sync");
        List<JsonElement> before = [];
        while (true)
        {
            var frame = await ReceiveAsync() ?? throw new InvalidOperationException($"Closed with {_socket.CloseStatus}.");
            if (string.Equals(frame.GetProperty("type").GetString(), "ack", StringComparison.Ordinal) && string.Equals(frame.GetProperty("id").GetString(), id, StringComparison.Ordinal)) return before;
            before.Add(frame);
        }
    }

    public async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", limit.Token);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return default;
    }
}
