using OpenClaw.Gateway.Core.Administration.Settings;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/settings</c>.</summary>
internal static class SettingsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/settings", GetAsync).Gives<SettingsView>("Gets the tenant's settings");
        api.MapPatch("/settings", PatchAsync).Taking<SettingsBody>().Gives<SettingsView>("Changes the tenant's settings (merge patch)");
    }

    private static async Task<IResult> GetAsync(HttpContext http, SettingsQuery settings, CancellationToken cancellationToken)
    {
        var view = await settings.GetAsync(http.Tenant(), cancellationToken);
        return ApiAnswers.One(http, view, view.Version);
    }

    private static async Task<IResult> PatchAsync(HttpContext http, SettingsQuery settings, PatchSettings patch, CancellationToken cancellationToken)
    {
        var result = await patch.RunAsync(http.Caller(), await ApiBody.JsonAsync(http), await ApiAnswers.IfMatchAsync(http, async () => (await settings.GetAsync(http.Tenant(), cancellationToken)).Version), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, "settings");
    }
}
