using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Portal.Endpoints.Held;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Which held messages are discarded: all of what is given must fit; nothing given = all of the channel.</summary>
internal sealed record DiscardHeldBody
{
    public string? Reason { get; init; }

    public string? Text { get; init; }

    public DateTimeOffset? Until { get; init; }
}

/// <summary><c>/channels/{id}/held</c>: what a channel did not take as messages.</summary>
internal static class HeldMessagesApi
{
    private const string What = "held message";
    private const string CountOnly = "countOnly";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/channels/{id:guid}/held", ListAsync).Listed<Page<HeldMessageView>>("Lists what the channel has held back, newest first").Narrowed("reason", "text", "until");
        api.MapPost("/channels/{id:guid}/held/discard", DiscardAllAsync).Taking<DiscardHeldBody>().Gives<HeldCount>("Discards all held messages of the channel that fit. With countOnly=true it only counts them, and changes nothing").Narrowed(CountOnly);
        api.MapGet("/channels/{id:guid}/held/{held:guid}", GetAsync).Gives<HeldMessageView>("Gets a held message");
        api.MapGet("/channels/{id:guid}/held/{held:guid}/source", SourceAsync).WithSummary("Gives a held message's source as it came in")
            .Produces(StatusCodes.Status200OK, contentType: HeldDownloads.ContentType).Fails();
        api.MapPost("/channels/{id:guid}/held/{held:guid}/release", ReleaseAsync).Gives<HeldMessageView>("Lets a held message in: the channel connects anew and handles it as any other");
        api.MapDelete("/channels/{id:guid}/held/{held:guid}", DiscardAsync).Removes("Discards a held message");
    }

    private static async Task<IResult> ListAsync(HttpContext http, Guid id, HeldMessageQueries held, CancellationToken cancellationToken)
    {
        var filter = new HeldMessageFilter(ApiAnswers.OneOf(http, "reason", HeldReasons.All), ApiAnswers.Text(http, "text"), ApiAnswers.Time(http, "until"));
        return await held.ListAsync(http.Caller(), id, filter, ApiAnswers.Page(http), cancellationToken) is { } page ? ApiAnswers.Ok(page) : ApiProblems.NotFound("channel");
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, Guid held, HeldMessageQueries messages, CancellationToken cancellationToken) =>
        await messages.GetAsync(http.Caller(), id, held, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> SourceAsync(HttpContext http, Guid id, Guid held, HeldMessageSource sources, CancellationToken cancellationToken) =>
        HeldDownloads.Answer(http, await sources.OpenAsync(http.Caller(), id, held, cancellationToken)) ?? ApiProblems.NotFound("source");

    private static async Task<IResult> ReleaseAsync(HttpContext http, Guid id, Guid held, ReleaseHeldMessage release, CancellationToken cancellationToken)
    {
        var result = await release.RunAsync(http.Caller(), id, held, cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DiscardAsync(HttpContext http, Guid id, Guid held, HeldMessageQueries messages, DiscardHeldMessages discard, CancellationToken cancellationToken)
    {
        if (await messages.GetAsync(http.Caller(), id, held, cancellationToken) is { } present && !ApiAnswers.Matches(http, present)) return ApiProblems.Stale();
        var result = await discard.OneAsync(http.Caller(), id, held, cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DiscardAllAsync(HttpContext http, Guid id, HeldMessageQueries messages, DiscardHeldMessages discard, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<DiscardHeldBody>(http);
        if (body.Reason is { } reason && !HeldReasons.All.Contains(reason)) throw new InvalidInputException("reason", $"Must be one of: {string.Join(", ", HeldReasons.All)}.");
        var filter = new HeldMessageFilter(body.Reason, body.Text, body.Until);
        if (ApiAnswers.OneOf(http, CountOnly, ["true", "false"]) == "true")
            return await messages.CountAsync(http.Caller(), id, filter, cancellationToken) is { } count ? ApiAnswers.Ok(count) : ApiProblems.NotFound("channel");
        var result = await discard.AllAsync(http.Caller(), id, filter, cancellationToken);
        return result.Value is { } done ? ApiAnswers.Ok(done) : ApiProblems.From(result, "channel");
    }
}
