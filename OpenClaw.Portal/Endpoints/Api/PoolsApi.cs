using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Pools;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/pools</c>.</summary>
internal static class PoolsApi
{
    private const string What = "pool";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/pools", ListAsync).Listed<Page<PoolView>>("Lists pools, newest first");
        api.MapPost("/pools", CreateAsync).Taking<PoolBody>("name", "members").Makes<PoolView>("Makes a pool of agents");
        api.MapGet("/pools/{id:guid}", GetAsync).Gives<PoolView>("Gets a pool");
        api.MapPatch("/pools/{id:guid}", PatchAsync).Taking<PoolBody>().Gives<PoolView>("Changes a pool (merge patch); a list of members replaces the former");
        api.MapDelete("/pools/{id:guid}", DeleteAsync).Removes("Deletes a pool that no rule leads to").MayFail(409);
        api.MapGet("/pools/{id:guid}/status", GetStatus).Gives<PoolStatus>("Says how each member of a pool does at this moment: open requests, latency, share, what is in its way");
    }

    private static async Task<IResult> ListAsync(HttpContext http, PoolQueries pools, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await pools.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SavePool save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, PoolQueries pools, CancellationToken cancellationToken) =>
        await pools.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static IResult GetStatus(HttpContext http, Guid id, PoolStatusQuery statuses) =>
        statuses.Get(http.Tenant(), id) is { } status ? ApiAnswers.Ok(status) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, PoolQueries pools, SavePool save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await VersionAsync(http, id, pools, cancellationToken), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, PoolQueries pools, DeletePool delete, CancellationToken cancellationToken)
    {
        var result = await delete.RunAsync(http.Caller(), id, await VersionAsync(http, id, pools, cancellationToken), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static Task<int?> VersionAsync(HttpContext http, Guid id, PoolQueries pools, CancellationToken cancellationToken) =>
        ApiAnswers.IfMatchAsync(http, async () => (await pools.GetAsync(http.Tenant(), id, cancellationToken))?.Version);
}
