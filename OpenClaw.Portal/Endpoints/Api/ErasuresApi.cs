using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Erasures;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>A person to erase: their id on the platform, on one channel or on all.</summary>
internal sealed record ErasureBody(string? User, Guid? Channel, string? Reason);

/// <summary><c>/erasures</c>.</summary>
internal static class ErasuresApi
{
    private const string What = "erasure";
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/erasures", ListAsync).Listed<Page<ErasureView>>("Lists erasures with their reports, newest first");
        api.MapPost("/erasures", CreateAsync).Taking<ErasureBody>("user").Narrowed("dryRun", "countOnly")
            .WithSummary("Erases a person: begins at once and goes on in the background. With dryRun=true (or countOnly=true) it only counts, and changes nothing")
            .Produces<ErasureView>(StatusCodes.Status202Accepted, Json).Produces<ErasureReport>(StatusCodes.Status200OK, Json).Fails();
        api.MapGet("/erasures/{id:guid}", GetAsync).Gives<ErasureView>("Gets an erasure with its report");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ErasureQueries erasures, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await erasures.ListAsync(http.Caller(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, RequestErasure request, CancellationToken cancellationToken)
    {
        var body = await ApiBody.JsonAsync(http);
        if (IsSet(http, "dryRun") || IsSet(http, "countOnly"))
        {
            var count = await request.CountAsync(http.Caller(), body, cancellationToken);
            return count.Value is { } report ? ApiAnswers.Ok(report) : ApiProblems.From(count, What);
        }

        var result = await request.RunAsync(http.Caller(), body, cancellationToken);
        if (result.Value is not { } view) return ApiProblems.From(result, What);
        http.Response.Headers.Location = $"{http.Request.PathBase}{ManagementApi.Base}/erasures/{view.Id}";
        return Results.Json(view, ApiJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, ErasureQueries erasures, CancellationToken cancellationToken) =>
        await erasures.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static bool IsSet(HttpContext http, string name) =>
        ApiAnswers.OneOf(http, name, ["true", "false"]) == "true";
}
