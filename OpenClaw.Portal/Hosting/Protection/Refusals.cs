using System.Globalization;
using System.Threading.RateLimiting;

namespace OpenClaw.Portal.Hosting.Protection;

/// <summary>429 always says when to come again (RFC 6585, RFC 9110 10.2.3).</summary>
internal static class Refusals
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    public static void SetRetryAfter(HttpResponse response, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var given) ? given : Usual;
        response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
