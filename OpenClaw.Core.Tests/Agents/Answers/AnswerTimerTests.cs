using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Core.Tests.Agents.Answers;

public sealed class AnswerTimerTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Progress_KeepsItAliveUntilTheTimeInAll()
    {
        using var timer = Timer();
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            timer.Progress();
            Assert.False(timer.Expired);
        }

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((true, true, true), (timer.Expired, timer.InAll, timer.Token.IsCancellationRequested));
    }

    [Fact]
    public void Progress_AfterSilenceEndedIt_ItIsStillSilenceThatDid()
    {
        using var timer = Timer();
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal((true, false), (timer.Expired, timer.InAll));

        _clock.Advance(TimeSpan.FromSeconds(100)); // what was under way comes back late
        timer.Progress();
        Assert.False(timer.InAll);
    }

    [Fact]
    public void Dispose_NothingIsLeftToFire()
    {
        Timer().Dispose();
        Assert.Equal(0, _clock.ArmedTimers);
    }

    private AnswerTimer Timer() => new(_clock, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(100), default);
}
