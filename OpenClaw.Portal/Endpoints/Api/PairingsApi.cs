using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Pairings;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/pairings</c>.</summary>
internal static class PairingsApi
{
    private const string What = "pairing";
    private const string All = "all";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/pairings", ListAsync).Narrowed("state", "channel", "text").Listed<Page<PairingView>>("Lists people who wait to be let in, newest first; with state, those who were let in or refused, or all");
        api.MapGet("/pairings/{id:guid}", GetAsync).Gives<PairingView>("Gets a person who waits to be let in, or did");
        api.MapPost("/pairings/{id:guid}/approve", ApproveAsync).Gives<PairingView>("Lets a person in");
        api.MapPost("/pairings/{id:guid}/deny", DenyAsync).Gives<PairingView>("Refuses a person, who is told nothing");
        api.MapDelete("/pairings/{id:guid}", RemoveAsync).Removes("Takes a person off the list: who writes again asks anew");
    }

    private static async Task<IResult> ListAsync(HttpContext http, PairingQueries pairings, CancellationToken cancellationToken)
    {
        var state = ApiAnswers.OneOf(http, "state", [.. PairingStates.All, All]) ?? PairingStates.Waiting;
        var filter = new PairingFilter(state == All ? null : state, ApiAnswers.Id(http, "channel"), ApiAnswers.Text(http, "text"));
        return ApiAnswers.Ok(await pairings.ListAsync(http.Caller(), ApiAnswers.Page(http), filter, cancellationToken));
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, PairingQueries pairings, CancellationToken cancellationToken) =>
        await pairings.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> ApproveAsync(HttpContext http, Guid id, DecidePairing decide, CancellationToken cancellationToken) =>
        Answer(await decide.ApproveAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> DenyAsync(HttpContext http, Guid id, DecidePairing decide, CancellationToken cancellationToken) =>
        Answer(await decide.DenyAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> RemoveAsync(HttpContext http, Guid id, PairingQueries pairings, DecidePairing decide, CancellationToken cancellationToken)
    {
        if (await pairings.GetAsync(http.Caller(), id, cancellationToken) is { } view && !ApiAnswers.Matches(http, view)) return ApiProblems.Stale();
        var result = await decide.RemoveAsync(http.Caller(), id, cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static IResult Answer(AdminResult<PairingView> result) => result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, What);
}
