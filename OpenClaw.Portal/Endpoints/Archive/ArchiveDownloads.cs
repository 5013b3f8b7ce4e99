using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Services;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Endpoints.Archive;

/// <summary>The files behind the pages' export menus: of a conversation, living or archived.</summary>
internal static class ArchiveDownloads
{
    public static IEndpointRouteBuilder MapArchiveDownloads(this IEndpointRouteBuilder endpoints)
    {
        foreach (var page in new[] { "conversations", "archive" })
            endpoints.MapGet($"/t/{{Slug}}/{page}/{{id:guid}}/export", ExportAsync).RequireAuthorization(TenantMember.Policy).ExcludeFromDescription();
        return endpoints;
    }

    private static async Task<IResult> ExportAsync(HttpContext http, string slug, Guid id, Callers callers, ExportSession export, TenantNames names)
    {
        var caller = await callers.InTenantAsync(http.User, slug, http.RequestAborted);
        try
        {
            return await AnswerAsync(http, caller, id, export, names);
        }
        catch (InvalidInputException fault)
        {
            return ApiProblems.Invalid(fault.Field, fault.Message);
        }
    }

    /// <summary>The file, or the problem that keeps it.</summary>
    public static async Task<IResult> AnswerAsync(HttpContext http, Caller caller, Guid session, ExportSession export, TenantNames names, bool archivedOnly = false)
    {
        var format = ApiAnswers.OneOf(http, "format", SessionExport.Formats) ?? SessionExport.Json;
        try
        {
            return await export.RunAsync(caller, session, format, archivedOnly, http.RequestAborted) is { } conversation
                ? new SessionExport(conversation, format, names) : ApiProblems.NotFound(archivedOnly ? "archived session" : "session");
        }
        catch (ArchiveFaultException fault)
        {
            return Unreadable(fault);
        }
    }

    /// <summary>422: what is asked for is there, and cannot be read.</summary>
    public static IResult Unreadable(ArchiveFaultException fault) => ApiProblems.Of(StatusCodes.Status422UnprocessableEntity, $"{fault.Message} Bring that file back from a back-up.");
}
