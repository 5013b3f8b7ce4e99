using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Events;

namespace OpenClaw.Core.Tests.Events;

public sealed class EventBusTests
{
    private readonly TestClock _clock = new();
    private readonly Guid _tenant = Guid.NewGuid();

    [Fact]
    public async Task Subscribe_WithLastId_GetsWhatItMissed()
    {
        var bus = new EventBus(_clock);
        Assert.False(bus.IsHeard(_tenant));
        await using var first = bus.SubscribeAsync(_tenant, null, default).GetAsyncEnumerator();
        var waiting = first.MoveNextAsync();
        Assert.True(bus.IsHeard(_tenant));
        Assert.False(bus.IsHeard(Guid.NewGuid()));
        for (var i = 0; i < 3; i++) bus.Publish(_tenant, EventTypes.MessageReceived, null, null, new { number = i });
        Assert.True(await waiting);
        var seen = first.Current!;
        Assert.Equal(0, seen.Payload.GetProperty("number").GetInt32());

        await using var second = bus.SubscribeAsync(_tenant, seen.Id, default).GetAsyncEnumerator();
        for (var i = 1; i < 3; i++)
        {
            Assert.True(await second.MoveNextAsync());
            Assert.Equal(i, second.Current!.Payload.GetProperty("number").GetInt32());
        }
    }

    [Theory]
    [InlineData("0-1")]
    [InlineData("garbage")]
    [InlineData("")]
    public async Task Subscribe_WithUnknownId_IsToldOfTheGap(string last)
    {
        var bus = new EventBus(_clock);
        await using var reader = bus.SubscribeAsync(_tenant, last, default).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.Null(reader.Current);
    }

    [Fact]
    public async Task Publish_AfterTheLastListenerLeftLongAgo_KeepsNothing()
    {
        var bus = new EventBus(_clock);
        using var leave = new CancellationTokenSource();
        var reader = bus.SubscribeAsync(_tenant, null, leave.Token).GetAsyncEnumerator();
        var waiting = reader.MoveNextAsync();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await reader.DisposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(11));
        bus.Publish(_tenant, EventTypes.MessageReceived, null, null, null);
        Assert.False(bus.IsHeard(_tenant));
    }
}
