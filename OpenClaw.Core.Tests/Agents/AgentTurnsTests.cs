using OpenClaw.Gateway.Core.Agents;

namespace OpenClaw.Core.Tests.Agents;

public sealed class AgentTurnsTests
{
    [Fact]
    public async Task Enter_PeopleAndBulkWait_PeopleComeFirst()
    {
        var turns = new AgentTurns(1);
        await turns.EnterAsync(bulk: false, default);
        var bulk = turns.EnterAsync(bulk: true, default).AsTask();
        var person = turns.EnterAsync(bulk: false, default).AsTask();
        turns.Leave(bulk: false);
        await person;
        Assert.False(bulk.IsCompleted);
        turns.Leave(bulk: false);
        await bulk;
        Assert.Equal(0, turns.Waiting);
    }

    [Fact]
    public void Enter_BulkAlone_TakesHalfOnly()
    {
        var turns = new AgentTurns(4);
        var bulk = Enumerable.Range(0, 4).Select(_ => turns.EnterAsync(bulk: true, default).AsTask()).ToList();
        Assert.Equal([true, true, false, false], bulk.Select(b => b.IsCompletedSuccessfully));
        Assert.True(turns.EnterAsync(bulk: false, default).AsTask().IsCompletedSuccessfully);
        Assert.True(turns.EnterAsync(bulk: false, default).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_LeavesNoHole()
    {
        var turns = new AgentTurns(1);
        await turns.EnterAsync(bulk: false, default);
        using var stop = new CancellationTokenSource();
        var gone = turns.EnterAsync(bulk: false, stop.Token).AsTask();
        var next = turns.EnterAsync(bulk: false, default).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        turns.Leave(bulk: false);
        await next;
    }

    [Fact]
    public async Task Resize_More_LetsThoseInWhoWait()
    {
        var turns = new AgentTurns(1);
        await turns.EnterAsync(bulk: false, default);
        var next = turns.EnterAsync(bulk: false, default).AsTask();
        turns.Resize(2);
        await next;
    }
}
