using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Programs;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary>The front door for programs that speak OpenAI's Chat Completions (docs/programs.md): keys of scope <c>converse</c>.</summary>
internal static class OpenAiApi
{
    /// <summary>The address under which its calls are; clients take it as their base URL.</summary>
    public const string Base = "/v1";

    /// <summary>The model that stands for the gateway's routing.</summary>
    public const string Routed = "auto";

    public static IEndpointRouteBuilder MapOpenAi(this IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.MapGroup(Base).ExcludeFromDescription()
            .WithMetadata(new NeededScope(ApiScopeNames.Converse), new AuthorizeAttribute(ApiCaller.Policy(ApiScopeNames.Converse)), new RefusalForm(Refuse));
        calls.AddEndpointFilter<OpenAiFaultFilter>();
        calls.MapPost("/chat/completions", ChatCompletions.RunAsync);
        calls.MapGet("/models", ListAsync);
        calls.MapGet("/models/{model}", GetAsync);
        endpoints.Map(Base + "/{**rest}", NotFound).ExcludeFromDescription().AllowAnonymous();
        return endpoints;
    }

    private static async Task<IResult> ListAsync(HttpContext http, ProgramCalls calls, CancellationToken cancellationToken) =>
        Results.Json(new { @object = "list", data = await ModelsAsync(http, calls, cancellationToken) }, ApiJson.Options);

    private static async Task<IResult> GetAsync(HttpContext http, string model, ProgramCalls calls, CancellationToken cancellationToken) =>
        Results.Json((await ModelsAsync(http, calls, cancellationToken)).Find(m => string.Equals(m.Id, model, StringComparison.OrdinalIgnoreCase)) ?? throw NoModel(model), ApiJson.Options);

    private static async Task<List<Model>> ModelsAsync(HttpContext http, ProgramCalls calls, CancellationToken cancellationToken) =>
        [new(Routed, 0), .. (await calls.AgentsAsync(http.Caller(), cancellationToken)).Select(a => new Model(a.Name, a.CreatedAt.ToUnixTimeSeconds()))];

    /// <summary>The tenant has nobody of that name.</summary>
    public static OpenAiFault NoModel(string model) =>
        new(StatusCodes.Status404NotFound, $"There is no enabled agent or pool “{model}”. GET {Base}/models lists them; {Routed} stands for the gateway's routing.", "model_not_found", "model");

    private static IResult Refuse(int status, string detail) => new OpenAiFault(status, detail, status switch
    {
        StatusCodes.Status401Unauthorized => "invalid_api_key",
        StatusCodes.Status403Forbidden => "insufficient_scope",
        _ => "rate_limited",
    }).ToResult();

    private static IResult NotFound(HttpContext http) =>
        new OpenAiFault(StatusCodes.Status404NotFound, $"There is no {http.Request.Method} {http.Request.Path} here. There are: POST {Base}/chat/completions, GET {Base}/models.", "unknown_url").ToResult();

    /// <summary>In OpenAI's form.</summary>
    private sealed record Model(string Id, long Created, string Object = "model", [property: JsonPropertyName("owned_by")] string OwnedBy = "openclaw");
}
