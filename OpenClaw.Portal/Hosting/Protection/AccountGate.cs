using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using OpenClaw.Portal.Identity;

namespace OpenClaw.Portal.Hosting.Protection;

/// <summary>
/// Limits tries per account, whatever addresses they come from: forms that take a password or a code are counted by the e-mail
/// address in them. Whether there is such an account makes no difference.
/// </summary>
internal sealed class AccountGate : IDisposable
{
    /// <summary>More than the wrong passwords that lock an account, so that people see why they cannot get in.</summary>
    public const int TriesPerMinute = 20;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32); // addresses are not kept
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(static account =>
        RateLimitPartition.GetFixedWindowLimiter(account, static _ => new() { PermitLimit = TriesPerMinute, Window = TimeSpan.FromMinutes(1) }));

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (await EmailAsync(http) is { } email)
        {
            using var lease = _limiter.AttemptAcquire(Partition(email));
            if (!lease.IsAcquired)
            {
                Refusals.SetRetryAfter(http.Response, lease);
                http.Response.StatusCode = StatusCodes.Status429TooManyRequests; // the page is shown in its place
                return;
            }
        }

        await next(http);
    }

    public void Dispose() => _limiter.Dispose();

    private string Partition(string email) =>
        Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(email.Trim().Normalize(NormalizationForm.FormKC).ToUpperInvariant())).AsSpan(0, 16));

    /// <summary>Null where the form has none, or cannot be read: the endpoint says so itself.</summary>
    private static async Task<string?> EmailAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.HasFormContentType) return null;
        if (http.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName != IdentityServices.CredentialsLimit) return null;
        try
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var email = form.FirstOrDefault(f => f.Key.EndsWith("email", StringComparison.OrdinalIgnoreCase)).Value.ToString();
            return email.Length > 0 && Encoding.UTF8.GetByteCount(email) <= 1_024 && IsText(email) ? email : null;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Half a surrogate pair cannot be normalised.</summary>
    private static bool IsText(string text) => !text.EnumerateRunes().Contains(Rune.ReplacementChar);
}
