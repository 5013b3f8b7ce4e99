using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A process of an agent connects to the product with an API key; who may not is refused, and who may not any more is closed.</summary>
[Trait("Category", "Slow")]
public sealed class AgentSocketTests : IAsyncLifetime
{
    private Product _product = null!;
    private HttpClient _client = null!;
    private string _agent = "";

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _client = _product.Client(Product.Key);
        _agent = (await _client.CallAsync("POST", "/api/v1/agents", """{"kind":"socket","name":"Connects in"}""")).GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await _product.DisposeAsync();

    [Fact]
    public async Task Handshake_WhoMayNot_IsRefusedWithAProblem()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(_agent, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(_agent, "ock_" + new string('x', 40)));
        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(_agent, (await KeyAsync("read")).Value));
        var (_, key) = await KeyAsync("converse");
        Assert.Equal(HttpStatusCode.NotFound, await RefusedAsync(Guid.NewGuid().ToString(), key));
        var echo = (await _client.CallAsync("POST", "/api/v1/agents", """{"kind":"echo","name":"Another kind"}""")).GetProperty("id").GetString()!;
        Assert.Equal(HttpStatusCode.Conflict, await RefusedAsync(echo, key));
        Assert.Equal(HttpStatusCode.BadRequest, await RefusedAsync(_agent, key, protocol: null));
        Assert.Equal(HttpStatusCode.BadRequest, await RefusedAsync(_agent, key, protocol: "openclaw.v1"));
        await _client.CallAsync("PATCH", $"/api/v1/agents/{_agent}", """{"enabled":false}""");
        Assert.Equal(HttpStatusCode.NotFound, await RefusedAsync(_agent, key));
    }

    [Fact]
    public async Task Process_ConnectsAnswersAndLosesItsKey_IsClosed()
    {
        var (id, key) = await KeyAsync("converse");
        var channel = (await _client.CallAsync("POST", "/api/v1/channels", $$"""{"kind":"websocket","name":"For it","agent":"{{_agent}}"}""")).GetProperty("id").GetString()!;
        using var process = await ConnectAsync(_agent, key, IAgentSockets.Protocol);
        await SendAsync(process, new { type = "ready", capacity = 2 });
        await using (var talk = await Talk.OpenAsync(_product.Address, channel))
        {
            await talk.SayAsync("hello");
            var request = await NextAsync(process) ?? default;
            await SendAsync(process, new { type = "done", id = request.GetProperty("id").GetString(), messages = (object[])[new { text = "from afar" }] });
            Assert.Equal("from afar", (await talk.ReadAsync("message")).GetProperty("text").GetString());
        }

        var status = await _client.CallAsync("GET", $"/api/v1/agents/{_agent}/status");
        var shown = Assert.Single(status.GetProperty("processes").EnumerateArray());
        Assert.Equal((2, 0), (shown.GetProperty("capacity").GetInt32(), shown.GetProperty("open").GetInt32()));
        await _client.CallAsync("DELETE", $"/api/v1/api-keys/{id}");
        Assert.Equal("bye", (await NextAsync(process))?.GetProperty("type").GetString());
        Assert.Null(await NextAsync(process));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, process.CloseStatus);
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(_agent, key));
    }

    [Fact]
    public async Task Secret_Rotated_ItsPageSaysUntilWhenTheFormerHolds()
    {
        var agent = (await _client.CallAsync("POST", "/api/v1/agents", """{"kind":"webhook","name":"Hook","settings":{"url":"https://agent.example.com/"}}""")).GetProperty("id").GetString()!;
        await _client.CallAsync("POST", $"/api/v1/agents/{agent}/secrets/signingSecret/rotate", """{"overlapHours":2}""");
        var secret = (await _client.CallAsync("GET", $"/api/v1/agents/{agent}")).GetProperty("secrets").GetProperty("signingSecret");
        Assert.InRange(secret.GetProperty("previousUntil").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
        Assert.False(secret.TryGetProperty("value", out _));
        await _client.CallAsync("POST", $"/api/v1/agents/{agent}/secrets/signingSecret/rotate", """{"overlapHours":0}""");
        Assert.False((await _client.CallAsync("GET", $"/api/v1/agents/{agent}")).GetProperty("secrets").GetProperty("signingSecret").TryGetProperty("previousUntil", out _));
    }

    private async Task<(string Id, string Value)> KeyAsync(string scope)
    {
        var made = await _client.CallAsync("POST", "/api/v1/api-keys", $$"""{"name":"{{Guid.NewGuid():N}}","scopes":["{{scope}}"]}""");
        return (made.GetProperty("id").GetString()!, made.GetProperty("value").GetString()!);
    }

    private async Task<HttpStatusCode> RefusedAsync(string agent, string? key, string? protocol = IAgentSockets.Protocol)
    {
        using var socket = Socket(key, protocol);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Address(agent), http, CancellationToken.None));
        return socket.HttpStatusCode;
    }

    private async Task<ClientWebSocket> ConnectAsync(string agent, string? key, string? protocol)
    {
        var socket = Socket(key, protocol);
        await socket.ConnectAsync(Address(agent), CancellationToken.None);
        return socket;
    }

    private static ClientWebSocket Socket(string? key, string? protocol)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (protocol is not null) socket.Options.AddSubProtocol(protocol);
        if (key is not null) socket.Options.SetRequestHeader("Authorization", "Bearer " + key);
        return socket;
    }

    private Uri Address(string agent) => new UriBuilder(_product.Address) { Scheme = "ws", Path = $"/agents/{agent}/socket" }.Uri;

    private static Task SendAsync(ClientWebSocket socket, object frame) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<JsonElement?> NextAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[1 << 16];
        var got = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
        return got.MessageType == WebSocketMessageType.Close ? null : JsonDocument.Parse(buffer.AsMemory(0, got.Count)).RootElement.Clone();
    }
}
