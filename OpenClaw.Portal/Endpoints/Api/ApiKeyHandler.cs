using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Authenticates <c>Authorization: Bearer ock_…</c> (RFC 6750) and answers refusals as problems (RFC 9457).</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyLookup keys, ApiGate gate)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";
    private string? _tooMany; // a handler serves one request

    /// <summary>The key that a request presents; null when it presents none.</summary>
    internal static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyOf(Request) is not { } given) return AuthenticateResult.NoResult();
        if (!gate.MayTry(Context, given)) return TooMany("From this address came too many calls with keys that are not known. Wait a minute.");
        if (await keys.FindAsync(given, Context.RequestAborted) is not { } key)
        {
            gate.Failed(Context, given);
            return AuthenticateResult.Fail("No such key, or it has expired.");
        }

        return gate.Succeeded(Context, given, key.Id)
            ? AuthenticateResult.Success(new(ApiCaller.ToPrincipal(key), Scheme.Name))
            : TooMany($"This key is used for more than {ApiGate.PerSecond} calls a second.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_tooMany is { } refusal)
        {
            Response.Headers.RetryAfter = Response.Headers.RetryAfter.Count > 0 ? Response.Headers.RetryAfter : "60";
            return Refuse(StatusCodes.Status429TooManyRequests, refusal);
        }

        var given = Request.Headers.Authorization.Count > 0;
        Response.Headers[HeaderNames.WWWAuthenticate] = given ? "Bearer realm=\"OpenClaw Gateway\", error=\"invalid_token\"" : "Bearer realm=\"OpenClaw Gateway\"";
        return Refuse(StatusCodes.Status401Unauthorized, given ? "This API key is not known or has expired." : "Send an API key: Authorization: Bearer ock_…");
    }

    private AuthenticateResult TooMany(string refusal)
    {
        _tooMany = refusal;
        return AuthenticateResult.Fail(refusal);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()?.Name ?? "";
        Response.Headers[HeaderNames.WWWAuthenticate] = $"Bearer realm=\"OpenClaw Gateway\", error=\"insufficient_scope\", scope=\"{scope}\"";
        return Refuse(StatusCodes.Status403Forbidden, $"This API key has no scope '{scope}', which this call needs.");
    }

    /// <summary>A problem, or the form in which the endpoint tells errors.</summary>
    private Task Refuse(int status, string detail) => (Context.GetEndpoint()?.Metadata.GetMetadata<RefusalForm>()?.Make(status, detail) ?? ApiProblems.Of(status, detail)).ExecuteAsync(Context);
}

/// <summary>How an endpoint tells that a caller is not let in, where a problem is not what its clients understand; as metadata.</summary>
internal sealed record RefusalForm(Func<int, string, IResult> Make);

/// <summary>The scope that an endpoint needs, as metadata beside its policy.</summary>
internal sealed record NeededScope(string Name);
