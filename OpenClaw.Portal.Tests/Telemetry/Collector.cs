using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Portal.Tests.Telemetry;

/// <summary>A span that a collector was sent.</summary>
internal sealed record ReceivedSpan(string Trace, string Id, string Parent, string Name, ulong Start, ulong End, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<(string Trace, string Span)> Links, bool Failed);

/// <summary>A log record that a collector was sent.</summary>
internal sealed record ReceivedLog(string Trace, string Text, IReadOnlyDictionary<string, string> Tags);

/// <summary>An OpenTelemetry collector as small as OTLP over HTTP allows.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

    public ConcurrentQueue<ReceivedLog> Logs { get; } = [];

    public ConcurrentDictionary<string, bool> Metrics { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, string> Resource { get; } = new(StringComparer.Ordinal);

    /// <summary>The last request's header of that name.</summary>
    public string? Secret { get; private set; }

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector._app.MapPost("/v1/{signal}", collector.TakeAsync);
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Waits until it has what is looked for.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> TakeAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Secret = request.Headers["x-secret"];
        var message = new ProtoReader(body.ToArray());
        foreach (var pair in message.Along(1, 1).SelectMany(r => r.Attributes(1))) Resource[pair.Key] = pair.Value;
        if (signal == "traces")
        {
            foreach (var span in message.Along(1, 2, 2)) Spans.Enqueue(Span(span));
        }
        else if (signal == "logs")
        {
            foreach (var log in message.Along(1, 2, 2)) Logs.Enqueue(new(log.Hex(9), log.All(5).Select(ProtoReader.Value).FirstOrDefault(""), log.Attributes(6)));
        }
        else
        {
            foreach (var metric in message.Along(1, 2, 2)) Metrics[metric.Text(1)] = true;
        }

        return Results.Bytes([], "application/x-protobuf");
    }

    private static ReceivedSpan Span(ProtoReader span) => new(
        span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Number(7), span.Number(8), span.Attributes(9), [.. span.All(13).Select(l => (l.Hex(1), l.Hex(2)))], span.All(15).Any(s => s.Number(3) == 2));
}
