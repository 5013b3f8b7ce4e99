using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using OpenClaw.Portal.Hosting.Protection;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>
/// How often the API may be called: each key far more than a script needs, and each address only so many times with a key that is
/// not known. An address over that may still use keys that were good before, so one guesser does not shut out
/// those behind the same address.
/// </summary>
internal sealed class ApiGate : IDisposable
{
    /// <summary>Calls of one key in a row, after a pause.</summary>
    public const int Burst = 4_000;

    /// <summary>Calls of one key for ever.</summary>
    public const int PerSecond = 2_000;

    /// <summary>Unknown keys of one address. A script that tries every call with a stale key stays below.</summary>
    public const int FailuresPerMinute = 300;

    private const int Periods = 10;
    private const int MaxGood = 10_000;

    private readonly ConcurrentDictionary<string, byte> _good = new(StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<Guid> _calls = PartitionedRateLimiter.Create<Guid, Guid>(static key =>
        RateLimitPartition.GetTokenBucketLimiter(key, static _ => new()
        {
            TokenLimit = Burst, TokensPerPeriod = PerSecond / Periods, ReplenishmentPeriod = TimeSpan.FromSeconds(1) / Periods,
        }));

    private readonly PartitionedRateLimiter<string> _failures = PartitionedRateLimiter.Create<string, string>(static address =>
        RateLimitPartition.GetFixedWindowLimiter(address, static _ => new() { PermitLimit = FailuresPerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>False: do not even look whether there is such a key.</summary>
    public bool MayTry(HttpContext http, string key)
    {
        using var lease = _failures.AttemptAcquire(ClientAddress.Of(http), 0);
        return lease.IsAcquired || _good.ContainsKey(Name(key));
    }

    /// <summary>The key is known. False: it is used too often.</summary>
    public bool Succeeded(HttpContext http, string key, Guid id)
    {
        var name = Name(key);
        if (!_good.ContainsKey(name))
        {
            if (_good.Count >= MaxGood) _good.Clear();
            _good[name] = 0;
        }

        using var lease = _calls.AttemptAcquire(id);
        if (!lease.IsAcquired) Refusals.SetRetryAfter(http.Response, lease);
        return lease.IsAcquired;
    }

    /// <summary>The key is not known.</summary>
    public void Failed(HttpContext http, string key)
    {
        _good.TryRemove(Name(key), out _);
        using var lease = _failures.AttemptAcquire(ClientAddress.Of(http));
    }

    public void Dispose()
    {
        _calls.Dispose();
        _failures.Dispose();
    }

    private static string Name(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
