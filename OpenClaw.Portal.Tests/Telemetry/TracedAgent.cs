using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Portal.Tests.Telemetry;

/// <summary>A webhook agent that remembers which trace it was asked in, and fails as often as it is told to.</summary>
internal sealed class TracedAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _failures;

    private TracedAgent(WebApplication app, int failures) => (_app, _failures) = (app, failures);

    public Uri Url => new(_app.Urls.Single());

    public ConcurrentQueue<string> Traces { get; } = [];

    public static async Task<TracedAgent> StartAsync(int failures = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var agent = new TracedAgent(builder.Build(), failures);
        agent._app.MapPost("/", agent.Answer);
        await agent._app.StartAsync();
        return agent;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Answer(HttpRequest request)
    {
        Traces.Enqueue(request.Headers["traceparent"].ToString());
        return Interlocked.Decrement(ref _failures) >= 0 ? Results.StatusCode(503) : Results.Json(new { messages = new[] { new { text = "the agent's words" } } });
    }
}
