using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Baselines;

/// <summary>One of several webhook agents that do the same: answers with the message's own text after a while. In this process.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _answered;

    private Replica(WebApplication app, Uri url) => (_app, Url) = (app, url);

    /// <summary>Where it is asked.</summary>
    public Uri Url { get; }

    /// <summary>How many requests it has answered.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Starts one that takes that long for each answer.</summary>
    public static async Task<Replica> StartAsync(TimeSpan takes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var url = new Uri($"http://{ServerProcess.FreeAddress()}/");
        builder.WebHost.UseUrls(url.ToString());
        var app = builder.Build();
        Replica replica = new(app, url);
        app.MapPost("/", context => replica.AnswerAsync(context, takes));
        await app.StartAsync();
        return replica;
    }

    /// <summary>Dies: what it is answering breaks off, and nobody can connect any more.</summary>
    public async Task DieAsync()
    {
        using CancellationTokenSource atOnce = new();
        await atOnce.CancelAsync();
        try
        {
            await _app.StopAsync(atOnce.Token);
        }
        catch (OperationCanceledException)
        {
            // at once is what was asked for
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, TimeSpan takes)
    {
        var request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        await Task.Delay(takes, TimeProvider.System, context.RequestAborted);
        Interlocked.Increment(ref _answered);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["text"] = request!["message"]!["text"]!.GetValue<string>() }) }.ToJsonString(), context.RequestAborted);
    }
}
