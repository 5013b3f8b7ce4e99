using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Core.Tests.Storage;

public sealed class MessagePositionTests
{
    [Fact]
    public void Next_ClockStandsOrGoesBack_PositionsRiseAndIdsMatch()
    {
        var clock = new TestClock();
        var positions = new MessagePosition(clock);
        var last = 0L;
        for (var i = 0; i < 10_000; i++)
        {
            var (position, id) = positions.Next();
            Assert.True(position > last);
            Assert.True(MessagePosition.TryRange(id, out var from, out var to));
            Assert.InRange(position, from, to);
            last = position;
        }

        var behind = new MessagePosition(new TestClock(clock.GetUtcNow() - TimeSpan.FromDays(1)));
        behind.StartAbove(last);
        Assert.Equal(last + 1, behind.Next().Position);
    }

    [Fact]
    public void Next_ManyThreads_NoneTwice()
    {
        var positions = new MessagePosition(TimeProvider.System);
        var all = new System.Collections.Concurrent.ConcurrentBag<long>();
        Parallel.For(0, 50_000, _ => all.Add(positions.Next().Position));
        Assert.Equal(50_000, all.Distinct().Count());
    }

    [Fact]
    public void TryRange_OtherIds_False()
    {
        Assert.False(MessagePosition.TryRange(Guid.Empty, out _, out _));
        Assert.False(MessagePosition.TryRange(Guid.NewGuid(), out _, out _));
        Assert.False(MessagePosition.TryRange(Guid.CreateVersion7(new(1999, 1, 1, 0, 0, 0, TimeSpan.Zero)), out _, out _));
    }
}
