using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>A webhook agent that says what it was asked, and takes down the notes that operators left for it.</summary>
internal sealed class NotedAgent : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NotedAgent(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<string> Notes { get; } = [];

    /// <summary>It refuses what it is asked.</summary>
    public bool IsBroken { get; set; }

    public static async Task<NotedAgent> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var agent = new NotedAgent(builder.Build());
        agent._app.MapPost("/", agent.Answer);
        await agent._app.StartAsync();
        return agent;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Answer(JsonElement request)
    {
        if (IsBroken) return Results.Text("The order book has no such table.", statusCode: StatusCodes.Status400BadRequest);
        if (request.GetProperty("session").TryGetProperty("note", out var note) && note.GetString() is { } said) Notes.Enqueue(said);
        return Results.Json(new { messages = new[] { new { text = $"The agent heard: **{request.GetProperty("message").GetProperty("text").GetString()}**" } } });
    }
}
