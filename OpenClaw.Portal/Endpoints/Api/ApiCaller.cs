using System.Security.Claims;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Who calls: an API key of one tenant.</summary>
internal static class ApiCaller
{
    public const string Scheme = "ApiKey";
    public const string Scope = "scope";
    private const string TenantClaim = "tenant";

    /// <summary>The name of the authorization policy of a scope.</summary>
    public static string Policy(string scope) => $"api:{scope}";

    public static ClaimsPrincipal ToPrincipal(ApiKeyIdentity key)
    {
        var identity = new ClaimsIdentity(Scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, key.Id.ToString()));
        identity.AddClaim(new(ClaimTypes.Name, key.Name));
        identity.AddClaim(new(TenantClaim, key.Tenant.ToString()));
        identity.AddClaims(key.Scopes.Select(s => new Claim(Scope, s)));
        return new(identity);
    }

    /// <summary>The tenant that the call is for.</summary>
    public static Guid Tenant(this HttpContext http) => Guid.Parse(http.User.FindFirstValue(TenantClaim)!);

    public static Guid KeyId(this HttpContext http) => Guid.Parse(http.User.FindFirstValue(ClaimTypes.NameIdentifier)!);

    /// <summary>On whose behalf the call is.</summary>
    public static Caller Caller(this HttpContext http) =>
        new(http.Tenant(), ActorKind.ApiKey, http.KeyId(), http.User.FindFirstValue(ClaimTypes.Name) ?? "", http.Scopes(), http.Connection.RemoteIpAddress?.ToString());

    private static IReadOnlyList<string> Scopes(this HttpContext http) => [.. http.User.FindAll(Scope).Select(c => c.Value)];
}
