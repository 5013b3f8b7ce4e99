using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>What was added in one span, ready to be rows: by tenant, measure and subject.</summary>
internal sealed class MetricFold
{
    private readonly Dictionary<MetricKey, MetricSum> _sums = [];

    public IReadOnlyDictionary<MetricKey, MetricSum> Sums => _sums;

    /// <summary>So many happened. None is no row.</summary>
    public void Count(Guid tenant, string measure, Guid subject, long count)
    {
        if (count > 0) Of(tenant, measure, subject).Count += count;
    }

    /// <summary>So many happened, and took what the histogram says: what it has now and had before, which is brought up to now.</summary>
    public void Durations(Guid tenant, string measure, Guid subject, long count, ReadOnlySpan<long> now, Span<long> before)
    {
        MetricSum? sum = null;
        for (var bucket = 0; bucket < now.Length; bucket++)
        {
            var added = now[bucket] - before[bucket];
            if (added <= 0) continue;
            sum ??= Of(tenant, measure, subject);
            sum.Add(bucket, added);
            before[bucket] = now[bucket];
        }

        Count(tenant, measure, subject, count);
    }

    /// <summary>It stands at that now. Nothing is no row, unless it says that the node runs.</summary>
    public void Level(Guid tenant, string measure, Guid subject, double value, bool always = false)
    {
        if (value <= 0 && !always) return;
        var sum = Of(tenant, measure, subject);
        (sum.Count, sum.Sum, sum.Max) = (sum.Count + 1, sum.Sum + value, Math.Max(sum.Max, value));
    }

    /// <summary>Takes another span's row in: what coarser rows are made of.</summary>
    public void Merge(MetricPoint point) => Of(point.TenantId, point.Measure, point.Subject).Add(point);

    private MetricSum Of(Guid tenant, string measure, Guid subject)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, new(tenant, measure, subject), out _);
        return sum ??= new();
    }
}

/// <summary>Whose figure of what.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MetricKey(Guid Tenant, string Measure, Guid Subject);

/// <summary>The figure.</summary>
internal sealed class MetricSum
{
    private long[]? _buckets;

    public long Count { get; set; }

    public double Sum { get; set; }

    public double Max { get; set; }

    /// <summary>So many took as long as that bucket says.</summary>
    public void Add(int bucket, long count)
    {
        (_buckets ??= new long[LatencyHistogram.Buckets])[bucket] += count;
        var ms = LatencyHistogram.MiddleOf(bucket);
        (Sum, Max) = (Sum + (ms * count), Math.Max(Max, ms));
    }

    public void Add(MetricPoint point)
    {
        (Count, Sum, Max) = (Count + point.Count, Sum + point.Sum, Math.Max(Max, point.Max));
        if (point.Buckets is { } bytes) LatencyBytes.AddTo(_buckets ??= new long[LatencyHistogram.Buckets], bytes);
    }

    /// <summary>Puts the figure into a row.</summary>
    public void Fill(MetricPoint point) => (point.Count, point.Sum, point.Max, point.Buckets) = (Count, Sum, Max, _buckets is null ? null : LatencyBytes.Write(_buckets));
}
