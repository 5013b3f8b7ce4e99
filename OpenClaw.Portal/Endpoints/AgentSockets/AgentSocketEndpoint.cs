using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Hosting.Protection;

namespace OpenClaw.Portal.Endpoints.AgentSockets;

/// <summary>Where processes of agents of the kind <c>socket</c> connect (docs/contracts/agents.md).</summary>
internal static class AgentSocketEndpoint
{
    private const string Pattern = "/agents/{agentId:guid}/socket";
    private const string KindName = "socket";

    /// <summary>How often an open connection is asked whether it may stay. A key's answer is some seconds old at most.</summary>
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(2);

    /// <summary>Maps <c>GET /agents/{agentId}/socket</c>; CONNECT is the same over HTTP/2. Brings its own WebSocket middleware.</summary>
    public static IEndpointRouteBuilder MapAgentSockets(this IEndpointRouteBuilder endpoints)
    {
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(HandleAsync);
        endpoints.Map(Pattern, RefuseMethodAsync).AllowAnonymous().WithOrder(1).WithDisplayName("Agent socket, other methods").ExcludeFromDescription();
        endpoints.MapMethods(Pattern, [HttpMethods.Get, HttpMethods.Connect], pipeline.Build())
            .RequireAuthorization(ApiCaller.Policy(ApiScopeNames.Converse)).WithMetadata(new NeededScope(ApiScopeNames.Converse)).WithDisplayName("Agent socket").ExcludeFromDescription();
        return endpoints;
    }

    private static Task RefuseMethodAsync(HttpContext http)
    {
        http.Response.Headers.Allow = "GET, CONNECT";
        return ApiProblems.Of(StatusCodes.Status405MethodNotAllowed, "A socket is opened by GET with a WebSocket upgrade.").ExecuteAsync(http);
    }

    private static async Task HandleAsync(HttpContext http)
    {
        var sockets = http.RequestServices.GetRequiredService<IAgentSockets>();
        var catalog = http.RequestServices.GetRequiredService<ICatalog>();
        if (Refuse(http, sockets, catalog, out var agent) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        var caller = http.Caller();
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = IAgentSockets.Protocol,
            KeepAliveInterval = sockets.Heartbeat,
            KeepAliveTimeout = sockets.Heartbeat,
        });
        using var allowed = new CancellationTokenSource();
        var watch = WatchAsync(http, allowed);
        try
        {
            await sockets.ServeAsync(agent!, new(caller.Id, caller.Name, ClientAddress.Of(http)), socket, allowed.Token);
        }
        finally
        {
            await allowed.CancelAsync();
            await watch;
        }
    }

    private static IResult? Refuse(HttpContext http, IAgentSockets sockets, ICatalog catalog, out AgentModel? agent)
    {
        agent = null;
        if (sockets.IsStopping)
        {
            http.Response.Headers.RetryAfter = "5";
            return ApiProblems.Of(StatusCodes.Status503ServiceUnavailable, "The gateway is stopping; connect again in a moment.");
        }

        var tenant = http.Tenant();
        if (catalog.FindTenant(tenant) is { Suspended: true }) return ApiProblems.Of(StatusCodes.Status403Forbidden, "The tenant is suspended. Only the owner of the gateway can resume it.");
        agent = Guid.TryParse(http.Request.RouteValues["agentId"] as string, out var id) ? catalog.FindAgent(id) : null;
        if (agent is null || agent.Tenant.Id != tenant) return ApiProblems.NotFound("agent");
        if (agent.Kind != KindName) return ApiProblems.Of(StatusCodes.Status409Conflict, $"The agent is of the kind '{agent.Kind}'; only agents of the kind '{KindName}' connect here.");
        if (!agent.Enabled) return ApiProblems.Of(StatusCodes.Status404NotFound, "The agent is switched off.");
        if (!http.WebSockets.IsWebSocketRequest) return ApiProblems.Of(StatusCodes.Status400BadRequest, "A WebSocket upgrade (version 13) is expected.");
        if (!http.WebSockets.WebSocketRequestedProtocols.Contains(IAgentSockets.Protocol))
            return ApiProblems.Of(StatusCodes.Status400BadRequest, $"Offer the sub-protocol {IAgentSockets.Protocol}.");
        if (sockets.HasRoom(id)) return null;
        http.Response.Headers.RetryAfter = "5";
        return ApiProblems.Of(StatusCodes.Status429TooManyRequests, "The agent has as many processes connected as it may.");
    }

    /// <summary>Ends the connection when its key is gone, has expired or has lost the scope. What becomes of the agent and its tenant is followed elsewhere.</summary>
    private static async Task WatchAsync(HttpContext http, CancellationTokenSource allowed)
    {
        var keys = http.RequestServices.GetRequiredService<ApiKeyLookup>();
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var given = ApiKeyHandler.KeyOf(http.Request)!;
        try
        {
            do await Task.Delay(Check, time, allowed.Token);
            while (await MayStayAsync(keys, given, allowed.Token));
        }
        catch (OperationCanceledException) when (allowed.IsCancellationRequested)
        {
            return; // it has ended before
        }

        await allowed.CancelAsync();
    }

    private static async Task<bool> MayStayAsync(ApiKeyLookup keys, string given, CancellationToken cancellationToken)
    {
        try
        {
            return await keys.FindAsync(given, cancellationToken) is { } key && key.Scopes.Contains(ApiScopeNames.Converse);
        }
        catch (System.Data.Common.DbException)
        {
            return true; // the database is busy: asked again in a moment
        }
    }
}
