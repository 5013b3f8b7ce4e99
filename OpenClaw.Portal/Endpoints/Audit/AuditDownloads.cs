using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Endpoints.Audit;

/// <summary>The files behind the audit pages' export buttons.</summary>
internal static class AuditDownloads
{
    public static IEndpointRouteBuilder MapAuditDownloads(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/t/{Slug}/audit/export", OfTenantAsync).RequireAuthorization(TenantMember.AdminPolicy).ExcludeFromDescription();
        endpoints.MapGet("/owner/audit/export", OfAllAsync).RequireAuthorization(InstallationOwner.Policy).ExcludeFromDescription();
        return endpoints;
    }

    private static async Task<IResult> OfTenantAsync(HttpContext http, string slug, Callers callers, AuditQueries audit)
    {
        var caller = await callers.InTenantAsync(http.User, slug, http.RequestAborted);
        return Answer(http, () => audit.ExportAsync(caller, AuditQuery.Of(http), http.RequestAborted), null);
    }

    private static async Task<IResult> OfAllAsync(HttpContext http, Callers callers, AuditQueries audit, ICatalog catalog)
    {
        var caller = await callers.InInstallationAsync(http.User, http.RequestAborted);
        return Answer(http, () => audit.ExportAsync(caller, AuditQuery.Of(http) with { Tenant = ApiAnswers.Id(http, "tenant") }, http.RequestAborted), id => catalog.FindTenant(id)?.Name);
    }

    private static IResult Answer(HttpContext http, Func<IAsyncEnumerable<AuditView>> entries, Func<Guid, string?>? tenantName)
    {
        try
        {
            return new AuditExport(entries(), ApiAnswers.OneOf(http, "format", AuditExport.Formats) ?? AuditExport.Csv, tenantName);
        }
        catch (InvalidInputException fault)
        {
            return ApiProblems.Invalid(fault.Field, fault.Message);
        }
    }
}
