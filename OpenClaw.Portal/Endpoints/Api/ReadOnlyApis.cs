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
