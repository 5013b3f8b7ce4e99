using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Replays;

/// <summary>Whatever a kill cuts off, every dead letter of a replay is answered once, or has failed again once.</summary>
public sealed class ReplayRestartTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomFailuresAndRestarts_EveryLetterEndsOnce(int seed)
    {
        const int count = 150;
        var random = new Random(seed);
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(count / 2);
        var letters = await replays.FailAsync(count, user: "ada");
        var all = letters.Count;
        // what fails is settled by the message, so that being asked twice after a kill makes no difference
        replays.Fails = r => r.Id.GetHashCode() % 5 == 0;
        var gate = new SemaphoreSlim(0);
        replays.Before = (_, stop) => gate.WaitAsync(stop);
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError })).Id;
        for (var kill = 0; kill < 5; kill++)
        {
            gate.Release(random.Next(5, 40));
            var until = random.Next(0, 30);
            var before = replays.Asked.Count;
            await TestWait.UntilAsync(async () => replays.Asked.Count >= before + until || (await replays.ViewAsync(id)).InFlight >= 16);
            await replays.RestartAsync();
        }

        gate.Release(10_000);
        var view = await replays.UntilAsync(id, ReplayStates.Done);
        Assert.Equal((all, all, 0), (view.Total, view.Started, view.Skipped));
        Assert.Equal(all, view.Answered + view.Failed);
        var after = await replays.LettersAsync();
        var again = after.Where(l => l.PreviousId is not null).ToList();
        Assert.Equal(view.Failed, again.Count);
        Assert.Distinct(again.Select(l => l.PreviousId));
        Assert.All(after.Where(l => l.PreviousId is null), l => Assert.Equal(DeadLetterStates.Replayed, l.State));
        var rows = await replays.Road.RowsAsync();
        var replies = rows.FindAll(r => r.From == MessageFrom.Agent);
        Assert.Equal(view.Answered, replies.Count);
        Assert.Distinct(replies.Select(r => (r.SessionId, r.InReplyToSeq)));
        Assert.All(rows.Where(r => r.From == MessageFrom.User), r => Assert.True(r.State == (r.Id.GetHashCode() % 5 == 0 ? MessageState.Dead : MessageState.Answered) && r.Pending is null));
        var ada = replies.Where(r => r.SessionId == letters[^1].SessionId).OrderBy(r => r.Seq).Select(r => r.InReplyToSeq!.Value).ToList();
        Assert.Equal(ada.Order(), ada);
    }

    [Fact]
    public async Task Restart_WhilePreparing_BeginsThatAnew()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letters = await replays.FailAsync(5);
        replays.Fails = _ => false;
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError })).Id;
        await using (var db = replays.Road.Db())
        {
            // as if it had been cut off after the first slice
            db.ReplayItems.Add(new() { ReplayId = id, Ordinal = 1, TenantId = letters[0].TenantId, LetterId = letters[0].Id, State = ReplayItemStates.Waiting });
            await db.SaveChangesAsync();
        }

        await replays.RestartAsync();
        var view = await replays.UntilAsync(id, ReplayStates.Done);
        Assert.Equal((5, 5), (view.Total, view.Answered));
    }

    [Fact]
    public async Task Restart_PausedWithSomeUnderWay_CountsThemAndStaysPaused()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(100);
        replays.Fails = _ => false;
        replays.Before = (_, stop) => new SemaphoreSlim(0).WaitAsync(stop);
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError })).Id;
        await TestWait.UntilAsync(async () => (await replays.ViewAsync(id)).Started >= 16);
        await replays.Get<SteerReplay>().PauseAsync(replays.Caller, id);
        replays.Before = (_, _) => Task.CompletedTask;
        await replays.RestartAsync();
        var view = await replays.UntilAsync(id, ReplayStates.Paused);
        Assert.Equal(view.Started, view.Answered);
        Assert.InRange(view.Answered, 16, 128);
        Assert.Equal(view.Answered, (await replays.RepliesAsync()).Count);
    }

    [Fact]
    public async Task Restart_OfAShadow_AsksAgainAndSendsNothing()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(10);
        var other = replays.Catalog.AddAgent("scripted", "Other");
        replays.Fails = r => r.Agent.Id != other.Id;
        replays.Before = (_, stop) => new SemaphoreSlim(0).WaitAsync(stop);
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError, agent = other.Id, shadow = true })).Id;
        await TestWait.UntilAsync(async () => (await replays.ViewAsync(id)).Started > 0);
        replays.Before = (_, _) => Task.CompletedTask;
        await replays.RestartAsync();
        var view = await replays.UntilAsync(id, ReplayStates.Done);
        Assert.Equal((10, 10), (view.Started, view.Answered));
        Assert.Empty(await replays.RepliesAsync());
    }
}
