using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/api-keys</c>.</summary>
internal static class ApiKeysApi
{
    private const string What = "key";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/api-keys", ListAsync).Listed<Page<ApiKeyView>>("Lists API keys, newest first");
        api.MapPost("/api-keys", CreateAsync).Taking<ApiKeyBody>("name", "scopes").Makes<ApiKeyView>("Makes an API key; its value is shown in this answer only");
        api.MapGet("/api-keys/{id:guid}", GetAsync).Gives<ApiKeyView>("Gets an API key");
        api.MapPatch("/api-keys/{id:guid}", PatchAsync).Taking<ApiKeyBody>().Gives<ApiKeyView>("Changes an API key (merge patch)");
        api.MapPost("/api-keys/{id:guid}/rotate", RotateAsync).Taking<RotateBody>().Gives<ApiKeyView>("Gives an API key a new value, shown in this answer only; the old one works for overlapHours more");
        api.MapDelete("/api-keys/{id:guid}", DeleteAsync).Removes("Takes an API key away");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ApiKeyQueries keys, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await keys.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SaveApiKey save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, state: view with { Value = null }) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, ApiKeyQueries keys, CancellationToken cancellationToken) =>
        await keys.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, ApiKeyQueries keys, SaveApiKey save, CancellationToken cancellationToken)
    {
        if (await keys.GetAsync(http.Tenant(), id, cancellationToken) is not { } present) return ApiProblems.NotFound(What);
        if (!ApiAnswers.Matches(http, present)) return ApiProblems.Stale();
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> RotateAsync(HttpContext http, Guid id, RotateApiKey rotate, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<RotateBody>(http);
        var result = await rotate.RunAsync(http.Caller(), id, body.OverlapHours, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, ApiKeyQueries keys, DeleteApiKey delete, CancellationToken cancellationToken)
    {
        if (await keys.GetAsync(http.Tenant(), id, cancellationToken) is not { } present) return ApiProblems.NotFound(What);
        if (!ApiAnswers.Matches(http, present)) return ApiProblems.Stale();
        var result = await delete.RunAsync(http.Caller(), id, cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }
}
