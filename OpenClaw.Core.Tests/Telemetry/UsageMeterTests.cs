using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Telemetry;

public sealed class UsageMeterTests
{
    private static readonly Guid Tenant = Guid.NewGuid();
    private readonly TestClock _clock = new();

    [Fact]
    public void TakeMessage_AboveTheQuota_SaysHowLongUntilMidnight()
    {
        var meter = new UsageMeter(_clock);
        Assert.Null(meter.TakeMessage(Tenant, 2));
        Assert.Null(meter.TakeMessage(Tenant, 2));
        Assert.Equal(TimeSpan.FromHours(14), meter.TakeMessage(Tenant, 2));
        Assert.Equal(2, meter.Now(Tenant).Messages);
        Assert.Null(meter.TakeMessage(Guid.NewGuid(), 2));
    }

    [Fact]
    public void TakeMessage_GivenBack_IsFreeAgain()
    {
        var meter = new UsageMeter(_clock);
        Assert.Null(meter.TakeMessage(Tenant, 1));
        meter.GiveBackMessage(Tenant);
        Assert.Null(meter.TakeMessage(Tenant, 1));
    }

    [Fact]
    public void TakeMessage_NextDay_BeginsAnewAndKeepsTheFormerForTheTable()
    {
        var meter = new UsageMeter(_clock);
        meter.TakeMessage(Tenant, 1);
        _clock.Advance(TimeSpan.FromHours(14));
        Assert.Null(meter.TakeMessage(Tenant, 1));
        var unwritten = meter.Unwritten();
        Assert.Equal([(meter.Today - 1, 1L), (meter.Today, 1L)], unwritten.Select(u => (u.Day, u.Messages)));
        meter.Written(unwritten);
        Assert.Empty(meter.Unwritten());
    }

    [Fact]
    public void TakeStorage_AboveTheQuota_TakesNothing()
    {
        var meter = new UsageMeter(_clock);
        Assert.True(meter.TakeStorage(Tenant, 60, 100));
        Assert.False(meter.TakeStorage(Tenant, 60, 100));
        Assert.True(meter.TakeStorage(Tenant, 40, 100));
        meter.GiveBackStorage(Tenant, 60);
        Assert.Equal((40L, 40L), (meter.Now(Tenant).Stored, meter.Now(Tenant).AttachmentBytes));
    }

    [Fact]
    public void Written_MoreCountedMeanwhile_IsKept()
    {
        var meter = new UsageMeter(_clock);
        meter.TakeMessage(Tenant, null);
        var unwritten = meter.Unwritten();
        meter.TakeMessage(Tenant, null);
        meter.Written(unwritten);
        Assert.Equal(1, Assert.Single(meter.Unwritten()).Messages);
    }
}
