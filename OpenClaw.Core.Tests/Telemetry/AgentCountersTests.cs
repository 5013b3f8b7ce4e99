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

    [Fact]
    public void Load_OneOpenAndOneComing_CountsBoth()
    {
        var counters = new AgentCounters(_clock);
        counters.Come(2);
        counters.Begin();
        counters.Come(-1);

        Assert.Equal(2, counters.Load().Open);
        Assert.Equal(1, counters.Figures().Coming);
    }

    [Fact]
    public void Took_AnAnswer_SetsTheLatencyAndTheFirstToken()
    {
        var counters = new AgentCounters(_clock);
        var begun = counters.Begin();
        _clock.Advance(TimeSpan.FromMilliseconds(80));
        counters.Took(begun, TimeSpan.FromMilliseconds(20));

        Assert.Equal(80, counters.Load().LatencyMs, 3);
        Assert.Equal(80, counters.Figures().LatencyMs);
        Assert.Equal(20, counters.Figures().FirstTokenMs);
    }

    [Fact]
    public void Stumbled_AtOnce_DoesNotLookQuick()
    {
        var counters = new AgentCounters(_clock);
        counters.Took(counters.Begin(), null);
        counters.Stumbled(counters.Begin());

        Assert.True(counters.Load().LatencyMs >= 300);
    }

    [Fact]
    public void AskedLastHour_AnHourLater_IsForgotten()
    {
        var counters = new AgentCounters(_clock);
        counters.Begin();
        _clock.Advance(TimeSpan.FromMinutes(30));
        counters.Begin();
        counters.Begin();

        Assert.Equal(3, counters.Figures().AskedLastHour);
        _clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(2, counters.Figures().AskedLastHour);
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(0, counters.Figures().AskedLastHour);
    }

    private static void Fail(AgentCounters counters)
    {
        counters.Begin();
        counters.End(answered: false);
    }
}
