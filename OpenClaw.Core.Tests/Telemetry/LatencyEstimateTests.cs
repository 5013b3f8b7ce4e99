using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Telemetry;

public sealed class LatencyEstimateTests
{
    private LatencyEstimate _estimate;

    [Fact]
    public void At_NothingHeard_IsNotKnown() => Assert.Equal((0, 0), _estimate.At(5_000));

    [Fact]
    public void At_JustHeard_IsWhatWasHeard()
    {
        _estimate.Observe(80, 5_000);

        var (average, faded) = _estimate.At(5_000);

        Assert.Equal(80, average, 3);
        Assert.Equal(80, faded, 3);
    }

    [Fact]
    public void At_QuietFor70Seconds_ATenthIsLeft()
    {
        _estimate.Observe(1_000, 5_000);

        var (average, faded) = _estimate.At(75_000);

        Assert.Equal(1_000, average, 3);
        Assert.InRange(faded, 90, 105);
    }

    [Fact]
    public void Observe_SlowerThanBefore_FollowsFast()
    {
        _estimate.Observe(50, 0);
        for (var i = 1; i <= 5; i++) _estimate.Observe(500, i * 100);

        Assert.True(_estimate.At(500).Average > 400);
    }

    [Fact]
    public void Observe_OneOutlier_IsForgottenSoon()
    {
        for (var i = 0; i < 20; i++) _estimate.Observe(50, i * 100);
        _estimate.Observe(5_000, 2_000);
        for (var i = 0; i < 30; i++) _estimate.Observe(50, 2_100 + (i * 100));

        Assert.InRange(_estimate.At(5_000).Average, 50, 70);
    }

    [Fact]
    public void Observe_AfterLongSilence_CountsForNearlyAll()
    {
        _estimate.Observe(5_000, 0);
        _estimate.Observe(50, 600_000);

        Assert.InRange(_estimate.At(600_000).Average, 50, 100);
    }

    [Fact]
    public void Observe_ManyThreads_StaysAmongWhatWasHeard()
    {
        Parallel.For(0, 10_000, i => _estimate.Observe(i % 2 == 0 ? 40 : 60, 1_000 + i));

        Assert.InRange(_estimate.At(11_000).Average, 40, 60);
    }
}
