using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/tenants</c>.</summary>
internal static class TenantsApi
{
    private const string What = "tenant";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/tenants", ListAsync).Listed<Page<TenantView>>("Lists tenants, newest first").Narrowed("text", "suspended");
        api.MapPost("/tenants", CreateAsync).Taking<TenantBody>("name", "slug").Makes<TenantView>("Makes a tenant; a link of invitation and an API key are shown in this answer only");
        api.MapGet("/tenants/{id:guid}", GetAsync).Gives<TenantView>("Gets a tenant");
        api.MapPatch("/tenants/{id:guid}", PatchAsync).Taking<TenantBody>().Gives<TenantView>("Changes a tenant (merge patch)");
        api.MapDelete("/tenants/{id:guid}", DeleteAsync).Removes("Deletes a tenant with everything that is its; answers when nothing is left");
        api.MapPost("/tenants/{id:guid}/suspend", SuspendAsync).Taking<SuspendBody>().Gives<TenantView>("Suspends a tenant: its channels stop, nothing is lost");
        api.MapPost("/tenants/{id:guid}/resume", ResumeAsync).Gives<TenantView>("Lets a suspended tenant go on");
        api.MapGet("/tenants/{id:guid}/export", ExportAsync).Gives<JsonObject>("Gets a tenant's configuration as one document, without secrets");
        api.MapPost("/tenants/{id:guid}/import", ImportAsync).Taking<JsonObject>().Gives<ImportReport>("Takes an exported configuration into a tenant, whole or not at all").Narrowed("dryRun", "existing");
    }

    private static async Task<IResult> ListAsync(HttpContext http, TenantQueries tenants, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await tenants.ListAsync(
            http.Caller(), ApiAnswers.Page(http), ApiAnswers.Text(http, "text"), ApiAnswers.OneOf(http, "suspended", ["true", "false"]) is { } state ? state == "true" : null, cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, CreateTenant create, CancellationToken cancellationToken)
    {
        var result = await create.RunAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, TenantQueries tenants, CancellationToken cancellationToken) =>
        await tenants.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, TenantQueries tenants, SaveTenant save, CancellationToken cancellationToken) =>
        Saved(http, await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await IfMatchAsync(http, id, tenants, cancellationToken), cancellationToken));

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, TenantQueries tenants, DeleteTenant delete, CancellationToken cancellationToken)
    {
        var result = await delete.RunAsync(http.Caller(), id, await IfMatchAsync(http, id, tenants, cancellationToken), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> SuspendAsync(HttpContext http, Guid id, TenantQueries tenants, SaveTenant save, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<SuspendBody>(http);
        return Saved(http, await save.SuspendAsync(http.Caller(), id, body.Reason, await IfMatchAsync(http, id, tenants, cancellationToken), cancellationToken));
    }

    private static async Task<IResult> ResumeAsync(HttpContext http, Guid id, TenantQueries tenants, SaveTenant save, CancellationToken cancellationToken) =>
        Saved(http, await save.ResumeAsync(http.Caller(), id, await IfMatchAsync(http, id, tenants, cancellationToken), cancellationToken));

    private static async Task<IResult> ExportAsync(HttpContext http, Guid id, ExportTenant export, CancellationToken cancellationToken) =>
        await export.RunAsync(http.Caller(), id, cancellationToken) is { } document ? ApiAnswers.One(http, document) : ApiProblems.NotFound(What);

    private static async Task<IResult> ImportAsync(HttpContext http, Guid id, ImportTenant import, CancellationToken cancellationToken)
    {
        var dryRun = ApiAnswers.OneOf(http, "dryRun", ["true", "false"]) == "true";
        var replace = ApiAnswers.OneOf(http, "existing", ["skip", "replace"]) == "replace";
        var result = await import.RunAsync(http.Caller(), id, await ApiBody.JsonAsync(http), replace, dryRun, cancellationToken);
        return result.Value is { } report ? ApiAnswers.Ok(report) : ApiProblems.From(result, What);
    }

    private static Task<int?> IfMatchAsync(HttpContext http, Guid id, TenantQueries tenants, CancellationToken cancellationToken) =>
        ApiAnswers.IfMatchAsync(http, async () => (await tenants.GetAsync(http.Caller(), id, cancellationToken))?.Version);

    private static IResult Saved(HttpContext http, AdminResult<TenantView> result) =>
        result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
}
