using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/messages</c>.</summary>
internal static class MessagesApi
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/messages/{id:guid}", GetAsync).Gives<MessageTrace>("Gets a message with its stages, route and replies");

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, MessageQueries messages, CancellationToken cancellationToken) =>
        await messages.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound("message");
}

/// <summary><c>/dead-letters</c>.</summary>
internal static class DeadLettersApi
{
    private static readonly string[] States = ["open", "replayed", "discarded"];
    private static readonly string[] AllStages = [Stages.Received, Stages.Routed, Stages.Dispatched, Stages.Answered, Stages.Delivered];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/dead-letters", ListAsync).Listed<Page<DeadLetterView>>("Lists dead letters, newest first").Narrowed("state", "stage", "channel", "agent", "cause", "group", "since");
        api.MapGet("/dead-letters/groups", GroupsAsync).Gives<Page<DeadLetterGroup>>("Open dead letters by sort, newest failure first");
        api.MapGet("/dead-letters/{id:guid}", GetAsync).Gives<DeadLetterView>("Gets a dead letter");
    }

    private static async Task<IResult> ListAsync(HttpContext http, DeadLetterQueries letters, CancellationToken cancellationToken)
    {
        var filter = new DeadLetterFilter
        {
            State = ApiAnswers.OneOf(http, "state", States), Stage = ApiAnswers.OneOf(http, "stage", AllStages), Channel = ApiAnswers.Id(http, "channel"), Agent = ApiAnswers.Id(http, "agent"),
            Cause = ApiAnswers.OneOf(http, "cause", DeadLetterCauses.All), Group = ApiAnswers.Text(http, "group"), Since = ApiAnswers.Time(http, "since"),
        };
        return ApiAnswers.Ok(await letters.ListAsync(http.Tenant(), filter, ApiAnswers.Page(http), cancellationToken));
    }

    private static async Task<IResult> GroupsAsync(HttpContext http, DeadLetterQueries letters, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await letters.GroupsAsync(http.Tenant(), cancellationToken));

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, DeadLetterQueries letters, CancellationToken cancellationToken) =>
        await letters.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound("dead letter");
}
