using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenClaw.Portal.Endpoints;

namespace OpenClaw.Portal.Tests.Chat;

/// <summary>One WebSocket channel with one session, as its protocol page describes it, that a test steers from outside.</summary>
internal sealed class FakeGateway : IChatPageSource, IAsyncDisposable
{
    public static readonly Guid Channel = Guid.Parse("0197a3f2-0000-7000-8000-000000000001");
    private readonly ConcurrentDictionary<Connection, bool> _open = new();
    private readonly ConcurrentDictionary<string, System.Threading.Channels.Channel<JsonObject>> _frames = new(StringComparer.Ordinal);
    private readonly List<JsonObject> _entries = [];
    private readonly Lock _gate = new();
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _token;

    private FakeGateway(WebApplication app) => _app = app;

    /// <summary>Status code for every handshake while set.</summary>
    public int? Refuse { get; set; }

    /// <summary>Tokens that are good; clear it and the client holds an expired one.</summary>
    public ConcurrentDictionary<string, bool> Tokens { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<(string? Token, string After)> Handshakes { get; } = new();

    public ConcurrentDictionary<string, byte[]> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>Code of the error that answers the next message.</summary>
    public string? NextError { get; set; }

    /// <summary>The next message is stored, and its connection dies before the ack.</summary>
    public bool LoseNextAck { get; set; }

    public string Address => _app.Urls.First();

    public string Session { get; private set; } = "session-1";

    public static async Task<FakeGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        FakeGateway? gateway = null;
        builder.Services.AddSingleton<IChatPageSource>(_ => gateway!);
        var app = builder.Build();
        gateway = new FakeGateway(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.UseWebSockets();
        app.MapChat();
        app.MapGet("/healthz/live", () => "ok");
        app.MapGet("/widget.js", () => Results.File(ChatAssets.Path("widget.js"), "text/javascript"));
        app.MapGet("/chat/chat.css", () => Results.File(ChatAssets.Path("chat/chat.css"), "text/css"));
        app.Map("/channels/{channel}/socket", gateway.ServeAsync);
        await app.StartAsync();
        return gateway;
    }

    public ValueTask<ChatPage?> FindAsync(Guid channelId, CancellationToken cancellationToken) => ValueTask.FromResult<ChatPage?>(new("Help desk"));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The next frame of a type that the client sent.</summary>
    public Task<JsonObject> NextAsync(string type) =>
        Frames(type).Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Ends when a client is connected.</summary>
    public Task NextOpenAsync() => _first.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Adds an entry of the agent and sends it to all who are connected.</summary>
    public Task SayAsync(JsonObject entry) => AddAsync(entry, "agent", except: null);

    public Task SendAsync(JsonObject frame) => Task.WhenAll(_open.Keys.Select(c => c.SendAsync(frame)));

    public void Cut()
    {
        foreach (var connection in _open.Keys) connection.Socket.Abort();
    }

    /// <summary>Ends the session; the next episode is empty.</summary>
    public void EndSession()
    {
        lock (_gate) _entries.Clear();
        Session = "session-2";
    }

    private System.Threading.Channels.Channel<JsonObject> Frames(string type) =>
        _frames.GetOrAdd(type, _ => System.Threading.Channels.Channel.CreateUnbounded<JsonObject>());

    private async Task<JsonObject> AddAsync(JsonObject entry, string from, Connection? except)
    {
        lock (_gate)
        {
            entry["type"] = "message";
            entry["seq"] = _entries.Count + 1;
            entry["id"] ??= $"{Session}-{_entries.Count + 1}";
            entry["from"] = from;
            entry["at"] = "2025-06-01T12:00:00Z";
            _entries.Add(entry);
        }

        await Task.WhenAll(_open.Keys.Where(c => c != except).Select(c => c.SendAsync(entry)));
        return entry;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        var token = offered.FirstOrDefault(p => p.StartsWith("resume.", StringComparison.Ordinal))?["resume.".Length..];
        var after = context.Request.Query["after"].ToString();
        var status = Refuse ?? (token is not null && !Tokens.ContainsKey(token) ? 401 : 0);
        if (status != 0)
        {
            context.Response.StatusCode = status;
            return;
        }

        Handshakes.Enqueue((token, after));
        using var socket = await context.WebSockets.AcceptWebSocketAsync("openclaw.v1");
        var connection = new Connection(socket);
        var next = $"token-{Interlocked.Increment(ref _token)}";
        Tokens[next] = true;
        Task greeted;
        lock (_gate)
        {
            List<Task> frames = [connection.SendAsync(new() { ["type"] = "welcome", ["session"] = Session, ["resume"] = next, ["seq"] = _entries.Count, ["maxMessageBytes"] = 65536 })];
            frames.AddRange(_entries.Skip(int.Parse(after, System.Globalization.CultureInfo.InvariantCulture)).Select(connection.SendAsync));
            _open[connection] = true;
            greeted = Task.WhenAll(frames);
        }

        try
        {
            await greeted;
            _first.TrySetResult();
            await ReadAsync(connection);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // the client left, or the test cut the line
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }

    private async Task ReadAsync(Connection connection)
    {
        var buffer = new byte[128 * 1024];
        while (true)
        {
            using var whole = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await connection.Socket.ReceiveAsync(buffer, CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close) return;
                whole.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Binary) await ReceiveBytesAsync(connection, whole.ToArray());
            else await ReceiveFrameAsync(connection, JsonNode.Parse(whole.ToArray())!.AsObject());
        }
    }

    private async Task ReceiveBytesAsync(Connection connection, byte[] bytes)
    {
        var upload = connection.Upload!;
        upload.Bytes.Write(bytes);
        if (upload.Bytes.Length < upload.Size) return;
        Uploads[upload.Id] = upload.Bytes.ToArray();
        await connection.SendAsync(new() { ["type"] = "ack", ["id"] = upload.Id });
    }

    private async Task ReceiveFrameAsync(Connection connection, JsonObject frame)
    {
        var type = (string)frame["type"]!;
        Frames(type).Writer.TryWrite(frame);
        var id = (string?)frame["id"];
        if (type == "upload") connection.Upload = new(id!, (long)frame["size"]!, new MemoryStream());
        if (type != "message") return;
        if (NextError is { } code)
        {
            NextError = null;
            await connection.SendAsync(new() { ["type"] = "error", ["id"] = id, ["code"] = code, ["message"] = code, ["retryAfterMs"] = 300 });
            return;
        }

        JsonObject? known;
        lock (_gate) known = _entries.Find(e => (string?)e["client"] == id);
        var entry = known ?? await AddAsync(new() { ["client"] = id, ["text"] = frame["text"]?.DeepClone() }, "user", connection);
        if (LoseNextAck)
        {
            LoseNextAck = false;
            connection.Socket.Abort();
            return;
        }

        await connection.SendAsync(new()
        {
            ["type"] = "ack", ["id"] = id, ["message"] = (string?)entry["id"], ["seq"] = (int)entry["seq"]!, ["duplicate"] = known is not null,
        });
    }

    private sealed record Upload(string Id, long Size, MemoryStream Bytes);

    private sealed class Connection(WebSocket socket)
    {
        private readonly Lock _gate = new();
        private Task _last = Task.CompletedTask;

        public WebSocket Socket => socket;

        public Upload? Upload { get; set; }

        /// <summary>Frames leave in the order of the calls.</summary>
        public Task SendAsync(JsonObject frame)
        {
            var bytes = Encoding.UTF8.GetBytes(frame.ToJsonString(JsonSerializerOptions.Default));
            lock (_gate) return _last = SendAfterAsync(_last, bytes);
        }

        private async Task SendAfterAsync(Task before, byte[] bytes)
        {
            await before;
            try
            {
                if (socket.State == WebSocketState.Open) await socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                // cut meanwhile; the client asks for the entry when it is back
            }
        }
    }
}
