using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Endpoints.Api.Documents;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>The management API (docs/contracts/management-api.md).</summary>
public static class ManagementApi
{
    /// <summary>The address under which all calls are.</summary>
    public const string Base = "/api/v1";

    /// <summary>Adds API keys as a way to authenticate, the policies of the scopes, and the OpenAPI document. Needs the administration.</summary>
    public static IServiceCollection AddManagementApi(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiCaller.Scheme, null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in ApiScopeNames.All)
            authorization.AddPolicy(ApiCaller.Policy(scope), p => p.AddAuthenticationSchemes(ApiCaller.Scheme).RequireAuthenticatedUser().RequireClaim(ApiCaller.Scope, scope));
        services.TryAddSingleton<ApiGate>();
        services.TryAddSingleton<ApiFaultFilter>();
        services.TryAddSingleton<SuspensionFilter>();
        services.TryAddSingleton<IdempotencyFilter>();
        services.TryAddSingleton<Invites>();
        services.TryAddSingleton<TenantNames>();
        return services.AddApiDocument();
    }

    /// <summary>Maps all calls, the OpenAPI document at <c>/openapi/v1.json</c> and the page to browse it at <c>/api</c>.</summary>
    public static IEndpointRouteBuilder MapManagementApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.MapGroup(Base);
        ((IEndpointConventionBuilder)api).Add(Guard);
        api.AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<ApiFaultFilter>().InvokeAsync(context, next));
        api.AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<SuspensionFilter>().InvokeAsync(context, next));
        api.AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<IdempotencyFilter>().InvokeAsync(context, next));
        ChannelsApi.Map(api);
        ChannelMessagesApi.Map(api);
        HeldMessagesApi.Map(api);
        PairingsApi.Map(api);
        AgentsApi.Map(api);
        PoolsApi.Map(api);
        RoutingRulesApi.Map(api);
        RoutingVersionsApi.Map(api);
        BacktestsApi.Map(api);
        IntentsApi.Map(api);
        SettingsApi.Map(api);
        SessionsApi.Map(api);
        SessionControlApi.Map(api);
        ArchiveApi.Map(api);
        MessagesApi.Map(api);
        DeadLettersApi.Map(api);
        QueuesApi.Map(api);
        ReplaysApi.Map(api);
        QuarantineApi.Map(api);
        ApiKeysApi.Map(api);
        MembersApi.Map(api);
        AuditApi.Map(api);
        HoldsApi.Map(api);
        ErasuresApi.Map(api);
        EventsApi.Map(api);
        AlertsApi.Map(api);
        DrillsApi.Map(api);
        EventWebhooksApi.Map(api);
        TenantsApi.Map(api);
        UsageApi.Map(api);
        MetricSeriesApi.Map(api);
        JobsApi.Map(api);
        MapRest(endpoints);
        return endpoints.MapApiDocument();
    }

    /// <summary>Gives each call the scope that the table says; a call without one fails the start.</summary>
    private static void Guard(EndpointBuilder builder)
    {
        var route = (RouteEndpointBuilder)builder;
        var method = builder.Metadata.OfType<HttpMethodMetadata>().Single().HttpMethods.Single();
        var pattern = route.RoutePattern.RawText![Base.Length..];
        var scope = ApiScopes.Of(method, pattern);
        builder.Metadata.Add(new NeededScope(scope));
        builder.Metadata.Add(new AuthorizeAttribute(ApiCaller.Policy(scope)));
        builder.Metadata.Add(new TagsAttribute(pattern.Split('/')[1]));
    }

    private static void MapRest(IEndpointRouteBuilder endpoints)
    {
        var calls = new Lazy<IReadOnlyList<RouteEndpoint>>(() =>
            [.. endpoints.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<NeededScope>() is not null)]);
        endpoints.Map(Base + "/{**rest}", (HttpContext http) => ApiNotFound.Answer(http, calls.Value)).ExcludeFromDescription().AllowAnonymous();
    }
}
