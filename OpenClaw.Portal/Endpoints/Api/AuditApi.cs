using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Portal.Endpoints.Audit;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/audit</c>: who did what in the tenant.</summary>
internal static class AuditApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/audit", ListAsync).Listed<Page<AuditView>>("Lists what was done, newest first; with format=csv or jsonl all that fits, as a file")
            .Narrowed([.. AuditQuery.Names, "format"]);
        api.MapGet("/audit/{id:guid}", GetAsync).Gives<AuditView>("Gets one thing that was done, with before and after");
    }

    private static async Task<IResult> ListAsync(HttpContext http, AuditQueries audit, CancellationToken cancellationToken)
    {
        var (caller, filter) = (http.Caller(), AuditQuery.Of(http));
        if (ApiAnswers.OneOf(http, "format", ["json", .. AuditExport.Formats]) is { } format && format != "json") return new AuditExport(audit.ExportAsync(caller, filter, cancellationToken), format);
        return ApiAnswers.Ok(await audit.ListAsync(caller, filter, ApiAnswers.Page(http), cancellationToken));
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, AuditQueries audit, CancellationToken cancellationToken) =>
        await audit.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound("audit entry");
}
