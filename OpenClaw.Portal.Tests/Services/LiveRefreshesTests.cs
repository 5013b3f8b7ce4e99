using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Services;
using OpenClaw.Portal.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Services;

public sealed class LiveRefreshesTests
{
    private static readonly Guid Tenant = Guid.NewGuid();
    private readonly TestClock _clock = new();
    private readonly HandBus _bus = new();

    [Fact]
    public async Task Start_ManyEvents_TellsOncePerInterval()
    {
        var told = 0;
        var heard = 0;
        await using var live = new LiveRefreshes(_bus, _clock).Start(Tenant, e => Count(ref heard) && e?.Type != EventTypes.AgentStatus, () => Task.FromResult(told++));
        for (var i = 0; i < 200; i++) _bus.Publish(Tenant, EventTypes.MessageReceived, null, null, null);
        _bus.Publish(Tenant, EventTypes.AgentStatus, null, null, null); // of no concern: when it is heard, those before it are counted
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref heard) == 201, TimeSpan.FromSeconds(30)));
        Assert.Equal(0, told);
        Tick(() => told == 1);
        Assert.Equal(1, told);
        _clock.Advance(LiveRefreshes.Interval);
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task Start_EventOfNoConcern_TellsNothing()
    {
        var told = 0;
        var seen = 0;
        await using var live = new LiveRefreshes(_bus, _clock).Start(Tenant, _ => !Count(ref seen), () => Task.FromResult(told++));
        _bus.Publish(Tenant, EventTypes.AgentStatus, null, null, null);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref seen) == 1, TimeSpan.FromSeconds(30)));
        _clock.Advance(LiveRefreshes.Interval * 3);
        Assert.Equal(0, told);
    }

    [Fact]
    public async Task Dispose_Running_Ends()
    {
        var live = new LiveRefreshes(_bus, _clock).Start(Tenant, _ => true, () => Task.CompletedTask);
        await live.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static bool Count(ref int counter) => Interlocked.Increment(ref counter) > 0;

    private void Tick(Func<bool> done) => SpinWait.SpinUntil(
        () =>
        {
            _clock.Advance(LiveRefreshes.Interval);
            return done();
        },
        TimeSpan.FromSeconds(30));
}
