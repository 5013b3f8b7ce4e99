using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>A bot's rate limits: buckets as Discord names them, the global one, and the pauses that 429 asks for. Calls wait in order; they do not fail.</summary>
internal sealed class RateLimits(InvalidBudget invalid, TimeProvider time)
{
    /// <summary>The pause after a 429 that says no usable delay.</summary>
    public static readonly TimeSpan Blind = TimeSpan.FromSeconds(60);

    /// <summary>What is said is rounded, and our second need not end with theirs.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(20);

    private const string AllUsed = "Discord's rate limit for all calls of this bot is used up";
    private const int MostBuckets = 512;
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), RateBucket> _buckets = [];

    /// <summary>What holds for all calls.</summary>
    public GlobalLimit Global { get; } = new(time);

    /// <summary>How long such a call would wait now; zero = not at all.</summary>
    public TimeSpan WaitFor(DiscordRequest request)
    {
        RateBucket? bucket;
        lock (_lock) bucket = _buckets.GetValueOrDefault(KeyOf(request));
        var wait = bucket?.WaitAt(time.GetUtcNow()) ?? TimeSpan.Zero;
        var global = request.IsFree ? Global.Paused : Global.Wait;
        if (global > wait) wait = global;
        return invalid.Wait is var quiet && quiet > wait ? quiet : wait;
    }

    /// <summary>What is left of the bucket of such a call; null where nothing is known.</summary>
    public (int Remaining, DateTimeOffset ResetAt)? Look(DiscordRequest request)
    {
        lock (_lock) return _buckets.GetValueOrDefault(KeyOf(request))?.Look(time.GetUtcNow());
    }

    /// <summary>Waits for the turn of a call. A pause longer than <paramref name="patience"/> is a <see cref="DiscordException"/> that says how long.</summary>
    public async ValueTask<RateBucket> EnterAsync(DiscordRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        var bucket = BucketOf(request);
        await bucket.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        while (BucketOf(request) is var now && now != bucket)
        {
            // the answer to an earlier call told which bucket this route really belongs to
            bucket.Turn.Release();
            bucket = now;
            await bucket.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await WaitAsync(() => invalid.Wait, patience, "Discord counted too many refused calls from this address; calls rest so that it does not shut us out", cancellationToken).ConfigureAwait(false);
            await WaitAsync(() => bucket.WaitAt(time.GetUtcNow()), patience, "Discord's rate limit for this call is used up", cancellationToken).ConfigureAwait(false);
            // no place is taken by a call that would not wait for it
            if (!request.IsFree) await WaitAsync(() => Global.Wait > patience ? Global.Wait : TimeSpan.Zero, patience, AllUsed, cancellationToken).ConfigureAwait(false);
            var place = request.IsFree ? TimeSpan.Zero : Global.Reserve();
            await WaitAsync(() => Longer(ref place, Global.Paused), patience, AllUsed, cancellationToken).ConfigureAwait(false);
            bucket.Spend(time.GetUtcNow());
            return bucket;
        }
        catch
        {
            bucket.Turn.Release();
            throw;
        }

        static TimeSpan Longer(ref TimeSpan once, TimeSpan paused)
        {
            var wait = once > paused ? once : paused;
            once = TimeSpan.Zero;
            return wait;
        }
    }

    /// <summary>Reads an answer's headers. For 429 the pause that it asks for, else null.</summary>
    /// <param name="request">The call.</param>
    /// <param name="bucket">The bucket that it went by.</param>
    /// <param name="response">The answer.</param>
    /// <param name="body">The body of a 429.</param>
    public TimeSpan? Learn(DiscordRequest request, RateBucket bucket, HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var now = time.GetUtcNow();
        var real = Known(request, Header(response, "X-RateLimit-Bucket"), bucket);
        if (Seconds(response, "X-RateLimit-Reset-After") is { } after && int.TryParse(Header(response, "X-RateLimit-Remaining"), CultureInfo.InvariantCulture, out var remaining))
            real.Learn(Math.Max(0, remaining), now + after + Margin);
        var scope = Header(response, "X-RateLimit-Scope");
        var status = (int)response.StatusCode;
        if (status is 401 or 403 || (status == 429 && scope != "shared")) invalid.Count();
        if (status != 429) return null;

        var json = Lenient.Parse(body);
        var said = json.Real("retry_after") is { } seconds ? Span(seconds) : Seconds(response, "Retry-After") ?? (json.ValueKind == System.Text.Json.JsonValueKind.Object ? Seconds(response, "X-RateLimit-Reset-After") : null);
        var pause = said ?? Blind;
        // what is not JSON did not come from the API but from the wall before it, which counts all calls
        var isGlobal = json.Flag("global") || scope == "global" || Header(response, "X-RateLimit-Global") == "true" || json.ValueKind != System.Text.Json.JsonValueKind.Object;
        if (isGlobal) Global.Pause(pause);
        else real.Close(now + pause + Margin);
        return pause;
    }

    private async ValueTask WaitAsync(Func<TimeSpan> left, TimeSpan patience, string why, CancellationToken cancellationToken)
    {
        while (left() is var wait && wait > TimeSpan.Zero)
        {
            if (wait > patience) throw new DiscordException(FailureKind.RateLimited, $"{why}.") { RetryAfter = wait, NeverSent = true };
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private (string, string) KeyOf(DiscordRequest request)
    {
        var route = $"{request.Method.Method} {request.Route}";
        return (_hashes.GetValueOrDefault(route, route), request.Major);
    }

    private RateBucket BucketOf(DiscordRequest request)
    {
        lock (_lock) return Bucket(KeyOf(request));
    }

    private RateBucket Known(DiscordRequest request, string? hash, RateBucket bucket)
    {
        if (string.IsNullOrEmpty(hash) || hash.Length > 200) return bucket;
        lock (_lock)
        {
            if (_hashes.Count < MostBuckets) _hashes[$"{request.Method.Method} {request.Route}"] = hash;
            return Bucket((hash, request.Major));
        }
    }

    private RateBucket Bucket((string, string) key)
    {
        var now = time.GetUtcNow();
        if (_buckets.TryGetValue(key, out var bucket))
        {
            bucket.UsedAt = now;
            return bucket;
        }

        if (_buckets.Count >= MostBuckets) Clean(now);
        return _buckets[key] = new(now);
    }

    /// <summary>Forgets what nobody waits for and whose window is over; interactions have a bucket each.</summary>
    private void Clean(DateTimeOffset now)
    {
        foreach (var (key, bucket) in _buckets.Where(b => b.Value.Turn.CurrentCount == 1 && b.Value.Look(now) is null).OrderBy(b => b.Value.UsedAt).Take(MostBuckets / 2).ToList()) _buckets.Remove(key);
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static TimeSpan? Seconds(HttpResponseMessage response, string name) =>
        double.TryParse(Header(response, name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? Span(seconds) : null;

    private static TimeSpan? Span(double seconds) =>
        !double.IsFinite(seconds) || seconds < 0 ? null : TimeSpan.FromSeconds(Math.Min(seconds, LongestPause.TotalSeconds));
}
