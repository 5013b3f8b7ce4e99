using System.Net;
using Microsoft.AspNetCore.Authentication;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.Metrics;

/// <summary>
/// <c>GET /metrics</c> for Prometheus and autoscalers. It names tenants, channels and agents, so it is open to this machine only; from elsewhere a key with the scope
/// <c>own</c> sees all of it, one with <c>read</c> the figures of its tenant and those of the node as a whole.
/// </summary>
public static class MetricsEndpoint
{
    private static readonly string[] Forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    /// <summary>Maps it. Needs the gateway and its API keys.</summary>
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet("/metrics", GetAsync).AllowAnonymous().ExcludeFromDescription(); // it looks at who asks itself
        return endpoints;
    }

    private static async Task<IResult> GetAsync(HttpContext http, MetricsPage page)
    {
        if (ApiKeyHandler.KeyOf(http.Request) is null && IsThisMachine(http)) return Page(http, page, null);
        var result = await http.AuthenticateAsync(ApiCaller.Scheme);
        if (!result.Succeeded) return Results.Challenge(authenticationSchemes: [ApiCaller.Scheme]);
        http.User = result.Principal;
        if (http.User.HasClaim(ApiCaller.Scope, ApiScopeNames.Own)) return Page(http, page, null);
        return http.User.HasClaim(ApiCaller.Scope, ApiScopeNames.Read)
            ? Page(http, page, http.Tenant())
            : ApiProblems.Of(StatusCodes.Status403Forbidden, $"This API key has neither the scope '{ApiScopeNames.Read}' nor '{ApiScopeNames.Own}', one of which this call needs.");
    }

    private static IResult Page(HttpContext http, MetricsPage page, Guid? tenant)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(page.Write(tenant), MetricsPage.ContentType);
    }

    /// <summary>Asked from this machine, by its own name, and not on somebody's behalf.</summary>
    private static bool IsThisMachine(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address)) return false;
        if (Forwarded.Any(http.Request.Headers.ContainsKey)) return false;
        var host = http.Request.Host.Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out var named) && IPAddress.IsLoopback(named);
    }
}
