using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Channels.Http;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>A message that is durable; <c>Duplicate</c>: the same id was taken before, and nothing was stored twice.</summary>
internal sealed record TakenMessage(Guid Message, Guid Session, long Seq, bool Duplicate);

/// <summary><c>POST /channels/{id}/messages</c>: what a program brings in for a channel of kind <c>http</c>.</summary>
internal static class ChannelMessagesApi
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/channels/{id:guid}/messages", PostAsync).Taking<HttpMessage>("id", "user")
            .WithSummary("Brings a message in by a channel of kind http").Produces<TakenMessage>(StatusCodes.Status202Accepted, "application/json").Fails().MayFail(503);

    private static async Task<IResult> PostAsync(HttpContext http, Guid id, PostChannelMessage post, CancellationToken cancellationToken)
    {
        if (post.Find(http.Caller(), id) is { Value: false } not) return ApiProblems.From(not, "channel");
        var result = await post.RunAsync(http.Caller(), id, await ApiBody.ReadAsync<HttpMessage>(http), cancellationToken);
        if (result.Value is not { Outcome: var outcome } brought) return ApiProblems.From(result, "channel");
        return outcome.Accepted
            ? Results.Json(new TakenMessage(outcome.MessageId, outcome.SessionId, outcome.Seq, outcome.Duplicate), ApiJson.Options, statusCode: StatusCodes.Status202Accepted)
            : Refused(http, outcome, brought.Pairing);
    }

    /// <summary>With the same codes as the WebSocket channel's.</summary>
    private static IResult Refused(HttpContext http, AcceptOutcome outcome, string? pairing)
    {
        var (status, code) = outcome.Refusal switch
        {
            RefusalCode.RateLimited => (StatusCodes.Status429TooManyRequests, "rate_limited"),
            RefusalCode.TooLarge => (StatusCodes.Status413PayloadTooLarge, "too_large"),
            RefusalCode.NotAllowed => (StatusCodes.Status403Forbidden, "not_allowed"),
            RefusalCode.Invalid => (StatusCodes.Status400BadRequest, "invalid"),
            _ => (StatusCodes.Status503ServiceUnavailable, "overloaded"),
        };
        var wait = outcome.RetryAfter ?? (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(1) : null);
        if (wait is { } pause) http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = outcome.Reason };
        problem.Extensions["code"] = code;
        if (pairing is not null) problem.Extensions["pairing"] = pairing;
        if (wait is { } asked) problem.Extensions["retryAfterMs"] = (long)asked.TotalMilliseconds;
        return Results.Problem(problem);
    }
}
