using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>A web client of a channel, as small as the protocol allows.</summary>
internal sealed class Talk : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private static int _talks;

    /// <summary>In its ids, which are one session's: several may speak in it.</summary>
    private readonly int _number = Interlocked.Increment(ref _talks);
    private int _sent;

    private Talk()
    {
    }

    public JsonElement Welcome { get; private set; }

    public static async Task<Talk> OpenAsync(Uri gateway, string channel, string? origin = null, string query = "", params string[] credentials)
    {
        var talk = new Talk();
        foreach (var protocol in (string[])["openclaw.v1", .. credentials]) talk._socket.Options.AddSubProtocol(protocol);
        if (origin is not null) talk._socket.Options.SetRequestHeader("Origin", origin);
        await talk._socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = $"/channels/{channel}/socket", Query = query }.Uri, default);
        talk.Welcome = await talk.ReadAsync("welcome");
        return talk;
    }

    /// <summary>The status that the handshake is refused with.</summary>
    public static async Task<int> RefusalAsync(Uri gateway, string channel, string? origin, params string[] credentials)
    {
        await using var talk = new Talk();
        foreach (var protocol in (string[])["openclaw.v1", .. credentials]) talk._socket.Options.AddSubProtocol(protocol);
        if (origin is not null) talk._socket.Options.SetRequestHeader("Origin", origin);
        talk._socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => talk._socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = $"/channels/{channel}/socket" }.Uri, default));
        return (int)talk._socket.HttpStatusCode;
    }

    /// <summary>Says it and waits until the gateway has it; the message's id.</summary>
    public async Task<string> SayAsync(string text)
    {
        await SendAsync(text);
        return (await ReadAsync("ack")).GetProperty("message").GetString()!;
    }

    /// <summary>Says it and waits for nothing.</summary>
    public Task SendAsync(string text) =>
        _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { type = "message", id = $"m{_number}-{++_sent}", text }), WebSocketMessageType.Text, endOfMessage: true, default);

    /// <summary>Uploads a file, says something with it, and waits until the gateway has both; the message's id.</summary>
    public async Task<string> SayWithFileAsync(string text, string name, byte[] content)
    {
        var upload = $"u{_number}-{++_sent}";
        await SendAsync(new { type = "upload", id = upload, name, contentType = "text/plain", size = content.Length });
        await _socket.SendAsync(content, WebSocketMessageType.Binary, endOfMessage: true, default);
        await ReadAsync("ack");
        await SendAsync(new { type = "message", id = $"m{_number}-{++_sent}", text, attachments = new[] { new { upload } } });
        return (await ReadAsync("ack")).GetProperty("message").GetString()!;
    }

    private Task SendAsync(object frame) => _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, default);

    /// <summary>Tells that the user types, or does not any more.</summary>
    public Task TypeAsync(bool on = true) =>
        _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { type = "typing", on }), WebSocketMessageType.Text, endOfMessage: true, default);

    public async Task<JsonElement> ReadAsync(string type)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var length = 0;
            for (var isWhole = false; !isWhole;)
            {
                var received = await _socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
                if (received.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException($"Closed: {_socket.CloseStatusDescription}");
                (length, isWhole) = (length + received.Count, received.EndOfMessage);
            }

            var frame = JsonElement.Parse(Encoding.UTF8.GetString(_buffer, 0, length));
            if (frame.GetProperty("type").GetString() == type) return frame;
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
