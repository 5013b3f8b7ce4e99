using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Abstractions;
using MediaType = Microsoft.Net.Http.Headers.MediaTypeHeaderValue;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>
/// <c>GET /files/{tenant}/{blob}</c> behind signed links. What users uploaded is served from the gateway's own origin, so nothing of it
/// may run: only plain images, which are what they say by their first bytes too, are shown, everything else is a download, and the
/// browser is told not to guess types and to grant nothing.
/// </summary>
public static class FileEndpoint
{
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase) { "image/png", "image/jpeg", "image/gif", "image/webp" };

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointConventionBuilder MapFiles(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var links = endpoints.ServiceProvider.GetRequiredService<FileLinks>();
        var blobs = endpoints.ServiceProvider.GetRequiredService<IBlobStore>();
        return endpoints
            .MapMethods("/files/{tenant:guid}/{blob:guid}", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(http => ServeAsync(http, links, blobs)))
            .AllowAnonymous() // the link is the right
            .WithDisplayName("Files");
    }

    private static async Task ServeAsync(HttpContext http, FileLinks links, IBlobStore blobs)
    {
        var tenant = Guid.Parse((string)http.Request.RouteValues["tenant"]!);
        var blob = Guid.Parse((string)http.Request.RouteValues["blob"]!);
        var query = http.Request.Query;
        string? name = query["name"], type = query["type"];
        Protect(http.Response);
        var state = links.Check(tenant, blob, name, type, query["exp"], query["sig"]);
        if (state != LinkState.Valid)
        {
            await (state == LinkState.Expired
                ? Problem(410, "link_expired", "The link has expired; links are good for an hour and renewed with every message.")
                : Problem(403, "link_invalid", "The link's signature does not hold.")).ExecuteAsync(http);
            return;
        }

        if (await blobs.OpenAsync(tenant, blob, http.RequestAborted) is not { } content)
        {
            await Problem(404, "file_not_found", "The file is not there any more.").ExecuteAsync(http);
            return;
        }

        var isShown = Shown.Contains(type!) && await ImageBytes.MatchAsync(type!, content, http.RequestAborted);
        var disposition = new ContentDispositionHeaderValue(isShown ? "inline" : "attachment");
        disposition.SetHttpFileName(name!);
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.CacheControl = "private, max-age=3600";
        await Results.Stream(content, isShown || !Shown.Contains(type!) ? SafeType(type!) : MediaTypeNames.Application.Octet, entityTag: new EntityTagHeaderValue($"\"{blob:N}\""), enableRangeProcessing: true).ExecuteAsync(http);
    }

    private static void Protect(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>The type as given where it is one; an unusable one says nothing.</summary>
    private static string SafeType(string type) => MediaType.TryParse(type, out _) ? type : MediaTypeNames.Application.Octet;

    private static IResult Problem(int status, string code, string detail) => Results.Problem(
        statusCode: status,
        type: $"urn:openclaw:problem:{code}",
        detail: detail,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code });
}
