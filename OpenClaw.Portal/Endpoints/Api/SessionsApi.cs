using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/sessions</c>.</summary>
internal static class SessionsApi
{
    private const string What = "session";
    private const int MaxJsonBytes = 256 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/sessions", ListAsync).Listed<Page<SessionView>>("Lists sessions, newest activity first")
            .Narrowed("state", "channel", "agent", "user", "text", "since", "until", "trouble");
        api.MapGet("/sessions/{id:guid}", GetAsync).Gives<SessionView>("Gets a session");
        api.MapPatch("/sessions/{id:guid}", PatchAsync).Taking<SessionBody>().Gives<SessionView>("Changes preferences, context, agentSettings (merge patches) or tools");
        api.MapGet("/sessions/{id:guid}/messages", MessagesAsync).Listed<Page<MessageView>>("Lists a session's messages, oldest first");
        api.MapPost("/sessions/{id:guid}/messages", AppendAsync).Taking<AppendBody>().Makes<Page<MessageView>>("Writes into a session as an agent or operator").MayFail(503);
    }

    private static async Task<IResult> ListAsync(HttpContext http, SessionQueries sessions, TimeProvider time, CancellationToken cancellationToken)
    {
        var filter = new SessionFilter
        {
            State = State(http), Channel = ApiAnswers.Id(http, "channel"), Agent = ApiAnswers.Id(http, "agent"),
            User = ApiAnswers.Text(http, "user"), Text = ApiAnswers.Text(http, "text"), Since = ApiAnswers.Time(http, "since"), Until = ApiAnswers.Time(http, "until"),
        };
        if (ApiAnswers.Text(http, "trouble") is { } trouble)
            filter = filter.Troubled(trouble, time.GetUtcNow()) ?? throw new InvalidInputException("trouble", $"Must be one of: {string.Join(", ", SessionFilter.Troubles)}.");
        return ApiAnswers.Ok(await sessions.ListAsync(http.Tenant(), filter, ApiAnswers.Page(http), cancellationToken));
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, SessionQueries sessions, CancellationToken cancellationToken) =>
        await sessions.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, SessionQueries sessions, ChangeSession change, CancellationToken cancellationToken)
    {
        if (await sessions.GetAsync(http.Tenant(), id, cancellationToken) is not { } present) return ApiProblems.NotFound(What);
        if (!ApiAnswers.Matches(http, present)) return ApiProblems.Stale();
        var patch = await PatchOfAsync(http);
        return await change.PatchAsync(http.Caller(), id, patch, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);
    }

    private static async Task<IResult> MessagesAsync(HttpContext http, Guid id, SessionQueries sessions, MessageQueries messages, CancellationToken cancellationToken)
    {
        var page = await messages.ListAsync(http.Tenant(), id, ApiAnswers.Page(http), cancellationToken);
        if (page.Items.Count == 0 && await sessions.GetAsync(http.Tenant(), id, cancellationToken) is null) return ApiProblems.NotFound(What);
        return ApiAnswers.Ok(page);
    }

    private static async Task<IResult> AppendAsync(
        HttpContext http, Guid id, ChangeSession change, MessageQueries messages, GatewayOptions options, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<AppendBody>(http);
        var errors = body.Check(options.Limits.MaxMessageBytes);
        if (errors.Count > 0) return ApiProblems.Invalid(errors);
        var from = body.As == "operator" ? MessageFrom.Operator : MessageFrom.Agent;
        var outcome = await change.PostAsync(http.Caller(), id, from, body.ToReplies(), body.InReplyTo, cancellationToken);
        if (outcome.Messages is not { } made) return Refused(http, outcome);
        var views = new List<MessageView>(made.Count);
        foreach (var message in made)
        {
            if (await messages.GetAsync(http.Tenant(), message, cancellationToken) is { } view) views.Add(view);
        }
        http.Response.Headers.Location = made.Count > 0 ? $"{http.Request.PathBase}{ManagementApi.Base}/messages/{made[0]}" : (http.Request.PathBase + http.Request.Path).Value;
        return Results.Json(new Page<MessageView>(views, null), ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Refused(HttpContext http, AppendOutcome outcome)
    {
        var reason = outcome.Reason ?? "";
        if (outcome.Refusal == AppendRefusal.Overloaded) http.Response.Headers.RetryAfter = "1";
        return outcome.Refusal switch
        {
            AppendRefusal.NoSession => ApiProblems.NotFound(What),
            AppendRefusal.NoQuestion => ApiProblems.Invalid("inReplyTo", reason),
            AppendRefusal.TooLarge => ApiProblems.Invalid("messages", reason),
            AppendRefusal.Ended => ApiProblems.Of(StatusCodes.Status409Conflict, reason),
            _ => ApiProblems.Of(StatusCodes.Status503ServiceUnavailable, reason),
        };
    }

    private static SessionState? State(HttpContext http)
    {
        if (ApiAnswers.Text(http, "state") is not { } text) return null;
        return Enum.TryParse<SessionState>(text, ignoreCase: true, out var state) && Enum.IsDefined(state) && !char.IsAsciiDigit(text[0]) ? state
            : throw new InvalidInputException("state", "Must be one of: init, active, dormant, expired, archived.");
    }

    private static async Task<SessionPatch> PatchOfAsync(HttpContext http)
    {
        var body = await ApiBody.JsonAsync(http);
        if (body.ValueKind != JsonValueKind.Object) throw new InvalidInputException("", "The body must be a JSON object.");
        foreach (var field in body.EnumerateObject().Select(f => f.Name).Where(f => f is not ("preferences" or "context" or "agentSettings" or "tools")))
            throw new InvalidInputException(field, "There is no such field to change. There are: preferences, context, agentSettings, tools.");
        return new()
        {
            Preferences = Part(body, "preferences", JsonValueKind.Object), Context = Part(body, "context", JsonValueKind.Object),
            AgentSettings = Part(body, "agentSettings", JsonValueKind.Object), Tools = Part(body, "tools", JsonValueKind.Array),
        };
    }

    private static JsonElement? Part(JsonElement body, string name, JsonValueKind kind)
    {
        if (!body.TryGetProperty(name, out var part)) return null;
        if (part.ValueKind != kind) throw new InvalidInputException(name, kind == JsonValueKind.Array ? "Must be a list." : "Must be an object.");
        return part.GetRawText().Length <= MaxJsonBytes ? part : throw new InvalidInputException(name, $"Must have at most {MaxJsonBytes} bytes.");
    }
}
