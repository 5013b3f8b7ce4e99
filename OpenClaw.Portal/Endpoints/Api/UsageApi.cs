using System.Globalization;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/usage</c>.</summary>
internal static class UsageApi
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/usage", ListAsync).Listed<Page<UsageView>>("Lists usage by tenant and day (UTC), newest first").Narrowed("tenant", "since", "until");

    private static async Task<IResult> ListAsync(HttpContext http, UsageQueries usage, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await usage.ListAsync(http.Caller(), ApiAnswers.Page(http), ApiAnswers.Id(http, "tenant"), Day(http, "since"), Day(http, "until"), cancellationToken));

    /// <summary>A day, or the day (UTC) of a time.</summary>
    private static DateOnly? Day(HttpContext http, string name)
    {
        if (ApiAnswers.Text(http, name) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? DateOnly.FromDateTime(time.UtcDateTime)
            : throw new InvalidInputException(name, "Must be a day, as 2026-11-23, or a time (RFC 3339).");
    }
}
