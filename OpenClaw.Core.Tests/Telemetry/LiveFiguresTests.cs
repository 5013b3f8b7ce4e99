using NSubstitute;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Telemetry;

public sealed class LiveFiguresTests : IDisposable
{
    private static readonly Guid Tenant = Guid.NewGuid();
    private static readonly Guid Channel = Guid.NewGuid();
    private readonly LiveFigures _figures = new(new StillClock());

    [Fact]
    public void Snapshot_NoTraffic_IsAllZero()
    {
        var snapshot = _figures.Snapshot(Tenant);
        Assert.Empty(snapshot.Channels);
        Assert.Equal(0, snapshot.MessagesPerSecond);
        Assert.Equal(60, snapshot.LastMinute.Count);
    }

    [Fact]
    public void Snapshot_AfterRoll_AveragesFiveSeconds()
    {
        for (var i = 0; i < 50; i++) _figures.Accepted(Tenant, Channel);
        _figures.Roll();
        Assert.Equal(10, _figures.Snapshot(Tenant).MessagesPerSecond);
        Assert.Equal(50, _figures.Snapshot(Tenant).LastMinute[^1]);
        for (var i = 0; i < LiveSnapshot.RateSeconds; i++) _figures.Roll();
        Assert.Equal(0, _figures.Snapshot(Tenant).MessagesPerSecond);
        Assert.Equal(50, _figures.Snapshot(Tenant).LastMinute.Sum());
    }

    [Fact]
    public void Unfinished_AcceptedLessEnded_IsTheDifference()
    {
        for (var i = 0; i < 5; i++) _figures.Accepted(Tenant, Channel);
        _figures.Recovered(Tenant, Channel, 2);
        _figures.Answered(Tenant, Channel, 1_000);
        _figures.Dropped(Tenant, Channel);
        _figures.Died(Tenant, Channel);
        _figures.Roll();
        Assert.Equal(4, _figures.Snapshot(Tenant).Unfinished);
        Assert.Equal(1, _figures.Snapshot(Tenant).DeadLetters);
    }

    [Fact]
    public void Latency_ThousandValues_PercentilesWithinABucket()
    {
        for (var i = 1; i <= 1000; i++) _figures.Answered(Tenant, Channel, i * 1000);
        _figures.Roll();
        var latency = _figures.Snapshot(Tenant).Latency;
        Assert.Equal(1000, latency.Count);
        Assert.InRange(latency.P50, 465, 535);
        Assert.InRange(latency.P95, 884, 1016);
        Assert.InRange(latency.P99, 921, 1059);
    }

    [Fact]
    public void Latency_AfterAMinute_IsForgotten()
    {
        _figures.Answered(Tenant, Channel, 5_000);
        _figures.Roll();
        Assert.Equal(1, _figures.Snapshot(Tenant).Latency.Count);
        for (var i = 0; i < 60; i++) _figures.Roll();
        Assert.Equal(0, _figures.Snapshot(Tenant).Latency.Count);
    }

    [Fact]
    public void Snapshot_OtherTenant_SeesNothing()
    {
        _figures.Accepted(Tenant, Channel);
        _figures.Roll();
        Assert.Empty(_figures.Snapshot(Guid.NewGuid()).Channels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1_000)]
    [InlineData(123_456)]
    [InlineData(60_000_000)]
    [InlineData(3_600_000_000)]
    public void BucketOf_AnyDuration_MiddleIsNear(long micros) =>
        Assert.InRange(LatencyHistogram.MiddleOf(LatencyHistogram.BucketOf(micros)) * 1000, micros * 0.93, (micros * 1.07) + 0.001);

    [Fact]
    public void BucketOf_BeyondTheScale_IsTheLast()
    {
        Assert.Equal(LatencyHistogram.Buckets - 1, LatencyHistogram.BucketOf(long.MaxValue));
        Assert.Equal(0, LatencyHistogram.BucketOf(-1));
    }

    [Fact]
    public void Count_WarmedUp_AllocatesNothing()
    {
        _figures.Accepted(Tenant, Channel);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _figures.Accepted(Tenant, Channel);
            _figures.Answered(Tenant, Channel, i);
            _figures.Delivered(Tenant, Channel);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    public void Dispose() => _figures.Dispose();

    /// <summary>A clock whose timers never fire: the test rolls by hand.</summary>
    private sealed class StillClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Substitute.For<ITimer>();
    }
}
