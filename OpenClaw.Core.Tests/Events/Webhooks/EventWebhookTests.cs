using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Sessions.Removal;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Core.Tests.Events.Webhooks;

/// <summary>What is stored is told to a tenant's endpoints: signed, at least once, retried, and no further than they take it.</summary>
public sealed class EventWebhookTests
{
    [Fact]
    public async Task Message_AnsweredForAnEndpointOfAllTypes_EachEventComesSignedOnce()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url);
        var secret = made.Secrets[SecretNames.SigningSecret].Value!;

        await events.SayAsync(channel, "m1");
        var received = await receiver.NextAsync(5);

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(
            [EventTypes.MessageReceived, EventTypes.MessageRouted, EventTypes.ResponseGenerated, EventTypes.SessionCreated, EventTypes.SessionUpdated],
            received.Select(r => r.Type).Order(StringComparer.Ordinal));
        Assert.All(received, r =>
        {
            Assert.True(r.IsSignedWith(secret, events.Clock.GetUtcNow()));
            Assert.Equal(r.Id, r.Json.GetProperty("id").GetString());
            Assert.Equal(channel.Tenant.Id, r.Json.GetProperty("tenant").GetGuid());
            Assert.Equal(channel.Id, r.Json.GetProperty("channel").GetGuid());
            Assert.EndsWith("Z", r.Json.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
        });
        Assert.Equal("hello", received.Single(r => r.Type == EventTypes.ResponseGenerated).Json.GetProperty("payload").GetProperty("text").GetString());
        Assert.Equal(5, received.Select(r => r.Id).Distinct(StringComparer.Ordinal).Count());
        var log = await events.LogAsync(l => l.TrueForAll(d => d.State == EventDeliveryStates.Delivered));
        Assert.All(log, d => Assert.True(d is { Attempts: 1, Status: 204, NextAt: null, Error: null }));
    }

    [Fact]
    public async Task Message_EndpointsOfOtherTypes_EachGetsItsOwnWithOneId()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        await events.AddAsync(receiver.Url, EventTypes.ResponseGenerated);
        await events.AddAsync(other.Url, EventTypes.ResponseGenerated, EventTypes.ResponseDelivered);

        var watcher = new Watcher();
        watcher.Handle = await events.Road.Sessions.AttachAsync(channel, new("main", null, "ada", "Ada"), watcher, default);
        await events.SayAsync(channel, "m1");
        watcher.Handle.Delivered(await watcher.NextReplyAsync());

        var one = await receiver.NextAsync();
        var two = await other.NextAsync(2);
        Assert.Equal(EventTypes.ResponseGenerated, one.Type);
        Assert.Equal([EventTypes.ResponseDelivered, EventTypes.ResponseGenerated], two.Select(r => r.Type).Order(StringComparer.Ordinal));
        Assert.Equal(one.Id, two.Single(r => r.Type == EventTypes.ResponseGenerated).Id);
        Assert.Equal(3, (await events.LogAsync()).Count);
    }

    [Fact]
    public async Task Message_WithoutEndpoints_WritesNothing()
    {
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        await events.SayAsync(channel, "m1");
        Assert.Empty(await events.LogAsync());
        Assert.False(events.Get<IGroupEvents>().IsOn);
    }

    [Fact]
    public async Task Stopped_BetweenCommitAndSend_IsSentAtTheNextStart()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-events-").FullName;
        var (catalog, clock) = (new FakeCatalog(), new TestClock());
        await using var receiver = await Receiver.StartAsync();
        List<EventDelivery> written;
        string secret;
        await using (var before = await EventRoad.StartAsync(catalog, folder, clock, sends: false))
        {
            var channel = before.Road.AddChannel();
            secret = (await before.AddAsync(receiver.Url, EventTypes.MessageReceived)).Secrets[SecretNames.SigningSecret].Value!;
            await before.SayAsync(channel, "m1");
            written = await before.LogAsync();
            await before.StopAsync();
        }

        Assert.Equal(0, receiver.Count);
        await using (var after = await EventRoad.StartAsync(catalog, folder, clock))
        {
            var received = await receiver.NextAsync();
            Assert.Equal(Assert.Single(written).EventId.ToString(), received.Id);
            Assert.True(received.IsSignedWith(secret, clock.GetUtcNow()));
            await after.LogAsync(l => l.TrueForAll(d => d.State == EventDeliveryStates.Delivered));
        }

        TestFolder.Delete(folder);
    }

    [Fact]
    public async Task Failing_IsTriedAgainOnTheScheduleWithTheSameId()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        receiver.AnswerWith(500, "out of order");
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");

        var first = await receiver.NextAsync();
        var failed = Assert.Single(await events.LogAsync(l => l is [{ Attempts: 1 }]));
        Assert.Equal(events.Clock.GetUtcNow() + TimeSpan.FromSeconds(5), failed.NextAt);
        Assert.Contains("out of order", failed.Error, StringComparison.Ordinal);
        await WaitAsync(async () => (await events.Get<EventWebhookQueries>().GetAsync(channel.Tenant.Id, made.Id))!.State == "failing"); // judged after the attempt is logged

        var again = Assert.Single(await AdvanceUntilAsync(events, l => l is [{ Attempts: 2 }]));
        var second = await receiver.NextAsync();
        Assert.True(again.LastAt >= failed.NextAt);
        Assert.InRange(again.NextAt!.Value - again.LastAt!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
        receiver.AnswerWith(200);
        await AdvanceUntilAsync(events, l => l is [{ Attempts: 3 }]);
        var third = await receiver.NextAsync();

        Assert.True(first.Id == second.Id && second.Id == third.Id);
        var taken = Assert.Single(await events.LogAsync(l => l is [{ State: EventDeliveryStates.Delivered }]));
        Assert.True(taken is { Attempts: 3, Error: null, NextAt: null });
        await WaitAsync(async () => (await events.RowAsync(made.Id)).FailingSince is null);
    }

    [Fact]
    public async Task RetryAfter_IsNotTriedBefore()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        receiver.AnswerWith(429, retryAfter: "120");
        var channel = events.Road.AddChannel();
        await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        await receiver.NextAsync();
        var waiting = Assert.Single(await events.LogAsync(l => l is [{ Attempts: 1 }]));
        Assert.Equal(events.Clock.GetUtcNow() + TimeSpan.FromSeconds(120), waiting.NextAt);
    }

    [Fact]
    public async Task Gone_IsSwitchedOffAtOnceAndNoted()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        receiver.AnswerWith(410);
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        await receiver.NextAsync();
        await WaitAsync(async () => !(await events.RowAsync(made.Id)).Enabled);
        Assert.Contains("410", (await events.RowAsync(made.Id)).DisabledReason, StringComparison.Ordinal);
        await using var db = events.Road.Db();
        Assert.Equal(ActorKind.System, (await db.Audit.SingleAsync(a => a.Action == "event-webhook.disabled")).Actor);

        await WaitAsync(() => Task.FromResult(!events.Get<IGroupEvents>().IsOn)); // the row is written before it is read again
        await events.SayAsync(channel, "m2");
        Assert.Single(await events.LogAsync());
    }

    [Fact]
    public async Task FailingForFiveDays_IsSwitchedOff()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        receiver.AnswerWith(503);
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        await receiver.NextAsync();
        await events.LogAsync(l => l is [{ Attempts: 1 }]);
        await WaitAsync(async () => (await events.RowAsync(made.Id)).FailingSince is not null);

        events.Clock.Jump(TimeSpan.FromDays(4));
        await NextInTimeAsync(events, receiver);
        await events.LogAsync(l => l is [{ Attempts: >= 2 }]);
        Assert.True((await events.RowAsync(made.Id)).Enabled);

        events.Clock.Jump(TimeSpan.FromDays(1.01));
        await NextInTimeAsync(events, receiver);
        await WaitAsync(async () => !(await events.RowAsync(made.Id)).Enabled);
        Assert.Contains("5 days", (await events.RowAsync(made.Id)).DisabledReason, StringComparison.Ordinal);

        var patch = AdministrationJson("""{"enabled":true}""");
        var enabled = events.Clock.GetUtcNow();
        Assert.Null((await events.Get<SaveEventWebhook>().PatchAsync(events.Caller, made.Id, patch)).Value!.DisabledReason);
        // what waited is tried at once, and may have failed anew
        Assert.True((await events.RowAsync(made.Id)).FailingSince is not { } since || since >= enabled);
    }

    [Fact]
    public async Task DeadEndpoint_OpensItsCircuit_AndBurnsNoAttempts()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var fine = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        receiver.AnswerWith(500);
        var channel = events.Road.AddChannel();
        var dead = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.AddAsync(fine.Url, EventTypes.MessageReceived);
        for (var i = 0; i < 100; i++) await events.SayAsync(channel, $"m{i}");
        await fine.NextAsync(100);
        await events.LogAsync(l => l.Where(d => d.WebhookId == dead.Id).Sum(d => d.Attempts) >= 5);
        Assert.InRange(receiver.Count, 5, 20);

        // later there is one probe, which is taken, and then the rest goes
        receiver.AnswerWith(200);
        var log = await AdvanceUntilAsync(events, l => l.TrueForAll(d => d.State == EventDeliveryStates.Delivered));
        Assert.Equal(log.Where(d => d.WebhookId == dead.Id).Sum(d => d.Attempts), receiver.Count);
        Assert.All(log.Where(d => d.WebhookId == dead.Id), d => Assert.InRange(d.Attempts, 1, 2));
    }

    [Fact]
    public async Task SlowEndpoint_HoldsUpNoOther()
    {
        await using var slow = await Receiver.StartAsync();
        await using var quick = await Receiver.StartAsync();
        slow.Answer = (http, _) => HttpServer.AbortedAsync(http);
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        await events.AddAsync(slow.Url, EventTypes.MessageReceived);
        await events.AddAsync(quick.Url, EventTypes.MessageReceived);
        for (var i = 0; i < 50; i++) await events.SayAsync(channel, $"m{i}");
        await quick.NextAsync(50);
        await WaitAsync(() => Task.FromResult(slow.Count > 0)); // the slow one may be reached later than all of the other
        Assert.InRange(slow.Count, 1, new EventWebhookOptions().Concurrency);

        events.Clock.Advance(TimeSpan.FromSeconds(15));
        var late = (await events.LogAsync(l => l.Exists(d => d.Attempts == 1 && d.State == EventDeliveryStates.Pending))).First(d => d is { Attempts: 1, State: EventDeliveryStates.Pending });
        Assert.Equal("It did not answer in time.", late.Error);
    }

    [Fact]
    public async Task PrivateAddress_IsNotCalled()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync(privateHosts: []);
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        var refused = Assert.Single(await events.LogAsync(l => l is [{ Attempts: 1 }]));
        Assert.Contains("Security:PrivateHosts", refused.Error, StringComparison.Ordinal);
        var test = await events.Get<TestEventWebhook>().RunAsync(events.Caller, made.Id);
        Assert.Contains("Security:PrivateHosts", test.Value!.Error, StringComparison.Ordinal);
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task Resend_OneAndAllSince_ComeAgainWithTheirIds()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        var first = await receiver.NextAsync();
        await events.LogAsync(l => l.TrueForAll(d => d.State == EventDeliveryStates.Delivered));
        events.Clock.Advance(TimeSpan.FromMinutes(1));
        var since = events.Clock.GetUtcNow();
        await events.SayAsync(channel, "m2");
        await events.SayAsync(channel, "m3");
        var later = await receiver.NextAsync(2);
        var log = await events.LogAsync(l => l.Count == 3 && l.TrueForAll(d => d.State == EventDeliveryStates.Delivered));

        Assert.Equal(1, (await events.Get<ResendEvents>().OneAsync(events.Caller, made.Id, log[0].Id)).Value!.Count);
        Assert.Equal(first.Id, (await receiver.NextAsync()).Id);
        await events.LogAsync(l => l.TrueForAll(d => d.State == EventDeliveryStates.Delivered));
        Assert.Equal(2, await events.Get<EventWebhookQueries>().CountAsync(channel.Tenant.Id, made.Id, new(Since: since)));
        Assert.Equal(0, (await events.Get<ResendEvents>().SinceAsync(events.Caller, made.Id, since, EventDeliveryStates.Failed)).Value!.Count);
        Assert.Equal(2, (await events.Get<ResendEvents>().SinceAsync(events.Caller, made.Id, since, null)).Value!.Count);
        Assert.Equal(later.Select(r => r.Id).Order(StringComparer.Ordinal), (await receiver.NextAsync(2)).Select(r => r.Id).Order(StringComparer.Ordinal));
        await using var db = events.Road.Db();
        Assert.Equal(3, await db.Audit.CountAsync(a => a.Action == "event-webhook.resent"));
    }

    [Fact]
    public async Task Rotated_SignsWithBothUntilTheOverlapEnds()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        var former = made.Secrets[SecretNames.SigningSecret].Value!;
        var rotated = (await events.Get<RotateSecret>().OfEventWebhookAsync(events.Caller, made.Id, SecretNames.SigningSecret, 2)).Value!;

        await events.SayAsync(channel, "m1");
        var both = await receiver.NextAsync();
        await events.LogAsync(l => l.TrueForAll(d => d.State == EventDeliveryStates.Delivered));
        events.Clock.Advance(TimeSpan.FromHours(2));
        await events.SayAsync(channel, "m2");
        var alone = await receiver.NextAsync();

        Assert.True(both.IsSignedWith(former, both.Json.GetProperty("timestamp").GetDateTimeOffset()) && both.IsSignedWith(rotated.Value!, both.Json.GetProperty("timestamp").GetDateTimeOffset()));
        Assert.False(alone.IsSignedWith(former, events.Clock.GetUtcNow()));
        Assert.True(alone.IsSignedWith(rotated.Value!, events.Clock.GetUtcNow()));
        Assert.Null((await events.Get<EventWebhookQueries>().GetAsync(channel.Tenant.Id, made.Id))!.Secrets[SecretNames.SigningSecret].Value);
        await using var db = events.Road.Db();
        Assert.DoesNotContain(await db.Audit.ToListAsync(), a => $"{a.Before}{a.After}".Contains("whsec_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DeadLetter_TellsTheFailureAndTheLetter()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        await events.AddAsync(receiver.Url, EventTypes.ResponseFailed, EventTypes.DeadLetterAdded);
        events.Road.Agents.Answer = (_, _, _) => new(AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "no"));
        await events.SayAsync(channel, "m1");
        var received = await receiver.NextAsync(2);
        var failed = received.Single(r => r.Type == EventTypes.ResponseFailed).Json;
        Assert.Equal(DeadLetterCauses.AgentError, failed.GetProperty("metadata").GetProperty("cause").GetString());
        Assert.Equal("hello", failed.GetProperty("payload").GetProperty("text").GetString());
        Assert.True(received.Single(r => r.Type == EventTypes.DeadLetterAdded).Json.GetProperty("payload").TryGetProperty("deadLetter", out _));
    }

    [Fact]
    public async Task Status_PublishedOnTheBus_ReachesTheEndpoint()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync();
        var channel = events.Road.AddChannel();
        await events.AddAsync(receiver.Url, EventTypes.ChannelStatus);
        events.Get<IEventBus>().Publish(channel.Tenant.Id, EventTypes.ChannelStatus, channel.Id, null, new { state = "down" });
        Assert.Equal("down", (await receiver.NextAsync()).Json.GetProperty("payload").GetProperty("state").GetString());
    }

    [Fact]
    public async Task SuspendedTenant_IsSentNothingUntilItIsResumed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync(sends: false);
        var channel = events.Road.AddChannel();
        await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        await WaitAsync(async () => (await events.Road.RowsAsync()).Count == 2); // nothing but the sender is to set a timer
        events.Road.Catalog.Change(t => t with { Suspended = true });
        var armed = events.Clock.ArmedTimers;
        await events.SendAsync();
        await events.Clock.WaitForTimersAsync(armed + 1);
        Assert.Equal(0, receiver.Count);
        events.Road.Catalog.Change(t => t with { Suspended = false });
        events.Clock.Advance(TimeSpan.FromMinutes(1));
        await receiver.NextAsync();
    }

    [Fact]
    public async Task Upkeep_TooManyOrTooOld_AreGivenUpAndSaySo()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync(options: new() { Backlog = 3 }, sends: false);
        var channel = events.Road.AddChannel();
        await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        for (var i = 0; i < 5; i++) await events.SayAsync(channel, $"m{i}");
        await events.LogAsync();

        Assert.Equal(2, await events.Get<EventUpkeep>().RunAsync(default));
        var log = await events.LogAsync();
        Assert.Equal([EventDeliveryStates.Failed, EventDeliveryStates.Failed, EventDeliveryStates.Pending, EventDeliveryStates.Pending, EventDeliveryStates.Pending], log.Select(d => d.State));
        Assert.Contains("More than 3", log[0].Error, StringComparison.Ordinal);

        events.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(3, await events.Get<EventUpkeep>().RunAsync(default));
        Assert.All(await events.LogAsync(), d => Assert.Equal(EventDeliveryStates.Failed, d.State));
    }

    [Fact]
    public async Task SessionRemoved_TakesItsEventsAlong()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync(sends: false);
        var channel = events.Road.AddChannel();
        await events.AddAsync(receiver.Url);
        await events.SayAsync(channel, "m1", "a word of Ada's", "ada");
        await events.SayAsync(channel, "m2", "a word of Bob's", "bob");
        var log = await events.LogAsync(l => l.Count(d => d.Type == EventTypes.ResponseGenerated) == 2);
        var ada = log.First(d => d.Body.Contains("a word of Ada's", StringComparison.Ordinal)).SessionId!.Value;
        Assert.NotNull(await events.Get<SessionRemoval>().RemoveAsync(channel.Tenant.Id, ada, passFaults: false, default));
        var left = await events.LogAsync();
        Assert.DoesNotContain(left, d => d.SessionId == ada || d.Body.Contains("a word of Ada's", StringComparison.Ordinal));
        Assert.Contains(left, d => d.Body.Contains("a word of Bob's", StringComparison.Ordinal));
    }

    [Fact]
    public async Task IdleSessions_NotInMemory_AreToldAsTheyMoveOn()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-events-").FullName;
        var (catalog, clock) = (new FakeCatalog(), new TestClock());
        await using var receiver = await Receiver.StartAsync();
        await using (var before = await EventRoad.StartAsync(catalog, folder, clock, sends: false))
        {
            await before.SayAsync(before.Road.AddChannel(), "m1");
            await before.AddAsync(receiver.Url, EventTypes.SessionUpdated);
            await WaitAsync(async () => (await before.Road.RowsAsync()).Count == 2); // not answered yet, the session would be in memory again
            await before.StopAsync();
        }

        clock.Advance(TimeSpan.FromHours(1));
        await using (var after = await EventRoad.StartAsync(catalog, folder, clock))
        {
            await using var db = after.Road.Db();
            var row = await db.Sessions.AsNoTracking().SingleAsync();
            Assert.Equal(1, await after.Road.Sessions.MoveOnAsync([new(row.Id, row.RootId, row.TenantId, clock.GetUtcNow())], SessionState.Dormant));
            Received told;
            do told = await receiver.NextAsync();
            while (told.Json.GetProperty("payload").GetProperty("state").GetString() != "dormant");
            Assert.Equal(row.Id, told.Json.GetProperty("sessionId").GetGuid());
        }

        TestFolder.Delete(folder);
    }

    [Fact]
    public async Task History_ClearsWhatWasTakenAfterAWeekAndTheRestAfterAMonth()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync(sends: false);
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        await events.SayAsync(channel, "m2");
        var log = await events.LogAsync();
        await using (var db = events.Road.Db())
        {
            db.EventDeliveries.Add(new() { Id = Guid.CreateVersion7(), TenantId = channel.Tenant.Id, WebhookId = Guid.NewGuid(), Type = "x", Body = "{}", State = EventDeliveryStates.Failed });
            await db.SaveChangesAsync();
            await db.WriteAsync(d => d.EventDeliveries.Where(e => e.Id == log[0].Id).ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EventDeliveryStates.Delivered).SetProperty(e => e.NextAt, (DateTimeOffset?)null)), default);
            await db.WriteAsync(d => d.EventDeliveries.Where(e => e.Id == log[1].Id).ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EventDeliveryStates.Failed).SetProperty(e => e.NextAt, (DateTimeOffset?)null)), default);
        }

        var job = new HistoryJob(events.Get<ISystemDbFactory>(), events.Clock);
        events.Clock.Jump(TimeSpan.FromDays(6));
        await job.RunAsync(new(), default);
        Assert.Equal(2, (await events.LogAsync()).Count); // only what no endpoint has any more is gone
        events.Clock.Jump(TimeSpan.FromDays(2));
        await job.RunAsync(new(), default);
        Assert.Equal(log[1].Id, Assert.Single(await events.LogAsync()).Id);
        events.Clock.Jump(TimeSpan.FromDays(30));
        await job.RunAsync(new(), default);
        Assert.Empty(await events.LogAsync());
        Assert.NotNull(made);
    }

    [Fact]
    public async Task Deleted_TakesItsLogAndIsToldNoMore()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var events = await EventRoad.StartAsync(sends: false);
        var channel = events.Road.AddChannel();
        var made = await events.AddAsync(receiver.Url, EventTypes.MessageReceived);
        await events.SayAsync(channel, "m1");
        Assert.Single(await events.LogAsync());
        await events.Get<DeleteEventWebhook>().RunAsync(events.Caller, made.Id);
        await events.SayAsync(channel, "m2");
        Assert.Empty(await events.LogAsync());
        await using var db = events.Road.Db();
        Assert.False(await db.Secrets.AnyAsync(s => s.OwnerId == made.Id));
    }

    private static System.Text.Json.JsonElement AdministrationJson(string json) => System.Text.Json.JsonElement.Parse(json);

    /// <summary>Moves on, second by second, until the log is as the test wants it.</summary>
    private static Task<List<EventDelivery>> AdvanceUntilAsync(EventRoad events, Func<List<EventDelivery>, bool> until)
    {
        var moved = TimeProvider.System.GetTimestamp();
        return events.LogAsync(log =>
        {
            if (until(log)) return true;
            // a request that is under way on a busy machine must not meet its time-out: the clock moves while one is waited for
            if (!log.Exists(l => l.NextAt > events.Clock.GetUtcNow()) && TimeProvider.System.GetElapsedTime(moved) < TimeSpan.FromSeconds(2)) return false;
            events.Clock.Advance(TimeSpan.FromSeconds(1));
            moved = TimeProvider.System.GetTimestamp();
            return false;
        });
    }

    /// <summary>The next request: a lane that was about to wait when the clock jumped looks again a minute later.</summary>
    private static async Task<Received> NextInTimeAsync(EventRoad events, Receiver receiver)
    {
        var next = receiver.NextAsync();
        while (await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System)) != next) events.Clock.Jump(TimeSpan.FromMinutes(1));
        return await next;
    }

    private static async Task WaitAsync(Func<Task<bool>> until)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (!await until())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(30), "It did not come to pass within 30 s.");
            await Task.Yield();
        }
    }
}
