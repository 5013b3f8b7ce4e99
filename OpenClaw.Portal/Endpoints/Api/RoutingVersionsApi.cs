using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/routing-versions</c>.</summary>
internal static class RoutingVersionsApi
{
    private const string What = "version of the routing rules";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/routing-versions", ListAsync).Listed<Page<VersionView>>("Lists published versions of the routing rules, newest first");
        api.MapGet("/routing-versions/{number:int}", GetAsync).Gives<VersionDetail>("Gets a version with its rules");
        api.MapGet("/routing-versions/{number:int}/diff", DiffAsync).Gives<VersionDiff>("What a version changed, against the one before or another").Narrowed("from");
        api.MapPost("/routing-versions/publish", PublishAsync).Taking<PublishBody>().Makes<VersionView>("Publishes what was drafted in the portal");
        api.MapPost("/routing-versions/{number:int}/rollback", RollBackAsync).Makes<VersionView>("Brings a version's rules back, as a new version");
    }

    private static async Task<IResult> ListAsync(HttpContext http, RuleQueries rules, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await rules.VersionsAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> GetAsync(HttpContext http, int number, RuleQueries rules, CancellationToken cancellationToken) =>
        await rules.VersionAsync(http.Tenant(), number, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> DiffAsync(HttpContext http, int number, RuleQueries rules, CancellationToken cancellationToken)
    {
        if (number == 0) return ApiProblems.NotFound(What);
        var from = number - 1;
        if (ApiAnswers.Text(http, "from") is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw new InvalidInputException("from", "Must be the number of a version; 0 is before the first.");
        return await rules.DiffAsync(http.Tenant(), from, number, cancellationToken) is { } diff ? ApiAnswers.One(http, diff) : ApiProblems.NotFound(What);
    }

    private static async Task<IResult> PublishAsync(HttpContext http, ICatalog catalog, PublishDraft publish, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<PublishBody>(http);
        var result = await publish.RunAsync(http.Caller(), body.Note, choices: null, await LiveAsync(http, catalog), cancellationToken);
        if (result.Value is { Version: { } made }) return Created(http, made);
        if (result.Value is { Blocked: { } blocked }) return ApiProblems.Of(StatusCodes.Status409Conflict, Why(blocked));
        return result.Status is AdminStatus.NotFound or AdminStatus.Done ? ApiProblems.Of(StatusCodes.Status409Conflict, "There is nothing to publish: nobody has drafted a change in the portal.") : ApiProblems.From(result, What);
    }

    private static async Task<IResult> RollBackAsync(HttpContext http, int number, ICatalog catalog, RollBackRules rollBack, CancellationToken cancellationToken)
    {
        var result = await rollBack.RunAsync(http.Caller(), number, await LiveAsync(http, catalog), cancellationToken);
        return result.Value is { } made ? Created(http, made) : ApiProblems.From(result, What);
    }

    /// <summary><c>If-Match</c> names the version that is live.</summary>
    private static Task<int?> LiveAsync(HttpContext http, ICatalog catalog) => ApiAnswers.IfMatchAsync(http, () => Task.FromResult<int?>(catalog.FindRules(http.Tenant()).Version));

    private static IResult Created(HttpContext http, VersionView made)
    {
        var version = made.Version.ToString(CultureInfo.InvariantCulture);
        (http.Response.Headers.Location, http.Response.Headers.ETag) = ($"{http.Request.PathBase}{ManagementApi.Base}/routing-versions/{version}", $"\"{version}\"");
        return Results.Json(made, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static string Why(PublishPreview blocked)
    {
        var conflicts = blocked.Conflicts.Where(c => c.Choice is null).Select(c => $"The rule '{c.Name}' was changed in the draft and in version {blocked.Live}: choose in the portal which holds.");
        return string.Join(" ", conflicts.Concat(blocked.Faults.Select(f => $"The rule '{f.Name}': {f.Message}")).Take(20));
    }
}
