using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Routing.Backtests;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/routing-rules</c>.</summary>
internal static class RoutingRulesApi
{
    private const string What = "routing rule";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/routing-rules", ListAsync).Listed<Page<RuleView>>("Lists the live routing rules in the order in which they are tried");
        api.MapPost("/routing-rules", CreateAsync).Taking<RuleBody>("name", "target").Makes<RuleView>("Makes a routing rule, at the end or at a position, and publishes it");
        api.MapGet("/routing-rules/{id:guid}", GetAsync).Gives<RuleView>("Gets a routing rule");
        api.MapPatch("/routing-rules/{id:guid}", PatchAsync).Taking<RuleBody>().Gives<RuleView>("Changes a routing rule (merge patch) and publishes it");
        api.MapDelete("/routing-rules/{id:guid}", DeleteAsync).Removes("Deletes a routing rule and publishes that");
        api.MapPut("/routing-rules/order", OrderAsync).Taking<RuleOrderBody>().Gives<RuleOrderView>("Puts the routing rules in another order and publishes it");
        api.MapPost("/routing-rules/evaluate", EvaluateAsync).Taking<EvaluateBody>("channelId").Gives<EvaluationView>("Says where a message would go and why; nothing is changed");
        api.MapPost("/routing-rules/backtest", BacktestAsync).Taking<BacktestBody>()
            .WithSummary("Tries rules (the portal's draft where none are given) on stored messages, in the background; nothing is changed").Produces<BacktestView>(StatusCodes.Status202Accepted, "application/json").Fails();
    }

    private static async Task<IResult> ListAsync(HttpContext http, RuleQueries rules, ICatalog catalog, CancellationToken cancellationToken)
    {
        http.Response.Headers.ETag = Tag(catalog.FindRules(http.Tenant()).Version); // of the order
        return ApiAnswers.Ok(await rules.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, SaveRule save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, RuleQueries rules, CancellationToken cancellationToken) =>
        await rules.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, RuleQueries rules, SaveRule save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await ExpectedAsync(http, id, rules, cancellationToken), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, RuleQueries rules, SaveRule save, CancellationToken cancellationToken)
    {
        var result = await save.DeleteAsync(http.Caller(), id, await ExpectedAsync(http, id, rules, cancellationToken), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> OrderAsync(HttpContext http, ICatalog catalog, SaveRule save, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<RuleOrderBody>(http);
        if (body.Ids is not { } ids) return ApiProblems.Invalid("ids", "A list of the ids of all rules is needed.");
        var expected = await ApiAnswers.IfMatchAsync(http, () => Task.FromResult<int?>(catalog.FindRules(http.Tenant()).Version));
        var result = await save.OrderAsync(http.Caller(), ids, expected, cancellationToken);
        return result.Value is { } order ? ApiAnswers.One(http, order, order.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> EvaluateAsync(HttpContext http, EvaluateRules evaluate, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<EvaluateBody>(http);
        if (body.ChannelId is not { } channel) return ApiProblems.Invalid("channelId", "The id of a channel is needed.");
        var question = new RuleQuestion(channel, body.Text ?? "", body.User, body.HasAttachment == true, body.Draft == true, body.Group == true, body.Subject);
        var result = await evaluate.RunAsync(http.Tenant(), question, cancellationToken);
        if (result.Value is not { } said) return ApiProblems.From(result, What);
        var rule = said.Rule is { } decided ? new RuleRef(decided.Id, decided.Name) : null;
        return ApiAnswers.Ok(new EvaluationView(rule, said.Agent?.Id, said.Strategy, said.Why, [.. said.Rules.Select(r => new RuleVerdict(new(r.Rule, r.Name), r.Matched, r.Why))]) { Intent = said.Intent is { } guess ? new(guess.Name, Math.Round(guess.Score, 4)) : null });
    }

    private static async Task<IResult> BacktestAsync(HttpContext http, StartBacktest start, CancellationToken cancellationToken)
    {
        var result = await start.RunAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        if (result.Value is not { } view) return ApiProblems.From(result, "back-test");
        http.Response.Headers.Location = $"{http.Request.PathBase}{ManagementApi.Base}/backtests/{view.Id}";
        return Results.Json(view, ApiJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static Task<int?> ExpectedAsync(HttpContext http, Guid id, RuleQueries rules, CancellationToken cancellationToken) =>
        ApiAnswers.IfMatchAsync(http, async () => (await rules.GetAsync(http.Tenant(), id, cancellationToken))?.Version);

    private static string Tag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
