using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.Programs;

/// <summary>Writes server-sent events, each at once. The response begins with the first.</summary>
internal sealed class EventWriter(HttpContext http)
{
    private static readonly byte[] Alive = ": still at work\n\n"u8.ToArray();

    /// <summary>Something was sent: what goes wrong now has to be told in the stream.</summary>
    public bool IsBegun => http.Response.HasStarted;

    /// <summary>An event's data, as JSON.</summary>
    public Task EventAsync(object data) => WriteAsync([.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(data, ApiJson.Options), .. "\n\n"u8]);

    /// <summary>A comment, which keeps the connection alive.</summary>
    public Task AliveAsync() => WriteAsync(Alive);

    /// <summary>Bytes as they are.</summary>
    public async Task WriteAsync(byte[] bytes)
    {
        Begin();
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private void Begin()
    {
        if (http.Response.HasStarted) return;
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
