using System.Globalization;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/metrics/series</c>: the figures that are kept, over time.</summary>
internal static class MetricSeriesApi
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/metrics/series", GetAsync).Gives<MetricView>("Gets a figure over time: messages, durations with percentiles, failures, queues")
            .Narrowed("measure", "by", "subject", "from", "to", "step", "installation");

    private static async Task<IResult> GetAsync(HttpContext http, MetricQueries metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        var to = ApiAnswers.Time(http, "to") ?? time.GetUtcNow();
        var request = new MetricRequest([ApiAnswers.Text(http, "measure") ?? MetricNames.Received], ApiAnswers.Time(http, "from") ?? to - Usual, to)
        {
            By = ApiAnswers.OneOf(http, "by", MetricSplits.All) ?? MetricSplits.None,
            Subject = ApiAnswers.Id(http, "subject"),
            Step = Step(http),
        };
        var ofAll = ApiAnswers.OneOf(http, "installation", ["true", "false"]) == "true";
        var views = ofAll ? await metrics.OfInstallationAsync(http.Caller(), request, cancellationToken) : await metrics.OfTenantAsync(http.Caller(), request, cancellationToken);
        return ApiAnswers.Ok(views[0]);
    }

    private static int? Step(HttpContext http)
    {
        if (ApiAnswers.Text(http, "step") is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : throw new InvalidInputException("step", "Must be a whole number of seconds.");
    }
}
