using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.Socket;

/// <summary>A process of an agent, as its author would write it from the contract.</summary>
internal sealed class AgentClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<AgentClient> ConnectAsync(Uri address)
    {
        var client = new AgentClient();
        client._socket.Options.AddSubProtocol(IAgentSockets.Protocol);
        client._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await client._socket.ConnectAsync(address, CancellationToken.None);
        return client;
    }

    public Task ReadyAsync(int capacity, params string[] intents) => SendAsync(new { type = "ready", capacity, intents });

    public Task SendAsync(object frame) => SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame));

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text) => _socket.SendAsync(bytes, type, true, CancellationToken.None);

    /// <summary>The next frame; null when the gateway has closed.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var length = 0;
        while (true)
        {
            var got = await _socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
            if (got.MessageType == WebSocketMessageType.Close) return null;
            length += got.Count;
            if (got.EndOfMessage) return JsonDocument.Parse(_buffer.AsMemory(0, length)).RootElement.Clone();
        }
    }

    /// <summary>The next frame of that type; others before it are skipped.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        while (true)
        {
            var frame = await NextAsync() ?? throw new InvalidOperationException($"closed while a frame '{type}' was waited for");
            if (frame.GetProperty("type").GetString() == type) return frame;
        }
    }

    /// <summary>Answers the next request with a text.</summary>
    public async Task<JsonElement> AnswerNextAsync(string answer)
    {
        var request = await NextAsync("request");
        await AnswerAsync(request, answer);
        return request;
    }

    public async Task AnswerAsync(JsonElement request, string answer)
    {
        var id = request.GetProperty("id").GetString();
        await SendAsync(new { type = "message", id, text = answer });
        await SendAsync(new { type = "done", id });
    }

    public static string TextOf(JsonElement request) => request.GetProperty("message").GetProperty("text").GetString()!;

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

    /// <summary>As when the process is killed.</summary>
    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }
}
