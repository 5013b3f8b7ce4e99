using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>
/// Token buckets per user, channel and tenant, each as large as the minute's amount. What one of them refuses costs nothing in the others. Full
/// buckets are forgotten.
/// </summary>
internal sealed class RateLimits(TimeProvider time)
{
    private const int PruneAbove = 10_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(Guid Owner, string? User), Bucket> _buckets = new();
    private long _prunedAt;

    /// <summary>Takes a message; null when all limits allow it, else which one does not and when it will.</summary>
    public RateRefusal? Refuse(ChannelModel channel, string user)
    {
        var (ofUser, ofChannel, ofTenant) = (channel.RateLimitPerUserPerMinute, channel.RateLimitPerMinute, channel.Tenant.Settings.RateLimitPerMinute);
        if (ofUser <= 0 && ofChannel <= 0 && ofTenant <= 0) return null;
        var now = time.GetTimestamp();
        if (_buckets.Count > PruneAbove) Prune(now);
        if (TryTake((channel.Id, user), ofUser, now) is { } wait)
            return new(wait, $"At most {ofUser} messages a minute are taken from one user (rateLimitPerUserPerMinute of the channel or the tenant).");
        if (TryTake((channel.Id, null), ofChannel, now) is { } channelWait)
        {
            GiveBack((channel.Id, user), ofUser);
            return new(channelWait, $"At most {ofChannel} messages a minute are taken by this channel (rateLimitPerMinute of the channel).");
        }

        if (TryTake((channel.Tenant.Id, null), ofTenant, now) is { } tenantWait)
        {
            GiveBack((channel.Id, user), ofUser);
            GiveBack((channel.Id, null), ofChannel);
            return new(tenantWait, $"At most {ofTenant} messages a minute are taken by all channels together (rateLimitPerMinute of the tenant).");
        }

        return null;
    }

    private TimeSpan? TryTake((Guid, string?) key, int perMinute, long now)
    {
        if (perMinute <= 0) return null;
        var bucket = _buckets.GetOrAdd(key, static (_, at) => new Bucket { At = at, Spent = 0 }, now);
        lock (bucket)
        {
            var elapsed = time.GetElapsedTime(bucket.At, now).TotalMinutes;
            bucket.Spent = Math.Max(0, bucket.Spent - (elapsed * perMinute));
            bucket.At = now;
            if (bucket.Spent + 1 > perMinute) return TimeSpan.FromMinutes((bucket.Spent + 1 - perMinute) / perMinute);
            bucket.Spent++;
            return null;
        }
    }

    private void GiveBack((Guid, string?) key, int perMinute)
    {
        if (perMinute <= 0 || !_buckets.TryGetValue(key, out var bucket)) return;
        lock (bucket) bucket.Spent = Math.Max(0, bucket.Spent - 1);
    }

    private void Prune(long now)
    {
        var before = Interlocked.Read(ref _prunedAt);
        if (time.GetElapsedTime(before, now) < Minute || Interlocked.CompareExchange(ref _prunedAt, now, before) != before) return;
        foreach (var (key, bucket) in _buckets)
        {
            // After a minute any bucket is full again, and as good as none.
            lock (bucket)
                if (time.GetElapsedTime(bucket.At, now) > Minute) _buckets.TryRemove(new(key, bucket));
        }
    }

    private sealed class Bucket
    {
        public long At;
        public double Spent;
    }
}

/// <summary>A rate limit is used up.</summary>
/// <param name="Wait">When it will take a message again.</param>
/// <param name="Reason">Which limit it is, for people.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RateRefusal(TimeSpan Wait, string Reason);
