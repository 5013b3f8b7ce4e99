using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Delivery;

/// <summary>What a lane does with replies while the gateway runs.</summary>
public sealed class LaneTests
{
    [Fact]
    public async Task Reply_PlatformTakesIt_ReceiptAndTimesStand()
    {
        await using var road = await DeliveryRoad.StartAsync();
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        await QuietAsync(road);
        var reply = Assert.Single(await road.RepliesAsync());
        Assert.Equal((MessageState.Answered, "r-hello"), (reply.State, reply.Receipt));
        Assert.NotNull(reply.DeliveredAt);
        var delivery = await road.DeliveryAsync();
        Assert.Equal(("sent", 1, false, null), (delivery.State, delivery.Attempts, delivery.PossibleDuplicate, delivery.Error));
        Assert.Equal((reply.Position, reply.Id, road.Channel.Id, reply.SessionId), (delivery.Position, delivery.MessageId, delivery.ChannelId, delivery.SessionId));
        var part = Assert.Single(JsonDocument.Parse(delivery.Parts).RootElement.EnumerateArray());
        Assert.Equal(("sent", "r-hello"), (part.GetProperty("state").GetString(), part.GetProperty("receipt").GetString()));
        Assert.Empty(await road.AttemptsAsync());
        var sent = Assert.Single(road.Sender.Taken);
        Assert.Equal(("ada", "m1", reply.Id), (sent.Reply.Address.UserId, sent.Reply.InReplyTo!.ExternalId, sent.Id));
        Assert.Equal(0, road.View.Waiting);
        Assert.NotNull(road.View.LastSentAt);
    }

