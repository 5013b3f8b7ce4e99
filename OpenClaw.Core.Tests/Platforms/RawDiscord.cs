using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Discord.Rules;

namespace OpenClaw.Core.Tests.Platforms;

/// <summary>A bot's REST calls without a client library. What the fake answers is itself checked against the platform's description.</summary>
internal sealed class RawDiscord(FakeDiscord discord)
{
    private static readonly HttpClient Http = new();

    private readonly string _token = discord.Token;

    /// <summary>The User-Agent; null: none.</summary>
    public string? Agent { get; set; } = "DiscordBot (https://example.com, 1.0)";

    public Task<RawAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, content: null);

    public Task<RawAnswer> PostAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body));

    public Task<RawAnswer> PutAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Put, path, body is null ? null : JsonContent.Create(body));

    public Task<RawAnswer> PatchAsync(string path, JsonNode body) => SendAsync(HttpMethod.Patch, path, JsonContent.Create(body));

    public Task<RawAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, content: null);

    public Task<RawAnswer> SayAsync(string channel, string text) => PostAsync($"/channels/{channel}/messages", new JsonObject { ["content"] = text });

    public async Task<RawAnswer> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using HttpRequestMessage request = new(method, discord.ApiBaseUrl + path) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", "Bot " + _token);
        if (Agent is { } agent) request.Headers.TryAddWithoutValidation("User-Agent", agent);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null;
        if (json is not null && response.IsSuccessStatusCode) CheckAnswer(method.Method, path.Split('?')[0], (int)response.StatusCode, text);
        return new((int)response.StatusCode, json, text, response.Headers.ToDictionary(h => h.Key, h => h.Value.First(), StringComparer.OrdinalIgnoreCase));
    }

    private static void CheckAnswer(string method, string path, int status, string text)
    {
        if (ApiDescription.Current is not { } description || description.TemplateOf(path) is not { } template) return;
        FormErrors errors = new();
        using var document = JsonDocument.Parse(text);
        description.CheckAnswer(template, method, status, document.RootElement, errors);
        Assert.False(errors.Any, $"{method} {path}: {errors}\n{text}");
    }
}

internal sealed record RawAnswer(int Status, JsonNode? Json, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public int Code => (int?)Json?["code"] ?? -1;

    public string Id => (string)Json!["id"]!;
}

/// <summary>One gateway connection without a client library.</summary>
internal sealed class RawGateway : IAsyncDisposable
{
    public const int AllIntents = 1 | (1 << 9) | (1 << 11) | (1 << 12) | (1 << 14) | (1 << 15);

    private readonly ClientWebSocket _socket = new();

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<RawGateway> ConnectAsync(FakeDiscord discord, string? url = null, string query = "?v=10&encoding=json")
    {
        RawGateway gateway = new();
        await gateway._socket.ConnectAsync(new((url ?? discord.Gateway.Url) + query), Limit());
        return gateway;
    }

    /// <summary>Connected, greeted and identified; READY has been read.</summary>
    public static async Task<(RawGateway Gateway, JsonNode Ready)> ReadyAsync(FakeDiscord discord, int intents = AllIntents, JsonNode? shard = null)
    {
        var gateway = await ConnectAsync(discord);
        await gateway.ReadAsync(10);
        await gateway.IdentifyAsync(discord.Token, intents, shard);
        return (gateway, await gateway.EventAsync("READY"));
    }

    public Task IdentifyAsync(string token, int intents = AllIntents, JsonNode? shard = null)
    {
        JsonObject data = new()
        {
            ["token"] = token,
            ["intents"] = intents,
            ["properties"] = new JsonObject { ["os"] = "linux", ["browser"] = "test", ["device"] = "test" },
        };
        if (shard is not null) data["shard"] = shard;
        return SendAsync(2, data);
    }

    public Task ResumeAsync(string token, string session, long sequence) =>
        SendAsync(6, new JsonObject { ["token"] = token, ["session_id"] = session, ["seq"] = sequence });

    public Task SendAsync(int op, JsonNode? data) => SendTextAsync(new JsonObject { ["op"] = op, ["d"] = data }.ToJsonString());

    public Task SendTextAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Limit());

    public Task CloseAsync(int code) => _socket.CloseAsync((WebSocketCloseStatus)code, null, Limit());

    /// <summary>The next payload; null: the server has closed.</summary>
    public async Task<JsonNode?> ReadAsync()
    {
        using MemoryStream bytes = new();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, Limit());
            if (part.MessageType is WebSocketMessageType.Close) return null;
            bytes.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(bytes.ToArray());
        }
    }

    /// <summary>The next payload of that opcode.</summary>
    public async Task<JsonNode> ReadAsync(int op)
    {
        while (await ReadAsync() is { } payload)
        {
            if ((int)payload["op"]! == op) return payload;
        }

        throw new InvalidOperationException($"Closed with {(int?)_socket.CloseStatus}.");
    }

    /// <summary>The payload of the next event of that type.</summary>
    public async Task<JsonNode> EventAsync(string type)
    {
        while (await ReadAsync(0) is { } payload)
        {
            if ((string?)payload["t"] == type) return payload;
        }

        throw new InvalidOperationException("Never here.");
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>The close code.</returns>
    public async Task<int?> ClosedAsync()
    {
        while (await ReadAsync() is not null)
        {
        }

        return (int?)_socket.CloseStatus;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System).Token;
}
