using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>How a dead letter is replayed; all of it may be left out. <c>Payload</c> is <c>{text,attachments,button}</c>.</summary>
internal sealed record ReplayLetterBody(JsonElement? Payload, Guid? Agent, bool? Shadow);

/// <summary>Why something is done, for the audit.</summary>
internal sealed record ReasonBody
{
    public string? Reason { get; init; }
}

/// <summary><c>/dead-letters</c>.</summary>
internal static class DeadLettersApi
{
    private const string What = "dead letter";
    private const string Json = "application/json";
    private static readonly string[] AllStages = [Stages.Received, Stages.Routed, Stages.Dispatched, Stages.Answered, Stages.Delivered];
    private static readonly string[] Filters = ["state", "stage", "channel", "agent", "cause", "group", "since", "until", "text"];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/dead-letters", ListAsync).Listed<Page<DeadLetterView>>("Lists dead letters, newest first").Narrowed(Filters);
        api.MapGet("/dead-letters/groups", GroupsAsync).Gives<Page<DeadLetterGroup>>("Dead letters by sort (open ones unless a state is given), newest failure first").Narrowed(Filters);
        api.MapGet("/dead-letters/{id:guid}", GetAsync).Gives<DeadLetterDetail>("Gets a dead letter with every attempt, what to do, and what became of its message");
        api.MapPost("/dead-letters/{id:guid}/replay", ReplayAsync).Taking<ReplayLetterBody>()
            .WithSummary("Replays a dead letter: as it was or with another payload, to the agent of the routing or another one. With shadow, the answer is stored and compared, and nobody is sent it")
            .Produces<DeadLetterView>(StatusCodes.Status202Accepted, Json).Fails().MayFail(503);
        api.MapPost("/dead-letters/{id:guid}/discard", DiscardAsync).Taking<ReasonBody>().Gives<DeadLetterView>("Discards a dead letter: nothing is to be done about it").MayFail(503);
        api.MapPost("/dead-letters/{id:guid}/restore", RestoreAsync).Taking<ReasonBody>().Gives<DeadLetterView>("Takes the discarding of a dead letter back").MayFail(503);
    }

    internal static DeadLetterFilter Filter(HttpContext http) => new()
    {
        State = ApiAnswers.OneOf(http, "state", DeadLetterStates.All), Stage = ApiAnswers.OneOf(http, "stage", AllStages), Channel = ApiAnswers.Id(http, "channel"), Agent = ApiAnswers.Id(http, "agent"),
        Cause = ApiAnswers.OneOf(http, "cause", DeadLetterCauses.All), Group = ApiAnswers.Text(http, "group"), Since = ApiAnswers.Time(http, "since"), Until = ApiAnswers.Time(http, "until"),
        Text = ApiAnswers.Text(http, "text"),
    };

    private static async Task<IResult> ListAsync(HttpContext http, DeadLetterQueries letters, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await letters.ListAsync(http.Tenant(), Filter(http), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> GroupsAsync(HttpContext http, DeadLetterQueries letters, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await letters.GroupsAsync(http.Tenant(), Filter(http), cancellationToken));

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, DeadLetterDetails letters, CancellationToken cancellationToken) =>
        await letters.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> ReplayAsync(HttpContext http, Guid id, ReplayLetter replay, CancellationToken cancellationToken)
    {
        var body = (await ApiBody.BytesAsync(http)).IsEmpty ? default : await ApiBody.JsonAsync(http);
        var result = await replay.RunAsync(http.Caller(), id, body, cancellationToken);
        if (result.Value is not { } begun) return ApiProblems.From(result, What);
        http.Response.Headers.Location = begun.Shadow is { } shadow ? $"{http.Request.PathBase}{ManagementApi.Base}/replays/{shadow.Id}" : $"{http.Request.PathBase}{ManagementApi.Base}/dead-letters/{id}";
        return Results.Json(begun.Letter, ApiJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> DiscardAsync(HttpContext http, Guid id, ResolveLetter resolve, CancellationToken cancellationToken) =>
        Answer(http, await resolve.DiscardAsync(http.Caller(), id, (await ApiBody.ReadOptionalAsync<ReasonBody>(http)).Reason, cancellationToken));

    private static async Task<IResult> RestoreAsync(HttpContext http, Guid id, ResolveLetter resolve, CancellationToken cancellationToken) =>
        Answer(http, await resolve.RestoreAsync(http.Caller(), id, (await ApiBody.ReadOptionalAsync<ReasonBody>(http)).Reason, cancellationToken));

    private static IResult Answer(HttpContext http, AdminResult<DeadLetterView> result) =>
        result.Value is { } view ? ApiAnswers.One(http, view) : ApiProblems.From(result, What);
}
