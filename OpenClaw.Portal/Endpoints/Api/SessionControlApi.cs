using System.Text.Json;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/sessions/{id}/…</c>: who answers in a session, its end, and notes about it.</summary>
internal static class SessionControlApi
{
    private const string What = "session";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions/{id:guid}/takeover", TakeOverAsync).Gives<SessionView>("Takes a session over: the agent pauses, the user's messages wait for the operator").MayFail(409).MayFail(503);
        api.MapPost("/sessions/{id:guid}/release", ReleaseAsync).Taking<ReleaseBody>().Gives<SessionView>("Hands a session back to its agent, with a note where one is given").MayFail(409).MayFail(503);
        api.MapPost("/sessions/{id:guid}/assign", AssignAsync).Taking<AssignBody>("agent").Gives<SessionView>("Gives a session to an agent; null: the rules decide again").MayFail(409).MayFail(503);
        api.MapPost("/sessions/{id:guid}/close", CloseAsync).Gives<SessionView>("Ends the session: the user's next message opens the next episode").MayFail(409).MayFail(503);
        api.MapPost("/sessions/{id:guid}/reopen", ReopenAsync).Gives<SessionView>("Takes an ended session up again, unless the user has begun the next one").MayFail(409).MayFail(503);
        api.MapGet("/sessions/{id:guid}/notes", NotesAsync).Listed<Page<NoteView>>("Lists the private notes about a session, newest first");
        api.MapPost("/sessions/{id:guid}/notes", NoteAsync).Taking<NoteBody>("text").Makes<NoteView>("Adds a private note to a session");
    }

    private static async Task<IResult> TakeOverAsync(HttpContext http, Guid id, ControlSession control, CancellationToken cancellationToken) =>
        Answer(http, await control.TakeOverAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> ReleaseAsync(HttpContext http, Guid id, ControlSession control, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<ReleaseBody>(http);
        return Answer(http, await control.ReleaseAsync(http.Caller(), id, body.Note, cancellationToken));
    }

    private static async Task<IResult> AssignAsync(HttpContext http, Guid id, ControlSession control, CancellationToken cancellationToken)
    {
        var sent = await ApiBody.JsonAsync(http);
        if (sent.ValueKind != JsonValueKind.Object || !sent.TryGetProperty("agent", out _)) return ApiProblems.Invalid("agent", "An agent's id is needed, or null to let the rules decide.");
        var body = await ApiBody.ReadAsync<AssignBody>(http);
        return Answer(http, await control.AssignAsync(http.Caller(), id, body.Agent, cancellationToken));
    }

    private static async Task<IResult> CloseAsync(HttpContext http, Guid id, ControlSession control, CancellationToken cancellationToken) =>
        Answer(http, await control.CloseAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> ReopenAsync(HttpContext http, Guid id, ControlSession control, CancellationToken cancellationToken) =>
        Answer(http, await control.ReopenAsync(http.Caller(), id, cancellationToken));

    private static async Task<IResult> NotesAsync(HttpContext http, Guid id, SessionNoteBook notes, CancellationToken cancellationToken) =>
        await notes.ListAsync(http.Tenant(), id, ApiAnswers.Page(http), cancellationToken) is { } page ? ApiAnswers.Ok(page) : ApiProblems.NotFound(What);

    private static async Task<IResult> NoteAsync(HttpContext http, Guid id, SessionNoteBook notes, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<NoteBody>(http);
        if (await notes.AddAsync(http.Caller(), id, body.Text, cancellationToken) is not { } note) return ApiProblems.NotFound(What);
        http.Response.Headers.Location = (http.Request.PathBase + http.Request.Path).Value;
        return Results.Json(note, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Answer(HttpContext http, ControlResult result)
    {
        if (result.Reason is { } reason) return ApiProblems.Of(StatusCodes.Status409Conflict, reason);
        return result.View is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);
    }
}
