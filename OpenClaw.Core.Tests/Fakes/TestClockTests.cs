namespace OpenClaw.Core.Tests.Fakes;

public sealed class TestClockTests
{
    [Fact]
    public async Task Advance_PastADelay_CompletesIt()
    {
        var clock = new TestClock();
        var delay = Task.Delay(TimeSpan.FromSeconds(5), clock);

        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(delay.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(1));
        await delay;
        Assert.Equal(0, clock.ArmedTimers);
    }

    [Fact]
    public void Advance_OverAPeriod_FiresAtEachStop()
    {
        var clock = new TestClock();
        List<DateTimeOffset> fired = [];
        var start = clock.GetUtcNow();
        using var timer = clock.CreateTimer(_ => fired.Add(clock.GetUtcNow()), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([start.AddSeconds(1), start.AddSeconds(3), start.AddSeconds(5)], fired);
    }
}
