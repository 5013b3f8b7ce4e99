using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Portal.Endpoints.Archive;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/archive</c>, and the export of sessions that are not archived.</summary>
internal static class ArchiveApi
{
    private const string What = "archived session";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/archive", ListAsync).Listed<Page<ArchivedSessionView>>("Lists archived sessions, newest activity first, and searches them for words")
            .Narrowed(ArchiveQuery.Names);
        api.MapGet("/archive/{id:guid}", GetAsync).Gives<ArchivedSessionView>("Gets an archived session");
        api.MapGet("/archive/{id:guid}/messages", MessagesAsync).Listed<Page<MessageView>>("Lists an archived session's messages, oldest first").MayFail(422);
        api.MapPost("/archive/{id:guid}/restore", RestoreAsync).Gives<SessionView>("Brings an archived session back among the living ones");
        api.MapGet("/archive/{id:guid}/export", ExportArchivedAsync).Gives<SessionExportBody>("Gives an archived session as a file: json, csv or txt").Narrowed("format").MayFail(422);
        api.MapGet("/sessions/{id:guid}/export", ExportAsync).Gives<SessionExportBody>("Gives a session as a file: json, csv or txt").Narrowed("format").MayFail(422);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ArchiveQueries archive, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await archive.ListAsync(http.Tenant(), ArchiveQuery.Of(http), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, ArchiveQueries archive, CancellationToken cancellationToken) =>
        await archive.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> MessagesAsync(HttpContext http, Guid id, ArchiveQueries archive, CancellationToken cancellationToken)
    {
        try
        {
            return await archive.MessagesAsync(http.Tenant(), id, ApiAnswers.Page(http), cancellationToken) is { } page ? ApiAnswers.Ok(page) : ApiProblems.NotFound(What);
        }
        catch (ArchiveFaultException fault)
        {
            return ArchiveDownloads.Unreadable(fault);
        }
    }

    private static async Task<IResult> RestoreAsync(HttpContext http, Guid id, RestoreSession restore, CancellationToken cancellationToken)
    {
        var result = await restore.RunAsync(http.Caller(), id, cancellationToken);
        return result.Status == AdminStatus.Done ? ApiAnswers.One(http, result.Value!) : ApiProblems.From(result, What);
    }

    private static Task<IResult> ExportArchivedAsync(HttpContext http, Guid id, ExportSession export, TenantNames names) =>
        ArchiveDownloads.AnswerAsync(http, http.Caller(), id, export, names, archivedOnly: true);

    private static Task<IResult> ExportAsync(HttpContext http, Guid id, ExportSession export, TenantNames names) => ArchiveDownloads.AnswerAsync(http, http.Caller(), id, export, names);
}

/// <summary>Filters of the archive as they stand in an address: the API and the page read the same.</summary>
internal static class ArchiveQuery
{
    public static string[] Names { get; } = ["text", "channel", "agent", "user", "since", "until"];

    public static ArchiveFilter Of(HttpContext http) => new()
    {
        Text = ApiAnswers.Text(http, "text"), Channel = ApiAnswers.Id(http, "channel"), Agent = ApiAnswers.Id(http, "agent"), User = ApiAnswers.Text(http, "user"),
        Since = ApiAnswers.Time(http, "since"), Until = ApiAnswers.Time(http, "until"),
    };
}
