using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>A token bucket per channel and user, as large as the minute's amount. Full buckets are forgotten.</summary>
internal sealed class UserRates(TimeProvider time)
{
    private const int PruneAbove = 10_000;
    private readonly ConcurrentDictionary<(Guid Channel, string User), Bucket> _buckets = new();
    private long _prunedAt;

    /// <summary>Takes one token; null when there was one, else when there will be.</summary>
    public TimeSpan? Refuse(ChannelModel channel, string user)
    {
        var perMinute = channel.RateLimitPerUserPerMinute;
        if (perMinute <= 0) return null;
        var now = time.GetTimestamp();
        if (_buckets.Count > PruneAbove) Prune(now);
        var bucket = _buckets.GetOrAdd((channel.Id, user), static (_, at) => new Bucket { At = at, Spent = 0 }, now);
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

    private void Prune(long now)
    {
        var before = Interlocked.Read(ref _prunedAt);
        if (time.GetElapsedTime(before, now) < TimeSpan.FromMinutes(1) || Interlocked.CompareExchange(ref _prunedAt, now, before) != before) return;
        foreach (var (key, bucket) in _buckets)
        {
            // After a minute any bucket is full again, and as good as none.
            lock (bucket)
                if (time.GetElapsedTime(bucket.At, now) > TimeSpan.FromMinutes(1)) _buckets.TryRemove(new(key, bucket));
        }
    }

    private sealed class Bucket
    {
        public long At;
        public double Spent;
    }
}
