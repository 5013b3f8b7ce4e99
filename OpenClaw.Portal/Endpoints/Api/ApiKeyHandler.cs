using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Authenticates <c>Authorization: Bearer ock_…</c> (RFC 6750) and answers refusals as problems (RFC 9457).</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyLookup keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        return await keys.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is { } key
            ? AuthenticateResult.Success(new(ApiCaller.ToPrincipal(key), Scheme.Name))
            : AuthenticateResult.Fail("No such key, or it has expired.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var given = Request.Headers.Authorization.Count > 0;
        Response.Headers[HeaderNames.WWWAuthenticate] = given ? "Bearer realm=\"OpenClaw Gateway\", error=\"invalid_token\"" : "Bearer realm=\"OpenClaw Gateway\"";
        return ApiProblems.Of(StatusCodes.Status401Unauthorized, given ? "This API key is not known or has expired." : "Send an API key: Authorization: Bearer ock_…").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()?.Name ?? "";
        Response.Headers[HeaderNames.WWWAuthenticate] = $"Bearer realm=\"OpenClaw Gateway\", error=\"insufficient_scope\", scope=\"{scope}\"";
        return ApiProblems.Of(StatusCodes.Status403Forbidden, $"This API key has no scope '{scope}', which this call needs.").ExecuteAsync(Context);
    }
}

/// <summary>The scope that an endpoint needs, as metadata beside its policy.</summary>
internal sealed record NeededScope(string Name);