    [Fact]
    public async Task Reply_OfASocketChannel_NeedsNoLane()
    {
        await using var road = await DeliveryRoad.StartAsync(with: c => c with { Name = "Scripted" });
        var socket = road.Road.AddChannel();
        await road.Road.Inbox.AcceptAsync(Road.Message(socket, "m1", "hello"), default);
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1);
        Assert.Null(Assert.Single(await road.RepliesAsync()).Pending);
        Assert.Null(road.Road.Get<IOutbox>().Look(socket.Id));
        Assert.Empty(road.Sender.Calls);
    }

    [Fact]
    public async Task Failures_OneSession_HoldBackOnlyItAndKeepItsOrder()
    {
        var failures = 3;
        var sender = new ScriptedSender();
        sender.Answer = (part, _) => new(part.Text.ToString() == "a0" && Interlocked.Decrement(ref failures) >= 0 ? ScriptedSender.Down() : SendOutcome.Sent());
        await using var road = await DeliveryRoad.StartAsync(sender: sender, with: c => c with { });
        for (var i = 0; i < 5; i++)
        {
            await road.AskAsync($"a{i}", $"a{i}", "ada");
            await road.AskAsync($"b{i}", $"b{i}", "bob");
        }

        await road.SettledAsync(10);
        var taken = sender.Taken.Select(p => p.Text.ToString()).ToList();
        Assert.Equal(["a0", "a1", "a2", "a3", "a4"], taken.Where(t => t[0] == 'a'));
        Assert.Equal(["b0", "b1", "b2", "b3", "b4"], taken.Where(t => t[0] == 'b'));
        var attempts = await road.AttemptsAsync();
        Assert.Equal([1, 2, 3], attempts.Select(a => a.Number));
        Assert.All(attempts, a => Assert.Equal((FailureKind.Transient, DeadLetterCauses.ChannelUnavailable, "The platform is down."), (a.Kind, a.Cause, a.Detail)));
        Assert.All(attempts, a => Assert.True(a.StartedAt <= a.EndedAt && a.EndedAt <= a.NextAt));
        var first = (await road.RepliesAsync()).Single(r => r.Text == "a0");
        Assert.Equal(("sent", 4), ((await road.DeliveryAsync(first.Id)).State, (await road.DeliveryAsync(first.Id)).Attempts));
    }

    /// <summary>A platform's limit of one conversation is not the channel's: the others go on, and no circuit closes their way.</summary>
    [Fact]
    public async Task Limit_OfOneConversation_HoldsBackOnlyIt()
    {
        var clock = new TestClock();
        var limited = true;
        var sender = new ScriptedSender();
        sender.Answer = (part, _) => new(part.Reply.Address.UserId == "ada" && limited ? SendOutcome.TooMuchForOne(DeadLetterCauses.ChannelError, "Too much.", TimeSpan.FromSeconds(40)) : SendOutcome.Sent());
        await using var road = await DeliveryRoad.StartAsync(time: clock, sender: sender);
        await road.AskAsync("a1", "a1", "ada");
        await TestWait.UntilAsync(() => road.View.LastFailureAt is not null);
        for (var i = 0; i < 8; i++) await road.AskAsync($"b{i}", $"b{i}", "bob");
        await TestWait.UntilAsync(() => sender.Taken.Count == 8);
        limited = false;
        await TestWait.UntilAsync(() =>
        {
            if (road.Road.Get<Outbox>().Busy == 0) clock.Advance(TimeSpan.FromSeconds(10)); // a call that is under way must not meet its time-out
            return sender.Taken.Count == 9;
        });
        await road.SettledAsync(9);
    }

    [Theory]
    [InlineData(FailureKind.Permanent)]
    [InlineData(FailureKind.Authentication)]
    [InlineData(FailureKind.Forbidden)]
    public async Task Refused_ForGood_IsADeadLetterAtOnce(FailureKind kind)
    {
        var sender = new ScriptedSender
        {
            Answer = (_, _) => new(SendOutcome.Failed(kind, DeadLetterCauses.ChannelRejected, "No such chat.", DeadLetterRisks.Sent)),
        };
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        await QuietAsync(road);
        var reply = Assert.Single(await road.RepliesAsync());
        Assert.Equal((MessageState.Dead, "No such chat."), (reply.State, reply.Error));
        var letter = Assert.Single(await road.LettersAsync());
        Assert.Equal((Stages.Delivered, DeadLetterCauses.ChannelRejected, 1, DeadLetterRisks.Sent, "open"), (letter.Stage, letter.Cause, letter.Attempts, letter.Risk, letter.State));
        Assert.Equal((reply.Id, reply.Position, reply.SessionId, road.Channel.Id), (letter.MessageId, letter.Position, letter.SessionId, letter.ChannelId));
        Assert.Contains("hello", letter.Payload, StringComparison.Ordinal);
        Assert.Equal("failed", (await road.DeliveryAsync()).State);
        Assert.Single(await road.AttemptsAsync());
        Assert.Single(sender.Calls);
        Assert.Equal("No such chat.", road.View.LastFailure);
    }

    [Fact]
    public async Task Failures_AsManyAsThePolicyHas_AreADeadLetter()
    {
        var sender = new ScriptedSender { Answer = (_, _) => new(ScriptedSender.Down(DeadLetterRisks.Unknown, FailureKind.Timeout)) };
        await using var road = await DeliveryRoad.StartAsync(sender: sender, with: c => c with { Retry = new(3, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)) });
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        var letter = Assert.Single(await road.LettersAsync());
        Assert.Equal((3, DeadLetterRisks.Unknown), (letter.Attempts, letter.Risk));
        Assert.Equal([false, true, true], sender.Calls.Select(c => c.PossibleDuplicate));
        Assert.Single(sender.Calls.Select(c => c.Id).Distinct());
    }

    [Fact]
    public async Task RateLimited_ManyTimes_BurnsNoAttempts()
    {
        var limited = 6;
        var sender = new ScriptedSender();
        sender.Answer = (_, _) => new(Interlocked.Decrement(ref limited) >= 0 ? ScriptedSender.Down(DeadLetterRisks.Sent, FailureKind.RateLimited, TimeSpan.FromMilliseconds(1)) : SendOutcome.Sent());
        await using var road = await DeliveryRoad.StartAsync(sender: sender, with: c => c with
        {
            Retry = new(2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)), Control = SubjectControl.None with { Forced = CircuitState.Closed },
        });
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        Assert.Empty(await road.LettersAsync());
        Assert.Equal(7, sender.Calls.Count);
        Assert.All(sender.Calls, c => Assert.False(c.PossibleDuplicate));
    }

    [Fact]
    public async Task Parts_SecondFails_GoesOnWithTheSecond()
    {
        var failures = 2;
        var sender = new ScriptedSender();
        sender.Answer = (part, _) => new(part.Index == 1 && Interlocked.Decrement(ref failures) >= 0 ? ScriptedSender.Down() : SendOutcome.Sent("r" + part.Index));
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        await road.AskAsync("m1", "one\ntwo\nthree");
        await road.SettledAsync(1);
        Assert.Equal(["one", "two", "two", "two", "three"], sender.Calls.Select(c => c.Text.ToString()));
        Assert.Equal(3, sender.Taken.Select(t => t.Id).Distinct().Count());
        var delivery = await road.DeliveryAsync();
        Assert.Equal(["r0", "r1", "r2"], JsonDocument.Parse(delivery.Parts).RootElement.EnumerateArray().Select(p => p.GetProperty("receipt").GetString()));
        Assert.Equal("r0", Assert.Single(await road.RepliesAsync()).Receipt);
    }

    [Fact]
    public async Task Concurrency_ManySessions_NeverAboveTheSendersAndNeverTwoOfASession()
    {
        var (open, most) = (0, 0);
        var sessions = new System.Collections.Concurrent.ConcurrentDictionary<Guid, int>();
        var sender = new ScriptedSender { MaxConcurrency = 3 };
        sender.Answer = async (part, token) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref open));
            Assert.Equal(1, sessions.AddOrUpdate(part.Reply.SessionId, 1, (_, n) => n + 1));
            await Task.Yield();
            sessions.AddOrUpdate(part.Reply.SessionId, 0, (_, n) => n - 1);
            Interlocked.Decrement(ref open);
            return SendOutcome.Sent();
        };
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        for (var i = 0; i < 60; i++) await road.AskAsync($"m{i}", $"t{i}", $"user{i % 12}");
        await road.SettledAsync(60);
        Assert.InRange(most, 1, 3);
        foreach (var user in sender.Taken.GroupBy(t => t.Reply.Address.UserId)) Assert.Equal(user.OrderBy(t => t.Reply.Seq), user);
    }

    [Fact]
    public async Task Paused_NothingIsSentHoweverLong_AndAllAfterwards()
    {
        var clock = new TestClock();
        await using var road = await DeliveryRoad.StartAsync(clock, with: c => c with { MaxWait = TimeSpan.FromMinutes(5), Control = new(SubjectFlow.Running) });
        var entered = new TaskCompletionSource();
        road.Road.Agents.Answer = async (request, _, _) =>
        {
            entered.TrySetResult();
            await Task.Yield();
            road.Change(c => c with { Control = new(SubjectFlow.Paused) });
            return AgentOutcome.Answer([new AgentReply(request.Text)]);
        };
        await road.AskAsync("m1", "hello");
        await entered.Task;
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1 && road.View.Held is not null);
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Empty(road.Sender.Calls);
        Assert.Equal("Somebody has paused the channel.", road.View.Held);
        road.Change(c => c with { Control = SubjectControl.None });
        await road.SettledAsync(1);
        Assert.Single(road.Sender.Taken);
    }

    [Fact]
    public async Task Draining_WhatIsThere_IsSent()
    {
        await using var road = await DeliveryRoad.StartAsync();
        var entered = new TaskCompletionSource();
        road.Road.Agents.Answer = async (request, _, _) =>
        {
            await Task.Yield();
            road.Change(c => c with { Control = new(SubjectFlow.Draining) });
            return AgentOutcome.Answer([new AgentReply(request.Text)]);
        };
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        Assert.Single(road.Sender.Taken);
    }

    [Fact]
    public async Task NotReady_LongerThanMaxWait_IsADeadLetterThatBurntNoAttempt()
    {
        var clock = new TestClock();
        await using var road = await DeliveryRoad.StartAsync(clock, new() { Ready = false }, c => c with { MaxWait = TimeSpan.FromMinutes(5) });
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1 && road.View.Waiting == 1);
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, road.View.Waiting);
        clock.Advance(TimeSpan.FromMinutes(2));
        await road.SettledAsync(1);
        var letter = Assert.Single(await road.LettersAsync());
        Assert.Equal((DeadLetterCauses.ChannelUnavailable, 0, DeadLetterRisks.NeverSent), (letter.Cause, letter.Attempts, letter.Risk));
        Assert.Empty(road.Sender.Calls);
    }

    [Fact]
    public async Task NotReady_ThenWoken_IsSent()
    {
        await using var road = await DeliveryRoad.StartAsync(sender: new() { Ready = false });
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1);
        Assert.Empty(road.Sender.Calls);
        road.Sender.Ready = true;
        road.Road.Get<IOutbox>().Wake(road.Channel.Id);
        await road.SettledAsync(1);
    }

    [Fact]
    public async Task Budget_Spent_WaitsWithoutAnAttempt()
    {
        var waits = 2;
        var sender = new ScriptedSender();
        sender.Bucket = _ => Interlocked.Decrement(ref waits) >= 0 ? TimeSpan.FromMilliseconds(5) : null;
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        Assert.Equal(1, (await road.DeliveryAsync()).Attempts);
        Assert.Empty(await road.AttemptsAsync());
    }

    [Fact]
    public async Task PlatformDown_ForAnHour_CallsStopAndAllAreSentInOrderAfterwards()
    {
        var clock = new TestClock();
        var down = true;
        var sender = new ScriptedSender();
        sender.Answer = (_, _) => new(Volatile.Read(ref down) ? ScriptedSender.Down() : SendOutcome.Sent());
        await using var road = await DeliveryRoad.StartAsync(clock, sender, c => c with { MaxWait = TimeSpan.FromHours(2), Retry = new(50, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)) });
        for (var i = 0; i < 40; i++) await road.AskAsync($"m{i}", $"t{i}", $"user{i % 20}");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 40);
        for (var minute = 0; minute < 60; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await QuietAsync(road);
        }

        Assert.InRange(sender.Calls.Count, 5, 200);
        Assert.Equal(40, road.View.Waiting);
        Assert.NotNull(road.View.Held);
        down = false;
        for (var i = 0; i < 600 && road.View.Waiting > 0; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await QuietAsync(road);
        }

        await road.SettledAsync(40);
        Assert.Empty(await road.LettersAsync());
        Assert.Equal(40, sender.Taken.Count);
        foreach (var user in sender.Taken.GroupBy(t => t.Reply.Address.UserId)) Assert.Equal(user.OrderBy(t => t.Reply.Seq), user);
    }

    [Fact]
    public async Task Circuit_HeldOpenByHand_NothingIsSentUntilLetGo()
    {
        await using var road = await DeliveryRoad.StartAsync(with: c => c with { Control = new(SubjectFlow.Running, CircuitState.Open, null, "maintenance") });
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1 && road.View.Held is not null);
        Assert.Empty(road.Sender.Calls);
        road.Change(c => c with { Control = SubjectControl.None });
        await road.SettledAsync(1);
    }

    [Fact]
    public async Task Channel_Deleted_IsADeadLetterThatSaysSo()
    {
        var sender = new ScriptedSender { Ready = false };
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1);
        road.DeleteChannel();
        await road.SettledAsync(1);
        var letter = Assert.Single(await road.LettersAsync());
        Assert.Equal(DeadLetterCauses.ChannelRejected, letter.Cause);
        Assert.Contains("deleted", letter.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_Changed_WhatWaitsIsTriedAtOnce()
    {
        var down = true;
        var sender = new ScriptedSender();
        sender.Answer = (_, _) => new(Volatile.Read(ref down) ? ScriptedSender.Down() : SendOutcome.Sent());
        await using var road = await DeliveryRoad.StartAsync(sender: sender, with: c => c with { Retry = new(8, TimeSpan.FromHours(1), TimeSpan.FromHours(1)) });
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.AttemptsAsync()).Count == 1);
        down = false;
        road.Change(c => c with { Secrets = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = "new" }) });
        await road.SettledAsync(1);
    }

    [Fact]
    public async Task Sender_Throws_CountsAsAFailureAndIsTriedAgain()
    {
        var throws = 1;
        var sender = new ScriptedSender();
        sender.Answer = (_, _) => Interlocked.Decrement(ref throws) >= 0 ? throw new InvalidOperationException("a bug") : new(SendOutcome.Sent());
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        Assert.Equal(DeadLetterCauses.Internal, Assert.Single(await road.AttemptsAsync()).Cause);
        Assert.Equal([false, true], sender.Calls.Select(c => c.PossibleDuplicate));
    }

    [Fact]
    public async Task Timeout_OfTheSender_IsAFailureOfItsOwnKind()
    {
        var clock = new TestClock();
        var entered = new SemaphoreSlim(0);
        var hangs = true;
        var sender = new ScriptedSender();
        sender.Answer = async (_, token) =>
        {
            if (!hangs) return SendOutcome.Sent();
            entered.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            throw new InvalidOperationException("unreachable");
        };
        await using var road = await DeliveryRoad.StartAsync(clock, sender);
        await road.AskAsync("m1", "hello");
        await entered.WaitAsync();
        hangs = false;
        clock.Advance(TimeSpan.FromSeconds(31));
        await TestWait.UntilAsync(async () => (await road.AttemptsAsync()).Count == 1);
        Assert.Equal((FailureKind.Timeout, DeadLetterCauses.ChannelTimeout), ((await road.AttemptsAsync())[0].Kind, (await road.AttemptsAsync())[0].Cause));
        await QuietAsync(road);
        clock.Advance(TimeSpan.FromSeconds(1));
        await road.SettledAsync(1);
        Assert.True((await road.DeliveryAsync()).PossibleDuplicate);
    }

    [Fact]
    public async Task Session_Removed_NothingIsSentAndNothingWritten()
    {
        await using var road = await DeliveryRoad.StartAsync(sender: new() { Ready = false });
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1 && road.View.Waiting == 1);
        road.Road.Get<IOutboxLanes>().Forget((await road.RepliesAsync())[0].SessionId);
        Assert.Equal(0, road.View.Waiting);
        road.Sender.Ready = true;
        road.Road.Get<IOutbox>().Wake(road.Channel.Id);
        await road.AskAsync("m2", "there", "bob");
        await TestWait.UntilAsync(() => road.Sender.Taken.Count == 1);
        Assert.Equal("there", road.Sender.Taken.Single().Text.ToString());
    }

    [Fact]
    public async Task Tenant_Removed_NothingIsLeftInItsLanes()
    {
        await using var road = await DeliveryRoad.StartAsync(sender: new() { Ready = false });
        for (var i = 0; i < 5; i++) await road.AskAsync($"m{i}", "hello", $"user{i}");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 5 && road.View.Waiting == 5);
        await road.Road.Get<Outbox>().RemoveAsync(road.Channel.Tenant.Id, default);
        road.Sender.Ready = true;
        road.Road.Get<IOutbox>().Wake(road.Channel.Id);
        Assert.Equal(0, road.View.Waiting);
        Assert.Empty(road.Sender.Calls);
    }

    [Fact]
    public async Task Session_WithAReplyThatWaits_IsNotArchived()
    {
        var clock = new TestClock();
        await using var road = await DeliveryRoad.StartAsync(clock, new() { Ready = false }, c => c with { MaxWait = TimeSpan.FromDays(100), Timers = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null) });
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1);
        clock.Advance(TimeSpan.FromDays(1));
        await LifeAsync(road);
        Assert.Equal(2, (await road.Road.RowsAsync()).Count);
        road.Sender.Ready = true;
        road.Road.Get<IOutbox>().Wake(road.Channel.Id);
        await road.SettledAsync(1);
        await QuietAsync(road);
        clock.Advance(TimeSpan.FromDays(1));
        await LifeAsync(road);
        Assert.Empty(await road.Road.RowsAsync());
    }

    [Fact]
    public async Task Session_Ended_ItsRepliesAreStillSent()
    {
        await using var road = await DeliveryRoad.StartAsync(sender: new() { Ready = false });
        await road.AskAsync("m1", "hello");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 1);
        await road.AskAsync("m2", "/new");
        await TestWait.UntilAsync(async () => (await road.RepliesAsync()).Count == 2);
        await road.RestartAsync();
        road.Sender.Ready = true;
        road.Road.Get<IOutbox>().Wake(road.Channel.Id);
        await road.SettledAsync(2);
        Assert.Equal(2, road.Sender.Taken.Count);
        Assert.Equal("hello", road.Sender.Taken.First().Text.ToString());
    }

    [Fact]
    public async Task LateReply_OfAnOperator_GoesOutToo()
    {
        await using var road = await DeliveryRoad.StartAsync();
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        var session = (await road.RepliesAsync())[0].SessionId;
        var outcome = await road.Road.Get<ISessionWriter>().AppendAsync(road.Channel.Tenant.Id, session, MessageFrom.Operator, [new AgentReply(Utf8Text.From("from a person"))], null, default);
        Assert.NotNull(outcome.Messages);
        await road.SettledAsync(2);
        Assert.Equal((MessageFrom.Operator, null), (road.Sender.Taken.Last().Reply.From, road.Sender.Taken.Last().Reply.InReplyTo));
    }

    [Fact]
    public async Task Drill_OnATestChannel_FailsItsCalls()
    {
        var drill = new OneDrill();
        await using var road = await DeliveryRoad.StartAsync(with: c => c with { IsTest = true }, drills: drill);
        await road.AskAsync("m1", "hello");
        await road.SettledAsync(1);
        Assert.Equal("a drill", Assert.Single(await road.AttemptsAsync()).Detail);
        Assert.Single(road.Sender.Calls);
    }

    private sealed class OneDrill : IDrills
    {
        private int _left = 1;

        public DrillStep? Next(SubjectKind kind, Guid subject) => kind == SubjectKind.Channel && Interlocked.Decrement(ref _left) >= 0
            ? new(TimeSpan.FromMilliseconds(1), new(FailureKind.Transient, DeadLetterCauses.ChannelError, "a drill")) : null;
    }

    private static async Task LifeAsync(DeliveryRoad road)
    {
        foreach (var name in new[] { "sessions-dormancy", "sessions-expiry", "sessions-archive" })
            await road.Road.Get<IEnumerable<IMaintenanceJob>>().Single(j => j.Name == name).RunAsync(new JobProgress(isDryRun: false), default);
    }

    [Fact]
    public async Task Replay_OfADeadReply_SendsTheRestAndEndsTheLetter()
    {
        var refuses = true;
        var sender = new ScriptedSender();
        sender.Answer = (part, _) => new(Volatile.Read(ref refuses) && part.Index == 1
            ? SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, "No.", DeadLetterRisks.Sent) : SendOutcome.Sent("r" + part.Index));
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        await road.AskAsync("m1", "one\ntwo");
        await road.SettledAsync(1);
        var letter = Assert.Single(await road.LettersAsync());
        Assert.True(await ReplayAsync(road, letter));
        await road.SettledAsync(1);
        var letters = await road.LettersAsync();
        Assert.Equal([DeadLetterStates.Replayed, DeadLetterStates.Open], letters.Select(l => l.State));
        Assert.Equal(letter.Id, letters[1].PreviousId);
        refuses = false;
        Assert.True(await ReplayAsync(road, letters[1]));
        await road.SettledAsync(1);
        Assert.Equal(MessageState.Answered, Assert.Single(await road.RepliesAsync()).State);
        Assert.All(await road.LettersAsync(), l => Assert.Equal(DeadLetterStates.Replayed, l.State));
        Assert.Equal(["one", "two", "two", "two"], sender.Calls.Select(c => c.Text.ToString()));
        Assert.False(await road.Road.Get<ReplayDelivery>().RunAsync(letters[1], default));
    }

    internal static async Task<bool> ReplayAsync(DeliveryRoad road, DeadLetter letter)
    {
        await using (var db = road.Road.Db())
            await db.WriteAsync(d => d.DeadLetters.Where(l => l.Id == letter.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.State, DeadLetterStates.Replaying)), default);
        return await road.Road.Get<ReplayDelivery>().RunAsync(letter, default);
    }

    /// <summary>What was begun is over: nothing is being sent, and all of it is written.</summary>
    private static async Task QuietAsync(DeliveryRoad road)
    {
        await TestWait.UntilAsync(() => road.Road.Get<Outbox>().Busy == 0);
        await road.Road.Journal.FlushAsync();
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
