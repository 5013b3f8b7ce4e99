using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/events</c>: the tenant's events as they happen (server-sent events).</summary>
internal static class EventsApi
{
    /// <summary>So that neither a proxy nor the asker takes the silence for a dead connection.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>How often an open stream is asked whether it may go on. A key's answer is some seconds old at most.</summary>
    internal static readonly TimeSpan Check = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/events", StreamAsync).WithSummary("The tenant's events; Last-Event-ID resumes, event: reset says that some were missed")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Fails();

    private static async Task<IResult> StreamAsync(HttpContext http, IEventBus bus, ApiKeyLookup keys, ICatalog catalog, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var watch = WatchAsync(http, keys, catalog, time, ends);
        try
        {
            var last = http.Request.Headers["Last-Event-ID"].ToString();
            await PumpAsync(http.Response, bus.SubscribeAsync(http.Tenant(), last.Length > 0 ? last : null, ends.Token), time, ends);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The asker has gone or may not listen any more, or the gateway stops: the usual end of a stream.
        }
        finally
        {
            await ends.CancelAsync();
            await watch;
        }
        return Results.Empty;
    }

    /// <summary>Ends the stream when its key is gone, has expired or may not read any more, or its tenant is suspended or gone.</summary>
    private static async Task WatchAsync(HttpContext http, ApiKeyLookup keys, ICatalog catalog, TimeProvider time, CancellationTokenSource ends)
    {
        var (tenant, given) = (http.Tenant(), ApiKeyHandler.KeyOf(http.Request)!);
        try
        {
            do await Task.Delay(Check, time, ends.Token);
            while (catalog.FindTenant(tenant) is { Suspended: false } && await keys.FindAsync(given, ends.Token) is { } key && key.Scopes.Contains(ApiScopeNames.Read));
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // the stream has ended before
        }
        finally
        {
            await ends.CancelAsync();
        }
    }

    private static async Task PumpAsync(HttpResponse response, IAsyncEnumerable<GatewayEvent?> events, TimeProvider time, CancellationTokenSource ends)
    {
        var reader = events.GetAsyncEnumerator(ends.Token);
        var next = reader.MoveNextAsync().AsTask();
        try
        {
            await WriteAsync(response, ": connected\n\n", ends.Token);
            while (true)
            {
                while (!next.IsCompleted)
                {
                    using var beat = CancellationTokenSource.CreateLinkedTokenSource(ends.Token);
                    if (await Task.WhenAny(next, Task.Delay(Heartbeat, time, beat.Token)) != next)
                    {
                        ends.Token.ThrowIfCancellationRequested();
                        await WriteAsync(response, ": alive\n\n", ends.Token);
                    }
                    await beat.CancelAsync();
                }
                if (!await next) return;
                await WriteAsync(response, Format(reader.Current), ends.Token);
                next = reader.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An enumerator must not be disposed of while it moves.
            await ends.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await reader.DisposeAsync();
        }
    }

    private static string Format(GatewayEvent? happened) =>
        happened is null ? "event: reset\ndata: {}\n\n" : $"id: {happened.Id}\nevent: {happened.Type}\ndata: {JsonSerializer.Serialize(happened, ApiJson.Options)}\n\n";

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
