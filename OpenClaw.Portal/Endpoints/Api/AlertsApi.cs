using System.Text.Json;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Alerts;
using OpenClaw.Gateway.Core.Administration.Secrets;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Hours of a day: <c>22:00</c> to <c>07:00</c> in a time zone; days (<c>mon</c>, …) on which they begin, all where none are named.</summary>
internal sealed record HoursBody(string? From, string? To, string? Zone, IReadOnlyList<string>? Days);

/// <summary>An alert rule as it is sent. All fields are optional in a patch; what a rule watches does not change.</summary>
internal sealed record AlertRuleBody(
    string? Name, bool? Enabled, string? Condition, Dictionary<string, JsonElement>? Settings, string? Means, string? Target, HoursBody? Quiet, Dictionary<string, string?>? Secrets);

/// <summary><c>/alerts</c>.</summary>
internal static class AlertsApi
{
    private const string What = "alert rule";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", ListAsync).Listed<Page<AlertRuleView>>("Lists alert rules, newest first");
        api.MapPost("/alerts", CreateAsync).Taking<AlertRuleBody>("name", "condition", "means", "target").Makes<AlertRuleView>("Makes an alert rule; a webhook's secret is shown in the answer only");
        api.MapGet("/alerts/history", HistoryAsync).Narrowed("state", "rule").Listed<Page<AlertView>>("Lists open and past alerts, newest first");
        api.MapGet("/alerts/{id:guid}", GetAsync).Gives<AlertRuleView>("Gets an alert rule");
        api.MapPatch("/alerts/{id:guid}", PatchAsync).Taking<AlertRuleBody>().Gives<AlertRuleView>("Changes an alert rule (merge patch)");
        api.MapDelete("/alerts/{id:guid}", DeleteAsync).Removes("Deletes an alert rule with its history");
        api.MapPost("/alerts/{id:guid}/test", TestAsync).Gives<AlertTestResult>("Sends a test notice and says how that went");
        api.MapPost("/alerts/{id:guid}/secrets/{name}/rotate", RotateAsync).Taking<RotateBody>().Gives<SecretView>("Makes a fresh secret for an alert rule; notices are signed with the former one too for some hours more");
    }

    private static async Task<IResult> ListAsync(HttpContext http, AlertQueries alerts, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await alerts.ListAsync(http.Caller(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SaveAlertRule save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> HistoryAsync(HttpContext http, AlertQueries alerts, CancellationToken cancellationToken)
    {
        var state = ApiAnswers.OneOf(http, "state", ["open", "ended"]);
        return ApiAnswers.Ok(await alerts.HistoryAsync(http.Caller(), ApiAnswers.Page(http), new(state is null ? null : state == "open", ApiAnswers.Id(http, "rule")), cancellationToken));
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, AlertQueries alerts, CancellationToken cancellationToken) =>
        await alerts.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, AlertQueries alerts, SaveAlertRule save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await ExpectedAsync(http, id, alerts, cancellationToken), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, AlertQueries alerts, SaveAlertRule save, CancellationToken cancellationToken)
    {
        var result = await save.DeleteAsync(http.Caller(), id, await ExpectedAsync(http, id, alerts, cancellationToken), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> TestAsync(HttpContext http, Guid id, TestAlertRule test, CancellationToken cancellationToken)
    {
        var result = await test.RunAsync(http.Caller(), id, cancellationToken);
        return result.Value is { } done ? ApiAnswers.Ok(done) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> RotateAsync(HttpContext http, Guid id, string name, SaveAlertRule save, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<RotateBody>(http);
        var result = await save.RotateAsync(http.Caller(), id, name, body.OverlapHours, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, "secret");
    }

    private static Task<int?> ExpectedAsync(HttpContext http, Guid id, AlertQueries alerts, CancellationToken cancellationToken) =>
        ApiAnswers.IfMatchAsync(http, async () => (await alerts.GetAsync(http.Caller(), id, cancellationToken))?.Version);
}
