using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Programs;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Hosting.Protection;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>
/// Each agent and pool of a tenant as an agent of the A2A protocol 1.0 (docs/agents/a2a.md): its card, and JSON-RPC. Keys of scope <c>converse</c>, for the card too.
/// </summary>
internal static class A2aApi
{
    /// <summary>Under it: tenant, agent.</summary>
    public const string Base = "/a2a/{tenant}/{agent}";

    /// <summary>Bodies carry files in base64.</summary>
    private const int MaxBytes = 48 * 1024 * 1024;

    public static IEndpointRouteBuilder MapA2a(this IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.MapGroup(Base).ExcludeFromDescription().WithMetadata(new NeededScope(ApiScopeNames.Converse), new AuthorizeAttribute(ApiCaller.Policy(ApiScopeNames.Converse)));
        calls.AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<ApiFaultFilter>().InvokeAsync(context, next));
        calls.AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<SuspensionFilter>().InvokeAsync(context, next));
        calls.MapGet("/.well-known/agent-card.json", CardAsync);
        calls.MapPost("", CallAsync);
        return endpoints;
    }

    private static async Task<IResult> CardAsync(HttpContext http, string tenant, string agent, ICatalog catalog, ProgramCalls calls, GatewayOptions options, CancellationToken cancellationToken)
    {
        if (TenantOf(http, tenant, catalog) is not { } model) return ApiProblems.NotFound("agent");
        var found = (await calls.AgentsAsync(http.Caller(), cancellationToken)).FirstOrDefault(a => string.Equals(a.Name, agent, StringComparison.OrdinalIgnoreCase));
        return found is null ? ApiProblems.NotFound("agent") : A2aCard.Answer(http, model, found, options.PublicUrl);
    }

    private static async Task<IResult> CallAsync(HttpContext http, string tenant, string agent, ICatalog catalog, ProgramCalls calls, TimeProvider time, ILogger<A2aMethods> logger)
    {
        var caller = http.Caller();
        if (TenantOf(http, tenant, catalog) is null || calls.ChoiceOf(caller, agent) is not { } choice) return ApiProblems.NotFound("agent");
        JsonElement? id = null;
        try
        {
            var body = await ApiBody.JsonAsync(http, MaxBytes);
            id = RpcRequest.IdOf(body);
            var request = RpcRequest.Read(body);
            CheckVersion(http, request.Method);
            return await new A2aMethods(http, calls, choice, request, time).RunAsync();
        }
        catch (RpcFault fault)
        {
            return fault.ToResult(id);
        }
        catch (ProgramFileException fault)
        {
            return RpcFault.Invalid("message.parts", fault.Message).ToResult(id);
        }
        catch (ApiProblemException fault) when (fault.Status == StatusCodes.Status400BadRequest)
        {
            return new RpcFault(RpcFault.ParseError, fault.Message).ToResult(id);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ApiProblemException or ForbiddenException or BadHttpRequestException) && !http.Response.HasStarted)
        {
            A2aMethods.LogFailed(logger, fault, caller.Tenant);
            if (DatabaseFaults.IsUnavailable(fault)) return new RpcFault(RpcFault.Internal, DatabaseFaults.Sentence, StatusCodes.Status503ServiceUnavailable).ToResult(id);
            return new RpcFault(RpcFault.Internal, $"The gateway failed. Its log has more under {http.TraceIdentifier}.", StatusCodes.Status500InternalServerError).ToResult(id);
        }
    }

    /// <summary>The tenant of the address, if it is the key's: whoever has another tenant's key is told of nothing.</summary>
    private static TenantModel? TenantOf(HttpContext http, string slug, ICatalog catalog) => catalog.FindTenant(slug) is { } tenant && tenant.Id == http.Tenant() ? tenant : null;

    /// <summary>Without the header a caller means 0.3, says the specification; one that uses the names of 1.0 means that.</summary>
    private static void CheckVersion(HttpContext http, string method)
    {
        var version = http.Request.Headers["A2A-Version"].ToString();
        if (version is A2aCard.Version or "1" || version.StartsWith("1.", StringComparison.Ordinal)) return;
        if (version.Length == 0 && !method.Contains('/', StringComparison.Ordinal)) return;
        throw new RpcFault(RpcFault.BadVersion, $"This gateway speaks A2A {A2aCard.Version}; the call is of {(version.Length > 0 ? version : "0.3")}. Use a client of version 1.0, and send A2A-Version: {A2aCard.Version}.");
    }
}
