using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Events.Webhooks;

/// <summary>What came in with one request.</summary>
internal sealed record Received(string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string Type => Json.GetProperty("type").GetString()!;

    public bool IsSignedWith(string secret, DateTimeOffset now) => StandardWebhooks.Verify(Id, Timestamp, Encoding.UTF8.GetBytes(Body), Signature, secret, now);
}

/// <summary>A tenant's own server: keeps what it is sent, and answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private HttpServer _server = null!;
    private int _count;

    /// <summary>Answers the request; 204 where nothing is said.</summary>
    public Func<HttpContext, Received, Task> Answer { get; set; } = (http, _) =>
    {
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    public string Url => new Uri(_server.Url, "/events").ToString();

    /// <summary>Requests so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        receiver._server = await HttpServer.StartAsync(receiver.TakeAsync);
        return receiver;
    }

    public void AnswerWith(int status, string body = "", string? retryAfter = null) => Answer = async (http, _) =>
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        if (body.Length > 0) await http.Response.WriteAsync(body);
    };

    /// <summary>The next request.</summary>
    public async Task<Received> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _received.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next requests, in any order.</summary>
    public async Task<List<Received>> NextAsync(int count)
    {
        var received = new List<Received>();
        while (received.Count < count) received.Add(await NextAsync());
        return received;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers;
        var received = new Received(headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), await reader.ReadToEndAsync());
        Interlocked.Increment(ref _count);
        _received.Writer.TryWrite(received);
        await Answer(http, received);
    }
}
