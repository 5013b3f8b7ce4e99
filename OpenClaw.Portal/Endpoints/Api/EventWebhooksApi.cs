using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Gateway.Core.Administration.Secrets;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>An endpoint for events as it is sent; no types = all. All fields are optional in a patch.</summary>
internal sealed record EventWebhookBody(string? Name, string? Url, IReadOnlyList<string>? Types, bool? Enabled, Dictionary<string, string?>? Secrets);

/// <summary>What is to be sent again: all that happened since then; of that state (<c>delivered</c> or <c>failed</c>) where one is named.</summary>
internal sealed record ResendBody
{
    public DateTimeOffset? Since { get; init; }

    public string? State { get; init; }
}

/// <summary><c>/event-webhooks</c>.</summary>
internal static class EventWebhooksApi
{
    private const string What = "event webhook";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/event-webhooks", ListAsync).Listed<Page<EventWebhookView>>("Lists event webhooks, newest first");
        api.MapPost("/event-webhooks", CreateAsync).Taking<EventWebhookBody>("name", "url").Makes<EventWebhookView>("Makes an event webhook; its signing secret is in the answer, once");
        api.MapGet("/event-webhooks/{id:guid}", GetAsync).Gives<EventWebhookView>("Gets an event webhook");
        api.MapPatch("/event-webhooks/{id:guid}", PatchAsync).Taking<EventWebhookBody>().Gives<EventWebhookView>("Changes an event webhook (merge patch)");
        api.MapDelete("/event-webhooks/{id:guid}", DeleteAsync).Removes("Deletes an event webhook with its log");
        api.MapPost("/event-webhooks/{id:guid}/test", TestAsync).Gives<EventWebhookTest>("Sends a signed event of type test and shows what the endpoint answers");
        api.MapPost("/event-webhooks/{id:guid}/resend", ResendSinceAsync).Taking<ResendBody>("since").Gives<EventsResent>("Sends all events since a time again, with the ids that they had");
        api.MapPost("/event-webhooks/{id:guid}/secrets/{name}/rotate", RotateAsync).Taking<RotateBody>().Gives<SecretView>("Makes a fresh secret; for some hours events are signed with both");
        api.MapGet("/event-webhooks/{id:guid}/deliveries", DeliveriesAsync).Listed<Page<EventDeliveryView>>("An event webhook's log, newest event first, without bodies").Narrowed("state", "type", "since");
        api.MapGet("/event-webhooks/{id:guid}/deliveries/{delivery:guid}", DeliveryAsync).Gives<EventDeliveryView>("One delivery with its body");
        api.MapPost("/event-webhooks/{id:guid}/deliveries/{delivery:guid}/resend", ResendAsync).Gives<EventsResent>("Sends one event again, with the id that it had");
    }

    private static async Task<IResult> ListAsync(HttpContext http, EventWebhookQueries webhooks, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await webhooks.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SaveEventWebhook save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, EventWebhookQueries webhooks, CancellationToken cancellationToken) =>
        await webhooks.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, EventWebhookQueries webhooks, SaveEventWebhook save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await ExpectedAsync(http, id, webhooks, cancellationToken), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, EventWebhookQueries webhooks, DeleteEventWebhook delete, CancellationToken cancellationToken)
    {
        var result = await delete.RunAsync(http.Caller(), id, await ExpectedAsync(http, id, webhooks, cancellationToken), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> TestAsync(HttpContext http, Guid id, TestEventWebhook test, CancellationToken cancellationToken)
    {
        var result = await test.RunAsync(http.Caller(), id, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> ResendSinceAsync(HttpContext http, Guid id, ResendEvents resend, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<ResendBody>(http);
        var since = body.Since ?? throw new InvalidInputException("since", "A time (RFC 3339) is needed.");
        var result = await resend.SinceAsync(http.Caller(), id, since, body.State, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> RotateAsync(HttpContext http, Guid id, string name, RotateSecret rotate, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<RotateBody>(http);
        var result = await rotate.OfEventWebhookAsync(http.Caller(), id, name, body.OverlapHours, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, "secret");
    }

    private static async Task<IResult> DeliveriesAsync(HttpContext http, Guid id, EventWebhookQueries webhooks, CancellationToken cancellationToken)
    {
        var filter = new EventDeliveryFilter(ApiAnswers.OneOf(http, "state", EventDeliveryStates.All), ApiAnswers.OneOf(http, "type", EventTypes.All), ApiAnswers.Time(http, "since"));
        return await webhooks.DeliveriesAsync(http.Tenant(), id, filter, ApiAnswers.Page(http), cancellationToken) is { } page ? ApiAnswers.Ok(page) : ApiProblems.NotFound(What);
    }

    private static async Task<IResult> DeliveryAsync(HttpContext http, Guid id, Guid delivery, EventWebhookQueries webhooks, CancellationToken cancellationToken) =>
        await webhooks.DeliveryAsync(http.Tenant(), id, delivery, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound("delivery");

    private static async Task<IResult> ResendAsync(HttpContext http, Guid id, Guid delivery, ResendEvents resend, CancellationToken cancellationToken)
    {
        var result = await resend.OneAsync(http.Caller(), id, delivery, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, "delivery");
    }

    private static Task<int?> ExpectedAsync(HttpContext http, Guid id, EventWebhookQueries webhooks, CancellationToken cancellationToken) =>
        ApiAnswers.IfMatchAsync(http, async () => (await webhooks.GetAsync(http.Tenant(), id, cancellationToken))?.Version);
}
