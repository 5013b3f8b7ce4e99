using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Benchmarks.Baselines;

/// <summary>The limit of the WebSocket channel: Kestrel sending every frame back, nothing read, nothing kept.</summary>
internal static class EchoServer
{
    /// <summary>The verb of the benchmark that starts it.</summary>
    public const string Verb = "echo-server";

    /// <summary>Where the echo is.</summary>
    public const string Path = "/echo";

    /// <summary>Serves until the process is told to stop.</summary>
    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.UseWebSockets();
        app.Map(Path, EchoAsync);
        await app.RunAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("openclaw.v1");
        var buffer = new byte[4096];
        try
        {
            for (; ; )
            {
                var frame = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (frame.MessageType == WebSocketMessageType.Close) break;
                await socket.SendAsync(buffer.AsMemory(0, frame.Count), WebSocketMessageType.Text, frame.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // the client went away
        }
    }
}
