using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Replays;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>
/// A replay of many as it is sent: which dead letters (at least one of the first eight), and how. <c>FailedAgent</c> is the agent that failed,
/// <c>Agent</c> the one that is asked.
/// </summary>
internal sealed record ReplayBody(
    IReadOnlyList<Guid>? Ids, string? Group, string? Stage, Guid? Channel, Guid? FailedAgent, string? Cause, DateTimeOffset? Since, DateTimeOffset? Until,
    bool? IncludeUnknown, bool? IncludeSent, Guid? Agent, bool? Shadow, bool? Canary, double? RatePerSecond, double? StopShare);

/// <summary><c>/replays</c>.</summary>
internal static class ReplaysApi
{
    private const string What = "replay";
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/replays", ListAsync).Listed<Page<ReplayView>>("Lists replays of many, newest first");
        api.MapPost("/replays", CreateAsync).Taking<ReplayBody>().Narrowed("countOnly")
            .WithSummary("Replays many dead letters, in the background. With countOnly=true it only counts them by risk, and changes nothing")
            .Produces<ReplayView>(StatusCodes.Status202Accepted, Json).Produces<ReplayCount>(StatusCodes.Status200OK, Json).Fails();
        api.MapGet("/replays/{id:guid}", GetAsync).Gives<ReplayView>("Gets a replay with its progress");
        api.MapGet("/replays/{id:guid}/items", ItemsAsync).Listed<Page<ReplayItemView>>("Lists the dead letters of a replay, in order").Narrowed("state");
        api.MapPost("/replays/{id:guid}/pause", PauseAsync).Gives<ReplayView>("Pauses a replay: what has begun is finished, nothing new begins").MayFail(503);
        api.MapPost("/replays/{id:guid}/resume", ResumeAsync).Gives<ReplayView>("Lets a paused replay go on; one that stopped by itself goes on with its next step").MayFail(503);
        api.MapPost("/replays/{id:guid}/cancel", CancelAsync).Gives<ReplayView>("Cancels a replay: what has not begun stays as it was").MayFail(503);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ReplayQueries replays, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await replays.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, StartReplay start, CancellationToken cancellationToken)
    {
        var body = await ApiBody.JsonAsync(http);
        if (ApiAnswers.OneOf(http, "countOnly", ["true", "false"]) == "true")
        {
            var count = await start.CountAsync(http.Caller(), body, cancellationToken);
            return count.Value is { } counted ? ApiAnswers.Ok(counted) : ApiProblems.From(count, What);
        }

        var result = await start.RunAsync(http.Caller(), body, cancellationToken);
        if (result.Value is not { } view) return ApiProblems.From(result, What);
        http.Response.Headers.Location = $"{http.Request.PathBase}{ManagementApi.Base}/replays/{view.Id}";
        return Results.Json(view, ApiJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, ReplayQueries replays, CancellationToken cancellationToken) =>
        await replays.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> ItemsAsync(HttpContext http, Guid id, ReplayQueries replays, CancellationToken cancellationToken) =>
        await replays.ItemsAsync(http.Tenant(), id, ApiAnswers.OneOf(http, "state", ReplayItemStates.All), ApiAnswers.Page(http), cancellationToken) is { } page
            ? ApiAnswers.Ok(page) : ApiProblems.NotFound(What);

    private static async Task<IResult> PauseAsync(HttpContext http, Guid id, SteerReplay steer, CancellationToken cancellationToken) =>
        Answer(http, await steer.PauseAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> ResumeAsync(HttpContext http, Guid id, SteerReplay steer, CancellationToken cancellationToken) =>
        Answer(http, await steer.ResumeAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> CancelAsync(HttpContext http, Guid id, SteerReplay steer, CancellationToken cancellationToken) =>
        Answer(http, await steer.CancelAsync(http.Caller(), id, cancellationToken));

    private static IResult Answer(HttpContext http, AdminResult<ReplayView> result) =>
        result.Value is { } view ? ApiAnswers.One(http, view) : ApiProblems.From(result, What);
}
