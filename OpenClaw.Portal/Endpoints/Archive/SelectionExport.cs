using System.Buffers;
using System.Text.Json;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Endpoints.Archive;

/// <summary>
/// The file behind the export of ticked conversations: JSON lines, one conversation each, living or archived. One that is gone or cannot be
/// read is a line with a <c>fault</c>, and the rest goes on.
/// </summary>
internal static class SelectionExport
{
    /// <summary>More do not fit into an address.</summary>
    public const int Most = 100;

    private const string Parameter = "session";

    public static IEndpointRouteBuilder MapSelectionExport(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/t/{Slug}/conversations/export", ExportAsync).RequireAuthorization(TenantMember.Policy).ExcludeFromDescription();
        return endpoints;
    }

    /// <summary>Where these are given as a file.</summary>
    public static string Address(string tenant, IEnumerable<Guid> sessions) => $"{tenant}/conversations/export?{string.Join('&', sessions.Select(s => $"{Parameter}={s:N}"))}";

    private static async Task<IResult> ExportAsync(HttpContext http, string slug, Callers callers, ExportSession export)
    {
        var sessions = http.Request.Query[Parameter].Select(id => Guid.TryParse(id, out var session) ? session : Guid.Empty).Distinct().ToList();
        if (sessions.Count is 0 or > Most || sessions.Contains(Guid.Empty)) return ApiProblems.Invalid(Parameter, $"Must be the ids of 1 to {Most} conversations.");
        return new Lines(await callers.InTenantAsync(http.User, slug, http.RequestAborted), sessions, export);
    }

    private sealed class Lines(Caller caller, IReadOnlyList<Guid> sessions, ExportSession export) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (response, stop) = (httpContext.Response, httpContext.RequestAborted);
            response.ContentType = "application/jsonl; charset=utf-8";
            response.Headers.ContentDisposition = "attachment; filename=\"conversations.jsonl\"";
            response.Headers.CacheControl = "no-store";
            foreach (var session in sessions)
            {
                if (await FaultAsync(response, session, stop) is not { } fault) continue;
                response.BodyWriter.Write(JsonSerializer.SerializeToUtf8Bytes(new { session = new { id = session }, fault }, ApiJson.Options));
                response.BodyWriter.Write("\n"u8);
                await response.BodyWriter.FlushAsync(stop);
            }
        }

        /// <summary>Writes one; or says why not, and then nothing of it is written: a transcript is read whole before.</summary>
        private async Task<string?> FaultAsync(HttpResponse response, Guid session, CancellationToken cancellationToken)
        {
            try
            {
                if (await export.RunAsync(caller, session, "jsonl", cancellationToken: cancellationToken) is not { } conversation) return "There is no such conversation.";
                await SessionExport.WriteJsonAsync(response.BodyWriter, conversation, oneLine: true, cancellationToken);
                return null;
            }
            catch (ArchiveFaultException fault)
            {
                return fault.Message;
            }
        }
    }
}
