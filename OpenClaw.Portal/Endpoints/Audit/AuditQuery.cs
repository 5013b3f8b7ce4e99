using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.Audit;

/// <summary>Filters of the audit as they stand in an address: the API, the pages and the exports read the same.</summary>
internal static class AuditQuery
{
    public static IReadOnlyList<string> Names { get; } = ["who", "action", "target", "text", "since", "until"];

    public static AuditFilter Of(HttpContext http) => new()
    {
        Who = ApiAnswers.Text(http, "who"), Action = ApiAnswers.Text(http, "action"), Target = ApiAnswers.Id(http, "target"), Text = ApiAnswers.Text(http, "text"),
        Since = ApiAnswers.Time(http, "since"), Until = ApiAnswers.Time(http, "until"),
    };
}
