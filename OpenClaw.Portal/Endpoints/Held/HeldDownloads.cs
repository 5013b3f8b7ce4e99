using System.Net.Mime;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Endpoints.Held;

/// <summary>The raw source of a held message as a file to be saved: strangers wrote it, so no browser may show or guess anything of it.</summary>
internal static class HeldDownloads
{
    public const string ContentType = MediaTypeNames.Application.Octet;

    public static IEndpointRouteBuilder MapHeldDownloads(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/t/{Slug}/channels/{id:guid}/held/{held:guid}/source", SourceAsync).RequireAuthorization(TenantMember.Policy).RequireAuthorization(TenantMember.OperatorPolicy).ExcludeFromDescription();
        return endpoints;
    }

    /// <summary>Where the page's link leads.</summary>
    public static string Address(string tenant, Guid channel, Guid held) => $"{tenant}/channels/{channel}/held/{held}/source";

    /// <summary>The file; null where there is none.</summary>
    public static IResult? Answer(HttpContext http, HeldSource? source)
    {
        if (source is null) return null;
        http.Response.Headers.CacheControl = "no-store";
        return Results.Stream(source.Content, ContentType, source.FileName);
    }

    private static async Task<IResult> SourceAsync(HttpContext http, string slug, Guid id, Guid held, Callers callers, HeldMessageSource sources) =>
        Answer(http, await sources.OpenAsync(await callers.InTenantAsync(http.User, slug, http.RequestAborted), id, held, http.RequestAborted)) ?? Results.NotFound();
}
