using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Drills;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Faults: shares are parts of all calls, 0 to 1.</summary>
internal sealed record FaultsBody(int? DelayMs, double? DelayShare, double? ErrorShare, double? RateLimitShare, int? RetryAfterSeconds, double? DropShare);

/// <summary>A fault drill as it is started. <c>Kind</c> is <c>agent</c> or <c>channel</c>; minutes 1 to 120; the same seed hits the same calls.</summary>
internal sealed record DrillBody(Guid? Subject, string? Kind, FaultsBody? Faults, int? Minutes, int? Seed);

/// <summary><c>/drills</c>.</summary>
internal static class DrillsApi
{
    private const string What = "drill";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/drills", ListAsync).Narrowed("subject").Listed<Page<DrillView>>("Lists fault drills, newest first");
        api.MapPost("/drills", StartAsync).Taking<DrillBody>("subject", "kind", "faults", "minutes").Makes<DrillView>("Starts a fault drill on an agent or channel that is marked as a test");
        api.MapGet("/drills/{id:guid}", GetAsync).Gives<DrillView>("Gets a fault drill");
        api.MapPost("/drills/{id:guid}/stop", StopAsync).Gives<DrillView>("Stops a fault drill before its time");
    }

    private static async Task<IResult> ListAsync(HttpContext http, DrillQueries drills, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await drills.ListAsync(http.Caller(), ApiAnswers.Page(http), ApiAnswers.Id(http, "subject"), cancellationToken));

    private static async Task<IResult> StartAsync(HttpContext http, RunDrill run, CancellationToken cancellationToken)
    {
        var result = await run.StartAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, DrillQueries drills, CancellationToken cancellationToken) =>
        await drills.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> StopAsync(HttpContext http, Guid id, RunDrill run, CancellationToken cancellationToken)
    {
        var result = await run.StopAsync(http.Caller(), id, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, What);
    }
}
