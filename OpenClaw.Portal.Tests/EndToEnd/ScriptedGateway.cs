using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A server that does to the driver whatever a test wants, to see that the driver notices.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<int, string, IEnumerable<string>> _answers;
    private int _connections;

    private ScriptedGateway(WebApplication app, Func<int, string, IEnumerable<string>> answers) => (_app, _answers) = (app, answers);

    /// <summary>Queries and offered sub-protocols of the handshakes, in order.</summary>
    public List<string> Handshakes { get; } = [];

    /// <summary>For the driver.</summary>
    public LoadTarget Target => new()
    {
        Server = IPEndPoint.Parse(new Uri(_app.Urls.Single()).Authority),
        Path = "/socket",
        TextBytes = 0,
        Reconnects = true,
    };

    /// <summary>The function gets connection (from 1) and message id, and gives the frames to send; an empty frame cuts the connection.</summary>
    public static async Task<ScriptedGateway> StartAsync(Func<int, string, IEnumerable<string>> answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        ScriptedGateway server = new(builder.Build(), answers);
        server._app.UseWebSockets();
        server._app.Map("/socket", server.ServeAsync);
        await server._app.StartAsync();
        return server;
    }

    public static string Ack(string id, int seq) => $$"""{"type":"ack","id":"{{id}}","message":"m","seq":{{seq}},"duplicate":false}""";

    public static string Reply(string id, int seq, string? text = null) => $$"""{"type":"message","seq":{{seq}},"inReplyTo":"{{id}}","text":"{{text ?? id}}"}""";

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        Handshakes.Add($"{context.Request.QueryString} {context.Request.Headers.SecWebSocketProtocol}");
        var connection = Interlocked.Increment(ref _connections);
        using var socket = await context.WebSockets.AcceptWebSocketAsync("openclaw.v1");
        await SendAsync(socket, """{"type":"welcome","session":"s","resume":"token","seq":0}""");
        var buffer = new byte[4096];
        try
        {
            for (; ; )
            {
                var frame = await socket.ReceiveAsync(buffer, CancellationToken.None);
                var id = JsonNode.Parse(buffer.AsSpan(0, frame.Count))!["id"]!.GetValue<string>();
                foreach (var answer in _answers(connection, id))
                {
                    if (answer.Length == 0) return;
                    await SendAsync(socket, answer);
                }
            }
        }
        catch (WebSocketException)
        {
            // the driver has seen enough
        }
    }

    private static Task SendAsync(WebSocket socket, string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
