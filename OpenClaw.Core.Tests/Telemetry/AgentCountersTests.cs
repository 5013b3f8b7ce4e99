using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Telemetry;

public sealed class AgentCountersTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Figures_OpenAnsweredAndFailed_AreCounted()
    {
        var loads = new AgentLoads(_clock);
        var id = Guid.NewGuid();
        Assert.Equal(AgentFigures.None, loads.FiguresOf(id));
        for (var i = 0; i < 3; i++) loads.For(id).Begin();
        loads.For(id).End(answered: true);
        loads.For(id).End(answered: false);
        var figures = loads.FiguresOf(id);
        Assert.Equal((1, _clock.GetUtcNow(), 1, (DateTimeOffset?)_clock.GetUtcNow()), (figures.Open, figures.LastAnswerAt!.Value, figures.FailuresLastHour, figures.LastFailureAt));
        loads.For(id).Abandon();
        Assert.Equal(0, loads.FiguresOf(id).Open);
    }

    [Fact]
    public void Failures_AfterAnHour_AreForgottenMinuteByMinute()
    {
        var counters = new AgentCounters(_clock);
        Fail(counters);
        _clock.Advance(TimeSpan.FromMinutes(30));
        Fail(counters);
        Assert.Equal(2, counters.Figures().FailuresLastHour);
        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(1, counters.Figures().FailuresLastHour);
        _clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(0, counters.Figures().FailuresLastHour);
    }

    private static void Fail(AgentCounters counters)
    {
        counters.Begin();
        counters.End(answered: false);
    }
}
