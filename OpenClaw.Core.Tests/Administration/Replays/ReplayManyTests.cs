using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Replays;

/// <summary>Replays of many on the real road.</summary>
public sealed class ReplayManyTests
{
    [Fact]
    public async Task Group_AgentMended_EveryOneAnsweredOnceAndInOrder()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letters = await replays.FailAsync(60, user: "ada");
        await replays.FailAsync(60);
        replays.Fails = _ => false;
        var view = await replays.UntilAsync((await replays.BulkAsync(new { group = letters[0].Fingerprint })).Id, ReplayStates.Done);
        Assert.Equal((120, 120, 120, 0, 0), (view.Total, view.Started, view.Answered, view.Failed, view.Skipped));
        Assert.NotNull(view.FinishedAt);
        var replies = await replays.RepliesAsync();
        Assert.Equal(120, replies.Count);
        var mine = replies.Where(r => r.SessionId == letters[0].SessionId).OrderBy(r => r.Seq).ToList();
        Assert.Equal(Enumerable.Range(1, 60).Select(n => (long?)n), mine.Select(r => r.InReplyToSeq));
        Assert.All(await replays.LettersAsync(), l => Assert.Equal((DeadLetterStates.Replayed, view.Id), (l.State, l.ReplayId)));
        Assert.All(await replays.ItemsAsync(), i => Assert.Equal(ReplayItemStates.Answered, i.State));
    }

    [Fact]
    public async Task Canary_AgentStillBroken_StopsAfterTheFirstAndTheRestStaysOpen()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(40);
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError, canary = true })).Id;
        var view = await replays.UntilAsync(id, ReplayStates.Stopped);
        Assert.Equal((40, 1, 0, 1, 0), (view.Total, view.Started, view.Answered, view.Failed, view.Step));
        Assert.Contains("1 of 1 in step 1 failed again", view.Reason, StringComparison.Ordinal);
        Assert.Contains(ReplayRoad.Broken, view.Reason, StringComparison.Ordinal);
        Assert.Equal(40, (await replays.LettersAsync()).Count(l => l.State == DeadLetterStates.Open)); // the 39 others, and that which failed again

        replays.Fails = _ => false;
        Assert.NotNull((await replays.Get<SteerReplay>().ResumeAsync(replays.Caller, id)).Value);
        view = await replays.UntilAsync(id, ReplayStates.Done);
        Assert.Equal((40, 39, 1), (view.Started, view.Answered, view.Failed));
        Assert.Equal(39, (await replays.RepliesAsync()).Count);
    }

    [Fact]
    public async Task Canary_FailsInItsThirdStep_StopsThere()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(40);
        var begun = 0;
        replays.Fails = r => r.Replay > 0 && Interlocked.Increment(ref begun) > 6;
        var view = await replays.UntilAsync((await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError, canary = true, stopShare = 0.5 })).Id, ReplayStates.Stopped);
        Assert.Equal((26, 6, 20, 2), (view.Started, view.Answered, view.Failed, view.Step));
    }

    [Fact]
    public async Task Rest_TooManyFail_StopsByTheLastHundred()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(400);
        var begun = 0;
        replays.Fails = r => r.Replay > 0 && Interlocked.Increment(ref begun) > 126;
        var view = await replays.UntilAsync((await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError, canary = true })).Id, ReplayStates.Stopped);
        Assert.Equal((CanarySteps.Rest, 126), (view.Step, view.Answered));
        Assert.InRange(view.Started, 126 + 100, 126 + 100 + 64);
    }

    [Fact]
    public async Task Risks_UnknownIsLeftOutUnlessAskedFor()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letters = await replays.FailAsync(6);
        await SetRiskAsync(replays, letters[0].Id, DeadLetterRisks.Unknown);
        await SetRiskAsync(replays, letters[1].Id, DeadLetterRisks.NeverSent);
        var start = replays.Get<StartReplay>();
        var count = (await start.CountAsync(replays.Caller, JsonSerializer.SerializeToElement(new { channel = replays.Channel.Id }))).Value!;
        Assert.Equal((6, 5, 1, 1, 4), (count.Total, count.WouldReplay, count.NeverSent, count.Unknown, count.Sent));
        Assert.Equal((replays.Channel.Id, "Web chat", 6), (count.Channels[0].Channel, count.Channels[0].Name, count.Channels[0].Count));
        Assert.Equal(1, (await start.CountAsync(replays.Caller, JsonSerializer.SerializeToElement(new { channel = replays.Channel.Id, includeSent = false }))).Value!.WouldReplay);
        Assert.Equal(6, (await start.CountAsync(replays.Caller, JsonSerializer.SerializeToElement(new { channel = replays.Channel.Id, includeUnknown = true }))).Value!.WouldReplay);

        replays.Fails = _ => false;
        var view = await replays.UntilAsync((await replays.BulkAsync(new { channel = replays.Channel.Id })).Id, ReplayStates.Done);
        Assert.Equal((6, 5, 1), (view.Total, view.Answered, view.Skipped));
        Assert.Equal(DeadLetterStates.Open, (await replays.LettersAsync()).Single(l => l.Id == letters[0].Id).State);
    }

    [Fact]
    public async Task TwoAtOnce_OverTheSameLetters_EachLetterOnce()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(80);
        replays.Fails = _ => false;
        var started = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => replays.BulkAsync(new { cause = DeadLetterCauses.AgentError })));
        var views = new List<ReplayView>();
        foreach (var replay in started) views.Add(await replays.UntilAsync(replay.Id, ReplayStates.Done));
        Assert.Equal(80, views.Sum(v => v.Answered));
        Assert.All(views, v => Assert.Equal(v.Total, v.Answered + v.Skipped));
        Assert.Equal(80, (await replays.RepliesAsync()).Count);
    }

    [Fact]
    public async Task Pause_NothingNewBegins_ResumeGoesOn_CancelLeavesTheRest()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(200);
        var gate = new SemaphoreSlim(0);
        replays.Fails = _ => false;
        replays.Before = (_, stop) => gate.WaitAsync(stop);
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError })).Id;
        await TestWait.UntilAsync(async () => (await replays.ViewAsync(id)).Started >= 16);
        var steer = replays.Get<SteerReplay>();
        Assert.Equal(ReplayStates.Paused, (await steer.PauseAsync(replays.Caller, id)).Value!.State);
        gate.Release(1000);
        var paused = await replays.UntilAsync(id, ReplayStates.Paused);
        Assert.InRange(paused.Started, 16, 128);
        Assert.Equal(AdminStatus.InUse, (await steer.PauseAsync(replays.Caller, id)).Status);
        Assert.NotNull((await steer.ResumeAsync(replays.Caller, id)).Value);
        await TestWait.UntilAsync(async () => (await replays.ViewAsync(id)).Started > paused.Started);
        await steer.CancelAsync(replays.Caller, id);
        var view = await replays.UntilAsync(id, ReplayStates.Cancelled, ReplayStates.Done);
        Assert.Equal(view.Answered, (await replays.RepliesAsync()).Count);
        Assert.Equal(200 - view.Answered, (await replays.LettersAsync()).Count(l => l.State == DeadLetterStates.Open));
    }

    [Fact]
    public async Task Rate_IsKept()
    {
        var clock = new TestClock();
        await using var replays = await ReplayRoad.StartAsync(clock);
        await replays.FailAsync(25);
        replays.Fails = _ => false;
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError, ratePerSecond = 2 })).Id;
        await TestWait.UntilAsync(async () => (await replays.ViewAsync(id)).Answered == 1);
        for (var i = 0; i < 8; i++)
        {
            var before = (await replays.ViewAsync(id)).Answered;
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await TestWait.UntilAsync(async () => (await replays.ViewAsync(id)).Answered == before + 1);
        }

        Assert.Equal(9, (await replays.ViewAsync(id)).Started);
    }

    [Fact]
    public async Task Skipped_WhatSomebodyDiscardedOrWhoseMessageIsGone()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letters = await replays.FailAsync(3);
        replays.Fails = _ => false;
        var id = (await replays.BulkAsync(new { ids = letters.Select(l => l.Id) })).Id;
        var gone = letters[0].MessageId;
        await using (var db = replays.Road.Db()) await db.WriteAsync(d => d.Messages.Where(m => m.Id == gone).ExecuteDeleteAsync(), default);
        await replays.Road.StartReplaysAsync();
        var view = await replays.UntilAsync(id, ReplayStates.Done);
        Assert.Equal((3, 2, 1), (view.Total, view.Answered, view.Skipped));
        Assert.Equal(LetterObstacles.NoMessage, (await replays.ItemsAsync())[0].Detail);
    }

    [Fact]
    public async Task Canary_TheLastOneFailsAgain_IsDoneAndSaysSo()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(1);
        var view = await replays.UntilAsync((await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError, canary = true })).Id, ReplayStates.Done, ReplayStates.Stopped);
        Assert.Equal((ReplayStates.Done, "0 answered, 1 failed again, 0 left out."), (view.State, view.Reason));
        Assert.NotNull(view.FinishedAt);
    }

    [Fact]
    public async Task Gone_ChannelOrConversation_CountedApartAndLeftOutOfTheCanary()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letters = await replays.FailAsync(4);
        var (first, second, none) = (letters[0].Id, letters[1].Id, Guid.NewGuid());
        await using (var db = replays.Road.Db())
        {
            await db.WriteAsync(d => d.DeadLetters.Where(l => l.Id == first).ExecuteUpdateAsync(set => set.SetProperty(l => l.ChannelId, none)), default);
            await db.WriteAsync(d => d.DeadLetters.Where(l => l.Id == second).ExecuteUpdateAsync(set => set.SetProperty(l => l.SessionId, none)), default);
        }

        var choice = new { ids = letters.Select(l => l.Id) };
        var count = (await replays.Get<StartReplay>().CountAsync(replays.Caller, JsonSerializer.SerializeToElement(choice))).Value!;
        Assert.Equal((2, 2, 2), (count.Total, count.Sent, count.NotReplayable));
        Assert.Equal(replays.Channel.Id, Assert.Single(count.Channels).Channel);

        replays.Fails = _ => false;
        foreach (var shadow in new[] { true, false })
        {
            var view = await replays.UntilAsync((await replays.BulkAsync(new { choice.ids, canary = true, shadow })).Id, ReplayStates.Done, ReplayStates.Stopped);
            Assert.Equal((ReplayStates.Done, 2, 0, 2, 2), (view.State, view.Answered, view.Failed, view.Skipped, view.Started));
        }

        Assert.Contains(await replays.ItemsAsync(), i => i is { State: ReplayItemStates.Skipped, Detail: LetterObstacles.NoChannel });
    }

    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"ids":[]}""", "ids")]
    [InlineData("""{"ids":["one"]}""", "ids")]
    [InlineData("""{"cause":"bad luck"}""", "cause")]
    [InlineData("""{"group":"f1","stopShare":2}""", "stopShare")]
    [InlineData("""{"group":"f1","ratePerSecond":-1}""", "ratePerSecond")]
    [InlineData("""{"group":"f1","agent":"0197a000-0000-7000-8000-000000000000"}""", "agent")]
    [InlineData("""{"since":"yesterday"}""", "since")]
    [InlineData("""{"group":"f1","speed":"fast"}""", "speed")]
    public async Task Input_ThatIsWrong_ToldByField(string input, string field)
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var result = await replays.Get<StartReplay>().RunAsync(replays.Caller, JsonElement.Parse(input));
        Assert.Equal((AdminStatus.Invalid, field), (result.Status, Assert.Single(result.Errors).Key));
    }

    [Fact]
    public async Task Shadow_OfMany_LettersStayOpenAndNothingIsSent()
    {
        await using var replays = await ReplayRoad.StartAsync();
        await replays.FailAsync(20);
        var other = replays.Catalog.AddAgent("scripted", "Other");
        replays.Fails = r => r.Agent.Id != other.Id;
        var view = await replays.UntilAsync((await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError, agent = other.Id, shadow = true })).Id, ReplayStates.Done);
        Assert.Equal((20, 20), (view.Total, view.Answered));
        Assert.Empty(await replays.RepliesAsync());
        Assert.All(await replays.LettersAsync(), l => Assert.Equal(DeadLetterStates.Open, l.State));
        Assert.Equal(20, (await replays.ItemsAsync()).Count(i => ReplayQueries.Answer(i.Answer)!.Text!.StartsWith("Other: text", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TenThousandInAGroup_ListsGroupsAndCountsAreQuick()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        await CopyAsync(replays, letter, 10_000);
        var queries = replays.Get<DeadLetterQueries>();
        var started = TimeProvider.System.GetTimestamp(); // a bound for a busy machine: how quick they are is for the benchmarks
        var group = Assert.Single((await queries.GroupsAsync(letter.TenantId)).Items);
        Assert.Equal((10_001, "Web chat", "Scripted"), (group.Count, group.ChannelName, group.AgentName));
        Assert.Equal(50, (await queries.ListAsync(letter.TenantId, new() { State = DeadLetterStates.Open, Group = letter.Fingerprint }, new(50))).Items.Count);
        Assert.Equal(10_001, (await replays.Get<StartReplay>().CountAsync(replays.Caller, JsonSerializer.SerializeToElement(new { group = letter.Fingerprint }))).Value!.Total);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 60);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task ThreeThousandOfAHundredSessions_AnsweredOnceInOrderWhileOthersWrite()
    {
        await using var replays = await ReplayRoad.StartAsync();
        for (var round = 0; round < 30; round++)
        for (var user = 0; user < 100; user++) Assert.True((await replays.Road.Inbox.AcceptAsync(Road.Message(replays.Channel, $"{round}", $"text {round}", $"user {user}"), default)).Accepted);
        await TestWait.UntilAsync(async () => (await replays.LettersAsync()).Count == 3_000);
        replays.Fails = _ => false;
        var id = (await replays.BulkAsync(new { cause = DeadLetterCauses.AgentError })).Id;
        for (var i = 0; i < 500; i++) Assert.True((await replays.Road.Inbox.AcceptAsync(Road.Message(replays.Channel, $"live {i}", $"live {i}", $"user {i % 100}"), default)).Accepted);
        // however long it takes, as long as it goes on
        var seen = await replays.ViewAsync(id);
        while (seen.State != ReplayStates.Done)
        {
            var before = seen.Answered;
            await TestWait.UntilAsync(async () => (seen = await replays.ViewAsync(id)).State == ReplayStates.Done || seen.Answered > before);
        }

        var view = await replays.UntilAsync(id, ReplayStates.Done);
        Assert.Equal((3_000, 3_000), (view.Total, view.Answered));
        await TestWait.UntilAsync(async () => (await replays.RepliesAsync()).Count == 3_500);
        foreach (var session in (await replays.RepliesAsync()).GroupBy(r => r.SessionId))
        {
            var questions = session.OrderBy(r => r.Seq).Select(r => r.InReplyToSeq!.Value).ToList();
            Assert.Distinct(questions);
            Assert.Equal(questions.Where(q => q <= 30).Order(), questions.Where(q => q <= 30));
        }
    }

    /// <summary>Letters of the same sort, each of a message of its own in one session.</summary>
    internal static async Task CopyAsync(ReplayRoad replays, DeadLetter letter, int count)
    {
        await using var db = replays.Road.Db();
        foreach (var part in Enumerable.Range(1, count).Chunk(2_000))
        {
            db.DeadLetters.AddRange(part.Select(i => new DeadLetter
            {
                Id = Guid.CreateVersion7(), TenantId = letter.TenantId, Stage = letter.Stage, Cause = letter.Cause, Detail = letter.Detail, Attempts = 1, FirstAt = letter.FirstAt, LastAt = letter.LastAt,
                Fingerprint = letter.Fingerprint, Risk = letter.Risk, MessageId = Guid.CreateVersion7(), SessionId = letter.SessionId, ChannelId = letter.ChannelId, AgentId = letter.AgentId,
                Payload = letter.Payload, State = letter.State, Position = letter.Position + i,
            }));
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }
    }

    private static async Task SetRiskAsync(ReplayRoad replays, Guid letter, string risk)
    {
        await using var db = replays.Road.Db();
        await db.WriteAsync(d => d.DeadLetters.Where(l => l.Id == letter).ExecuteUpdateAsync(set => set.SetProperty(l => l.Risk, risk)), default);
    }
}
