using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Holds;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>A legal hold as it is sent: <c>session</c>, or <c>user</c> with or without <c>channel</c>, or <c>channel</c>. A patch takes name and reason.</summary>
internal sealed record HoldBody(string? Name, string? Reason, Guid? Session, string? User, Guid? Channel);

/// <summary><c>/holds</c>.</summary>
internal static class HoldsApi
{
    private const string What = "hold";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/holds", ListAsync).Listed<Page<HoldView>>("Lists legal holds, newest first");
        api.MapPost("/holds", CreateAsync).Taking<HoldBody>("name").Makes<HoldView>("Makes a legal hold on a session, on a user's sessions (of all channels or of one), or on a channel's");
        api.MapGet("/holds/{id:guid}", GetAsync).Gives<HoldView>("Gets a legal hold");
        api.MapPatch("/holds/{id:guid}", PatchAsync).Taking<HoldBody>().Gives<HoldView>("Changes name or reason of a legal hold (merge patch)");
        api.MapDelete("/holds/{id:guid}", DeleteAsync).Removes("Releases a legal hold: retention and erasures no longer spare what it kept");
    }

    private static async Task<IResult> ListAsync(HttpContext http, HoldQueries holds, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await holds.ListAsync(http.Caller(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SaveHold save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, HoldQueries holds, CancellationToken cancellationToken) =>
        await holds.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, HoldQueries holds, SaveHold save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await ExpectedAsync(http, id, holds, cancellationToken), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, HoldQueries holds, SaveHold save, CancellationToken cancellationToken)
    {
        var result = await save.ReleaseAsync(http.Caller(), id, await ExpectedAsync(http, id, holds, cancellationToken), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static Task<int?> ExpectedAsync(HttpContext http, Guid id, HoldQueries holds, CancellationToken cancellationToken) =>
        ApiAnswers.IfMatchAsync(http, async () => (await holds.GetAsync(http.Caller(), id, cancellationToken))?.Version);
}
