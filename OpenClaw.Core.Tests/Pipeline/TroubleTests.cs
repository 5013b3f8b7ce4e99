using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>Agents that fail: retries, circuits, next agents, pauses, poison; on a clock that the test moves.</summary>
public sealed class TroubleTests
{
    private static readonly AgentOutcome Down = AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "connection refused", neverSent: true);
    private static readonly AgentOutcome Error = AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentError, "HTTP 500");

    [Fact]
    public async Task Retry_FailsTwice_AskedAgainAfterGrowingPausesWithTheAttemptsNumber()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(5, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5)));
        var channel = road.AddChannel();
        var asked = new ConcurrentQueue<(int Attempt, DateTimeOffset At)>();
        road.Agents.Answer = (request, _, _) =>
        {
            asked.Enqueue((request.Attempt, clock.GetUtcNow()));
            return new(request.Attempt < 3 ? Error : Echo(request));
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Single(asked);
        clock.Jump(TimeSpan.FromSeconds(5.2)); // at once: else the agent could be asked on the way, and the next pause begin at its end
        await UntilAsync(() => Task.FromResult(asked.Count == 2));
        await SettledAsync(road, waiting: 1);
        clock.Jump(TimeSpan.FromSeconds(20));
        await SettledAsync(road, waiting: 0);

        Assert.Equal([1, 2, 3], asked.Select(a => a.Attempt));
        var pauses = asked.Zip(asked.Skip(1), (a, b) => (b.At - a.At).TotalSeconds).ToList();
        Assert.InRange(pauses[0], 5, 10.2);
        Assert.InRange(pauses[1], 10, 20);
        await using var db = road.Db();
        Assert.Equal((MessageState.Answered, 3), await db.Messages.Where(m => m.From == MessageFrom.User).Select(m => new ValueTuple<MessageState, int>(m.State, m.Attempts)).SingleAsync());
        var attempts = await db.Attempts.OrderBy(a => a.Number).ToListAsync();
        Assert.Equal([(1, "HTTP 500"), (2, "HTTP 500")], attempts.Select(a => (a.Number, a.Detail)));
        Assert.All(attempts, a => Assert.NotNull(a.NextAt));
        Assert.Empty(db.DeadLetters);
    }

    [Fact]
    public async Task Retry_AbsurdPause_IsAskedAgainBeforeTheMessagesTimeIsUp()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));
        var channel = road.AddChannel(c => c with { MaxWait = TimeSpan.FromMinutes(60) });
        var asked = new ConcurrentQueue<DateTimeOffset>();
        road.Agents.Answer = (request, _, _) =>
        {
            asked.Enqueue(clock.GetUtcNow());
            return new(AgentOutcome.Failed(FailureKind.RateLimited, DeadLetterCauses.AgentError, "HTTP 429", TimeSpan.FromDays(1)));
        };
        var began = clock.GetUtcNow();
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Single(asked);
        clock.Advance(TimeSpan.FromMinutes(2));
        await UntilAsync(() => Task.FromResult(asked.Count == 2));
        Assert.InRange((asked.Last() - began).TotalMinutes, 30, 31);
        await SettledAsync(road, waiting: 1);
        clock.Advance(TimeSpan.FromMinutes(35));
        await SettledAsync(road, waiting: 0);
        await using var db = road.Db();
        Assert.True((await db.DeadLetters.SingleAsync()).Attempts >= 2);
    }

    [Fact]
    public async Task Retry_OtherSideAsksForAPause_IsHonoured()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));
        var channel = road.AddChannel();
        var asked = 0;
        road.Agents.Answer = (request, _, _) =>
            new(Interlocked.Increment(ref asked) == 1 ? AgentOutcome.Failed(FailureKind.RateLimited, DeadLetterCauses.AgentError, "HTTP 429", TimeSpan.FromSeconds(90)) : Echo(request));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "and I", "bob"), default); // another session is held back too
        await SettledAsync(road, waiting: 2);
        clock.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(1, asked);
        clock.Advance(TimeSpan.FromSeconds(3));
        await SettledAsync(road, waiting: 0);
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Retry_AttemptsUsedUp_DeadLetterWithAllOfThem()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));
        var channel = road.AddChannel();
        road.Agents.Answer = (request, _, _) => new(request.Text.ToString() == "bad" ? Error : Echo(request));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "bad"), default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "good"), default);
        for (var i = 0; i < 4; i++)
        {
            await SettledAsync(road);
            clock.Advance(TimeSpan.FromSeconds(2));
        }

        await SettledAsync(road, waiting: 0);
        await using var db = road.Db();
        var letter = await db.DeadLetters.SingleAsync();
        Assert.Equal((DeadLetterCauses.AgentError, 3, DeadLetterRisks.Sent, DeadLetterStates.Open), (letter.Cause, letter.Attempts, letter.Risk, letter.State));
        Assert.Equal([1, 2, 3], await db.Attempts.OrderBy(a => a.Number).Select(a => a.Number).ToListAsync());
        Assert.Equal(MessageState.Answered, await db.Messages.Where(m => m.Text == "good" && m.From == MessageFrom.User).Select(m => m.State).SingleAsync());
    }

    [Fact]
    public async Task Retry_Restart_GoesOnAtTheRightTimeWithTheNextNumber()
    {
        var clock = new TestClock();
        var folder = Directory.CreateTempSubdirectory("openclaw-retry").FullName;
        var catalog = new FakeCatalog { Retry = new(5, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2)) };
        await using (var road = await Road.StartAsync(catalog, folder, clock))
        {
            road.AddChannel();
            road.Agents.Answer = (_, _, _) => new(Error);
            await road.Inbox.AcceptAsync(Road.Message(catalog.Channels.Single(), "1", "hello"), default);
            await SettledAsync(road, waiting: 1);
        }

        clock.Advance(TimeSpan.FromSeconds(30));
        var asked = new ConcurrentQueue<int>();
        await using (var road = await Road.StartAsync(catalog, folder, clock, before: r => r.Agents.Answer = (request, _, _) =>
        {
            asked.Enqueue(request.Attempt);
            return new(Echo(request));
        }))
        {
            await SettledAsync(road, waiting: 1);
            clock.Advance(TimeSpan.FromSeconds(29));
            Assert.Empty(asked);
            clock.Advance(TimeSpan.FromSeconds(62));
            await SettledAsync(road, waiting: 0);
            Assert.Equal([2], asked);
        }

        TestFolder.Delete(folder);
    }

    [Fact]
    public async Task Crash_InAnAttempt_IsOnRecordAndTheNextOneIsNumberTwo()
    {
        var clock = new TestClock();
        var folder = Directory.CreateTempSubdirectory("openclaw-crash").FullName;
        var catalog = new FakeCatalog { Retry = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) };
        var entered = new SemaphoreSlim(0);
        await using (var road = await Road.StartAsync(catalog, folder, clock))
        {
            road.AddChannel();
            road.Agents.Answer = async (_, _, stop) =>
            {
                entered.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return Error;
            };
            await road.Inbox.AcceptAsync(Road.Message(catalog.Channels.Single(), "1", "hello"), default);
            await entered.WaitAsync();
            await using var db = road.Db();
            Assert.Equal((MessageState.Dispatched, 1), await db.Messages.Where(m => m.From == MessageFrom.User).Select(m => new ValueTuple<MessageState, int>(m.State, m.Attempts)).SingleAsync()); // on record before the call
        }

        var asked = new ConcurrentQueue<int>();
        await using (var road = await Road.StartAsync(catalog, folder, clock, before: r => r.Agents.Answer = (request, _, _) =>
        {
            asked.Enqueue(request.Attempt);
            return new(Echo(request));
        }))
        {
            await SettledAsync(road, waiting: 0);
            await using var db = road.Db();
            var attempt = await db.Attempts.SingleAsync();
            Assert.Equal((1, null), (attempt.Number, attempt.EndedAt));
            Assert.Equal([2], asked);
        }

        TestFolder.Delete(folder);
    }

    [Fact]
    public async Task Failover_FirstAgentsAttemptsUsedUp_NextOfTheRuleIsAsked()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        var (channel, first, second) = WithFallback(road);
        road.Agents.Answer = (request, _, _) => new(request.Agent.Id == first ? Error : Echo(request));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await SettledAsync(road, waiting: 0);
        await using var db = road.Db();
        Assert.Equal((MessageState.Answered, second, 3), await db.Messages.Where(m => m.From == MessageFrom.User).Select(m => new ValueTuple<MessageState, Guid, int>(m.State, m.AgentId!.Value, m.Attempts)).SingleAsync());
        Assert.Empty(db.DeadLetters);
    }

    [Fact]
    public async Task Failover_FirstAgentsCircuitHeldOpen_NextOfTheRuleIsAskedAtOnce()
    {
        await using var road = await StartAsync(new TestClock(), RetryPolicy.Default);
        var (channel, first, second) = WithFallback(road);
        road.Catalog.Replace(road.Catalog.FindAgent(first)! with { Control = new(SubjectFlow.Running, CircuitState.Open, null, "maintenance") });
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 0);
        await using var db = road.Db();
        Assert.Equal(second, (await db.Messages.SingleAsync(m => m.From == MessageFrom.User)).AgentId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Paused_Resumed_WhatWaitedIsAnsweredInOrderHoweverLongItWaited(bool agent)
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, RetryPolicy.Default);
        var channel = road.AddChannel();
        var asked = Listen(road);
        Pause(new(SubjectFlow.Paused));
        for (var i = 0; i < 5; i++) await road.Inbox.AcceptAsync(Road.Message(road.Catalog.FindChannel(channel.Id)!, $"{i}", $"text {i}"), default);
        await SettledAsync(road, waiting: 1);
        clock.Advance(TimeSpan.FromHours(5));
        await SettledAsync(road, waiting: 1);
        Assert.Empty(asked);
        Pause(SubjectControl.None);
        await SettledAsync(road, waiting: 0);
        Assert.Equal(["text 0", "text 1", "text 2", "text 3", "text 4"], asked);

        void Pause(SubjectControl control)
        {
            if (agent) road.Catalog.Replace(road.Catalog.FindAgent(road.Catalog.Tenant.Id, "Scripted")! with { Control = control });
            else road.Catalog.Replace(road.Catalog.FindChannel(channel.Id)! with { Control = control });
        }
    }

    [Fact]
    public async Task Waiting_UserSaysStop_IsOver()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(8, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        var channel = road.AddChannel();
        road.Agents.Answer = (_, _, _) => new(Error);
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "/stop"), default);
        await SettledAsync(road, waiting: 0);
        var rows = await road.RowsAsync();
        Assert.Equal([MessageState.Dropped, MessageState.Answered], rows.Where(r => r.From == MessageFrom.User).Select(r => r.State));
        Assert.Equal("Stopped.", rows.Single(r => r.From == MessageFrom.Agent).Text);
    }

    [Fact]
    public async Task Waiting_OperatorTakesOver_TheMessageIsTheirs()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(8, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        var channel = road.AddChannel();
        road.Agents.Answer = (_, _, _) => new(Error);
        var accepted = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        Assert.True((await road.Get<ISessionControl>().TakeOverAsync(road.Catalog.Tenant.Id, accepted.SessionId, Guid.CreateVersion7(), "Ada", default)).IsDone);
        await UntilAsync(async () => (await road.Get<ISessionWriter>().AppendAsync(road.Catalog.Tenant.Id, accepted.SessionId, MessageFrom.Operator, [new AgentReply(Utf8Text.From("I am here."))], null, default)).Messages is not null
            && (await road.RowsAsync()).Single(r => r.From == MessageFrom.User).State == MessageState.Answered);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, road.Sessions.Undispatched);
        Assert.Equal(0, road.Get<Waits>().Count);
    }

    [Fact]
    public async Task Waiting_AgentIsMended_IsAskedAtOnce()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(100, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        var channel = road.AddChannel();
        var mended = false;
        road.Agents.Answer = (request, _, _) => new(mended ? Echo(request) : Down);
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        var agent = road.Catalog.FindAgent(road.Catalog.Tenant.Id, "Scripted")!;
        while (road.Get<ICircuits>().Of(SubjectKind.Agent, agent.Id) is not { State: CircuitState.Open, Waiting: 1 })
        {
            await SettledAsync(road, waiting: 1);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        mended = true;
        road.Catalog.Replace(agent with { Settings = System.Text.Json.JsonElement.Parse("""{"url":"another"}""") });
        await SettledAsync(road, waiting: 0);
        Assert.Equal(CircuitState.Closed, road.Get<ICircuits>().Of(SubjectKind.Agent, agent.Id).State);
    }

    [Fact]
    public async Task Circuit_AgentDownForAnHour_NothingIsLostAndFewCallsAreMade()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, RetryPolicy.Default);
        var channel = road.AddChannel(c => c with { MaxWait = TimeSpan.FromHours(2) });
        var start = clock.GetUtcNow();
        var calls = new ConcurrentQueue<DateTimeOffset>();
        var answered = new ConcurrentQueue<(string User, int Number)>();
        road.Agents.Answer = (request, _, _) =>
        {
            calls.Enqueue(clock.GetUtcNow());
            if (clock.GetUtcNow() - start < TimeSpan.FromHours(1)) return new(Down);
            answered.Enqueue((request.Address.UserId, int.Parse(request.Text.ToString(), System.Globalization.CultureInfo.InvariantCulture)));
            return new(Echo(request));
        };
        var sent = 0;
        while (clock.GetUtcNow() - start < TimeSpan.FromMinutes(62))
        {
            if ((clock.GetUtcNow() - start).TotalSeconds % 120 < 5 && sent < 300)
            {
                for (var user = 0; user < 10; user++) await road.Inbox.AcceptAsync(Road.Message(channel, $"{sent}", $"{sent}", $"user{user}", $"room{user}"), default);
                sent += 10;
            }

            await SettledAsync(road);
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        await SettledAsync(road, waiting: 0);
        var down = calls.Where(c => c - start < TimeSpan.FromHours(1)).ToList();
        Assert.InRange(down.Count, 40, 150); // a probe about every minute, not 300 messages eight times each
        Assert.True(down.Count(c => c - start > TimeSpan.FromSeconds(40)) <= 65, "the calls went on behind an open circuit");
        Assert.True(down.Zip(down.Skip(1), (a, b) => b - a).Max() <= TimeSpan.FromSeconds(70), "the probes stopped");
        Assert.Equal(sent, answered.Count);
        foreach (var user in answered.GroupBy(a => a.User)) Assert.Equal(user.Select(a => a.Number).Order(), user.Select(a => a.Number));
        await using var db = road.Db();
        Assert.Empty(db.DeadLetters);
        Assert.All(await db.Messages.Where(m => m.From == MessageFrom.User).ToListAsync(), m => Assert.Equal(MessageState.Answered, m.State));
        Assert.True(await db.Attempts.Where(a => !a.Probe).GroupBy(a => a.MessageId).AllAsync(g => g.Count() < 8), "messages burned their attempts");
    }

    [Fact]
    public async Task Circuit_LongerThanMessagesWait_DeadLettersAgentUnavailable()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(50, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
        var channel = road.AddChannel(c => c with { MaxWait = TimeSpan.FromMinutes(10) });
        road.Agents.Answer = (_, _, _) => new(Down);
        for (var user = 0; user < 5; user++)
            for (var i = 0; i < 3; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"{user}.{i}", $"{i}", $"user{user}", $"room{user}"), default);
        for (var i = 0; i < 130; i++)
        {
            await SettledAsync(road);
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        await SettledAsync(road, waiting: 0);
        await using var db = road.Db();
        var letters = await db.DeadLetters.ToListAsync();
        Assert.Equal(15, letters.Count);
        Assert.All(letters, l => Assert.Contains(l.Cause, new[] { DeadLetterCauses.AgentUnavailable, DeadLetterCauses.AgentUnreachable }));
        Assert.True(letters.Count(l => l.Cause == DeadLetterCauses.AgentUnavailable) >= 12);
        Assert.All(letters, l => Assert.Equal(DeadLetterRisks.NeverSent, l.Risk));
        Assert.Equal(0, road.Sessions.Undispatched);
    }

    [Fact]
    public async Task Failover_BothFail_TheLetterNamesWhoFailedLastAndWhenItBegan()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)));
        var (channel, first, second) = WithFallback(road);
        var start = clock.GetUtcNow();
        road.Agents.Answer = (request, _, _) => new(request.Agent.Id == first ? Error : AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "HTTP 403"));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        clock.Advance(TimeSpan.FromSeconds(10));
        await SettledAsync(road, waiting: 0);
        await using var db = road.Db();
        var letter = await db.DeadLetters.SingleAsync();
        Assert.Equal((second, "HTTP 403", start), (letter.AgentId, letter.Detail, letter.FirstAt));
    }

    [Fact]
    public async Task Waiting_AgentIsSwitchedOff_TheLetterSaysSo()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, new(5, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)));
        var channel = road.AddChannel(c => c with { Agent = null });
        road.Agents.Answer = (_, _, _) => new(Error);
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        road.Catalog.Replace(road.Catalog.FindAgent(road.Catalog.Tenant.Id, "Scripted")! with { Enabled = false });
        clock.Advance(TimeSpan.FromSeconds(10));
        await SettledAsync(road, waiting: 0);
        await using var db = road.Db();
        Assert.Contains((await db.DeadLetters.SingleAsync()).Cause, new[] { DeadLetterCauses.AgentUnavailable, DeadLetterCauses.NoRoute });
    }

    [Fact]
    public async Task Pause_AskedFor_OutlastsTheSuccessOfACallThatBeganBefore()
    {
        var clock = new TestClock();
        await using var road = await StartAsync(clock, RetryPolicy.Default);
        var channel = road.AddChannel();
        var slow = new TaskCompletionSource<AgentOutcome>();
        var asked = 0;
        road.Agents.Answer = (request, _, _) =>
        {
            Interlocked.Increment(ref asked);
            return request.Text.ToString() switch
            {
                "slow" => new(slow.Task),
                "busy" when request.Attempt == 1 => new(AgentOutcome.Failed(FailureKind.RateLimited, DeadLetterCauses.AgentError, "HTTP 429", TimeSpan.FromMinutes(20))),
                _ => new(Echo(request)),
            };
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "slow", "ada", "a"), default);
        await UntilAsync(() => Task.FromResult(asked == 1));
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "busy", "bob", "b"), default);
        await UntilAsync(() => Task.FromResult(road.Get<Waits>().Count == 1));
        slow.SetResult(AgentOutcome.Answer([new AgentReply(Utf8Text.From("done"))]));
        await SettledAsync(road, waiting: 1);
        await road.Inbox.AcceptAsync(Road.Message(channel, "3", "next", "cy", "c"), default);
        await SettledAsync(road, waiting: 2);
        clock.Advance(TimeSpan.FromMinutes(19));
        await SettledAsync(road, waiting: 2);
        Assert.Equal(2, asked);
        clock.Advance(TimeSpan.FromMinutes(2));
        await SettledAsync(road, waiting: 0);
    }

    [Fact]
    public async Task LateAnswer_OfAMessageThatWasGivenUp_ResolvesItsLetter()
    {
        await using var road = await StartAsync(new TestClock(), new(1, TimeSpan.Zero, TimeSpan.Zero));
        var channel = road.AddChannel();
        road.Agents.Answer = (_, _, _) => new(Error);
        var accepted = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 0);
        var outcome = await road.Get<ISessionWriter>().AppendAsync(road.Catalog.Tenant.Id, accepted.SessionId, MessageFrom.Agent, [new AgentReply(Utf8Text.From("late"))], accepted.MessageId, default);
        Assert.NotNull(outcome.Messages);
        await using var db = road.Db();
        Assert.Equal(DeadLetterStates.Replayed, (await db.DeadLetters.SingleAsync()).State);
        Assert.Equal(MessageState.Answered, (await db.Messages.SingleAsync(m => m.From == MessageFrom.User)).State);
    }

    private static async Task<Road> StartAsync(TestClock clock, RetryPolicy retry) => await Road.StartAsync(new FakeCatalog { Retry = retry }, time: clock);

    private static AgentOutcome Echo(AgentRequest request) => AgentOutcome.Answer([new AgentReply(request.Text)]);

    private static ConcurrentQueue<string> Listen(Road road)
    {
        var asked = new ConcurrentQueue<string>();
        road.Agents.Answer = (request, _, _) =>
        {
            asked.Enqueue(request.Text.ToString());
            return new(Echo(request));
        };
        return asked;
    }

    private static (ChannelModel Channel, Guid First, Guid Second) WithFallback(Road road)
    {
        var channel = road.AddChannel();
        var second = road.Catalog.AddAgent("scripted", "Second");
        var first = road.Catalog.FindAgent(road.Catalog.Tenant.Id, "Scripted")!;
        road.Catalog.Rules[road.Catalog.Tenant.Id] = new(1, [new() { Id = Guid.CreateVersion7(), Name = "All", Target = new() { Agent = first.Id, Fallback = [second.Id] } }]);
        return (channel, first.Id, second.Id);
    }

    /// <summary>Nothing moves any more: of every session that is not finished the head waits.</summary>
    private static async Task SettledAsync(Road road, int? waiting = null) => await UntilAsync(async () =>
    {
        await road.Journal.FlushAsync();
        await using var db = road.Db();
        var unfinished = await db.Messages.Where(m => m.Pending == PendingWork.Handle).Select(m => m.SessionId).Distinct().CountAsync();
        var held = road.Get<Waits>().Count;
        return unfinished == held && (waiting is null || held == waiting);
    });

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
