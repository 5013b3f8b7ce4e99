using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing.Backtests;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/backtests</c>. One is begun by <c>POST /routing-rules/backtest</c>.</summary>
internal static class BacktestsApi
{
    private const string What = "back-test";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/backtests", ListAsync).Listed<Page<BacktestView>>("Lists back-tests of routing rules, newest first, without moves and examples");
        api.MapGet("/backtests/{id:guid}", GetAsync).Gives<BacktestView>("Gets a back-test with its progress and all that it has found so far");
        api.MapPost("/backtests/{id:guid}/cancel", CancelAsync).Gives<BacktestView>("Cancels a back-test; what it has found until then stays");
    }

    private static async Task<IResult> ListAsync(HttpContext http, BacktestQueries backtests, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await backtests.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, BacktestQueries backtests, CancellationToken cancellationToken) =>
        await backtests.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> CancelAsync(HttpContext http, Guid id, CancelBacktest cancel, CancellationToken cancellationToken)
    {
        var result = await cancel.RunAsync(http.Caller(), id, cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view) : ApiProblems.From(result, What);
    }
}
