using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A webhook agent that echoes, and meanwhile does all that agents do when they are ill, by a seed. It can be mended, and be down altogether.</summary>
internal sealed class ChaosAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Random _random;
    private readonly Lock _lock = new();

    private ChaosAgent(WebApplication app, int seed) => (_app, _random) = (app, new Random(seed));

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.Single());

    /// <summary>It misbehaves in so many of a hundred requests.</summary>
    public int Share { get; set; } = 12;

    /// <summary>It answers nothing but errors.</summary>
    public bool IsDown { get; set; }

    public static async Task<ChaosAgent> StartAsync(int seed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        ChaosAgent agent = new(builder.Build(), seed);
        agent._app.MapPost("/", agent.AnswerAsync);
        await agent._app.StartAsync();
        return agent;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext http, JsonElement request)
    {
        var (ill, how, delay) = Dice();
        await Task.Delay(TimeSpan.FromMilliseconds(delay), TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (IsDown) return Results.StatusCode(503);
        if (ill)
        {
            switch (how)
            {
                case 0:
                    return Results.StatusCode(500);
                case 1:
                    http.Response.Headers.RetryAfter = "1";
                    return Results.StatusCode(429);
                case 2:
                    http.Abort();
                    return Results.Empty;
                case 3: // longer than its timeoutSeconds
                    await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return Results.StatusCode(504);
                default: // a stream that breaks off in the middle
                    http.Response.ContentType = "text/event-stream";
                    await http.Response.WriteAsync("event: delta\ndata: {\"text\":\"half\"}\n\n");
                    await http.Response.Body.FlushAsync();
                    http.Abort();
                    return Results.Empty;
            }
        }

        return Results.Json(new { messages = new[] { new { text = request.GetProperty("message").GetProperty("text").GetString() } } });
    }

    private (bool Ill, int How, int Delay) Dice()
    {
        lock (_lock) return (_random.Next(100) < Share, _random.Next(5), _random.Next(30));
    }
}
