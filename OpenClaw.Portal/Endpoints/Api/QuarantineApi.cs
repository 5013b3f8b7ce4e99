using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>What is to be released: at most 200 at once.</summary>
internal sealed record ReleaseLettersBody(IReadOnlyList<Guid>? Ids);

/// <summary><c>/quarantine</c>: looped and poisonous messages.</summary>
internal static class QuarantineApi
{
    private const string What = "message in the quarantine";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/quarantine", ListAsync).Listed<Page<DeadLetterView>>("Lists looped and poisonous messages, newest first").Narrowed("stage", "channel", "agent", "cause", "group", "since", "until", "text");
        api.MapGet("/quarantine/{id:guid}", GetAsync).Gives<DeadLetterDetail>("Gets a looped or poisonous message");
        api.MapPost("/quarantine/release", ReleaseAllAsync).Taking<ReleaseLettersBody>("ids").Gives<Page<Released>>("Releases several: each message is handled once more. The answer says of each why it was not released, where it was not").MayFail(503);
        api.MapPost("/quarantine/{id:guid}/release", ReleaseAsync).Gives<DeadLetterView>("Releases one: its message is handled once more").MayFail(503);
        api.MapPost("/quarantine/{id:guid}/discard", DiscardAsync).Taking<ReasonBody>().Gives<DeadLetterView>("Discards one: nothing is to be done about it").MayFail(503);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Quarantine quarantine, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await quarantine.ListAsync(http.Tenant(), DeadLettersApi.Filter(http), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, Quarantine quarantine, DeadLetterDetails letters, CancellationToken cancellationToken) =>
        await quarantine.GetAsync(http.Tenant(), id, cancellationToken) is not null && await letters.GetAsync(http.Tenant(), id, cancellationToken) is { } view
            ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> ReleaseAllAsync(HttpContext http, Quarantine quarantine, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<ReleaseLettersBody>(http);
        return ApiAnswers.Ok(new Page<Released>(await quarantine.ReleaseAsync(http.Caller(), body.Ids ?? [], cancellationToken), null));
    }

    private static async Task<IResult> ReleaseAsync(HttpContext http, Guid id, Quarantine quarantine, CancellationToken cancellationToken) =>
        Answer(http, await quarantine.ReleaseAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> DiscardAsync(HttpContext http, Guid id, Quarantine quarantine, CancellationToken cancellationToken) =>
        Answer(http, await quarantine.DiscardAsync(http.Caller(), id, (await ApiBody.ReadOptionalAsync<ReasonBody>(http)).Reason, cancellationToken));

    private static IResult Answer(HttpContext http, AdminResult<DeadLetterView> result) =>
        result.Value is { } view ? ApiAnswers.One(http, view) : ApiProblems.From(result, What);
}
