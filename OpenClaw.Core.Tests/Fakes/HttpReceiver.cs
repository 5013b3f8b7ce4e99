using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A tenant's program on a real server: takes what is signed, refuses what is not, and answers as the test says.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private HttpServer _server = null!;

    private HttpReceiver(string secret) => Secret = secret;

    public string Secret { get; set; }

    /// <summary>What it does with a reply before it takes it; true: it has answered already.</summary>
    public Func<HttpContext, JsonElement, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>What it has taken, in order: the id of each and its body.</summary>
    public ConcurrentQueue<(string Id, JsonElement Body)> Taken { get; } = new();

    /// <summary>All that reached it rightly signed.</summary>
    public ConcurrentQueue<(string Id, JsonElement Body)> Seen { get; } = new();

    public Uri Url => new(_server.Url, "/replies");

    public static async Task<HttpReceiver> StartAsync(string secret)
    {
        var receiver = new HttpReceiver(secret);
        receiver._server = await HttpServer.StartAsync(receiver.AnswerAsync);
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var id = headers["webhook-id"].ToString();
        if (!StandardWebhooks.Verify(id, headers["webhook-timestamp"].ToString(), body.ToArray(), headers["webhook-signature"].ToString(), Secret, TimeProvider.System.GetUtcNow()))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var json = JsonElement.Parse(body.ToArray());
        Seen.Enqueue((id, json));
        if (await Before(context, json)) return;
        Taken.Enqueue((id, json));
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"id":"receipt-{{id}}"}""");
    }
}
