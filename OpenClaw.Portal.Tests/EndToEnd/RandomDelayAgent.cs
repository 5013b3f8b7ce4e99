using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>
/// A webhook agent that answers with the message's own text after a random time. It also watches that a session's messages come
/// one at a time and in order, and holds back one session until it is released.
/// </summary>
internal sealed class RandomDelayAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Random _random;
    private readonly int _longestMs;
    private readonly int _held;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<int, int> _next = new();
    private readonly ConcurrentDictionary<int, bool> _busy = new();

    private RandomDelayAgent(WebApplication app, int seed, int longestMs, int held) =>
        (_app, _random, _longestMs, _held) = (app, new Random(seed), longestMs, held);

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.Single());

    /// <summary>What should not have happened.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    public static async Task<RandomDelayAgent> StartAsync(int seed, int longestMs, int heldSession)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        RandomDelayAgent agent = new(builder.Build(), seed, longestMs, heldSession);
        agent._app.MapPost("/", agent.AnswerAsync);
        await agent._app.StartAsync();
        return agent;
    }

    /// <summary>Lets the held session go on.</summary>
    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.DisposeAsync();
    }

    private async Task<IResult> AnswerAsync(JsonElement request)
    {
        var text = request.GetProperty("message").GetProperty("text").GetString()!;
        var id = text.TrimEnd('x').Split('-');
        var session = int.Parse(id[0], CultureInfo.InvariantCulture);
        var message = int.Parse(id[1], CultureInfo.InvariantCulture);
        if (!_busy.TryAdd(session, value: true)) Faults.Enqueue($"session {session} was asked {message} while it was still answering");
        if (_next.GetOrAdd(session, 0) != message) Faults.Enqueue($"session {session} was asked {message} instead of {_next[session]}");
        _next[session] = message + 1;
        if (session == _held) await _released.Task;
        int delay;
        lock (_random) delay = _random.Next(_longestMs);
        await Task.Delay(TimeSpan.FromMilliseconds(delay), TimeProvider.System);
        _busy.TryRemove(session, out _);
        return Results.Json(new { messages = new[] { new { text } } });
    }
}
