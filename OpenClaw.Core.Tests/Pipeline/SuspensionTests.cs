using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>A suspended tenant's messages wait where they are, and go on in order.</summary>
public sealed class SuspensionTests
{
    [Fact]
    public async Task Suspended_QueuedMessages_WaitAndGoOnInOrder()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> asked = [];
        road.Agents.Answer = async (request, _, _) =>
        {
            lock (asked) asked.Add(request.Text.ToString());
            await first.Task;
            return AgentOutcome.Answer([new(request.Text)]);
        };
        for (var i = 0; i < 5; i++) Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default)).Accepted);
        await UntilAsync(() =>
        {
            lock (asked) return Task.FromResult(asked.Count == 1); // else the first would wait as well
        });
        road.Catalog.Change(t => t with { Suspended = true, SuspendedReason = "unpaid" });
        var refused = await road.Inbox.AcceptAsync(Road.Message(road.Catalog.Channels.Single(), "m9", "no"), default);
        Assert.Equal(RefusalCode.NotAllowed, refused.Refusal);

        first.SetResult(); // what was asked before is let finish
        await UntilAsync(async () => (await road.RowsAsync()).Count(r => r.From == MessageFrom.Agent) == 1);
        await UntilAsync(() => Task.FromResult(road.Sessions.Undispatched == 3)); // four wait, of which one is held back and fills no bound
        Assert.Equal(["text 0"], asked);
        Assert.Equal(4, (await road.RowsAsync()).Count(r => r.State == MessageState.Accepted));

        road.Catalog.Change(t => t with { Suspended = false });
        await UntilAsync(async () => (await road.RowsAsync()).Count(r => r.From == MessageFrom.Agent) == 5);
        Assert.Equal(["text 0", "text 1", "text 2", "text 3", "text 4"], asked);
        Assert.Equal(0, road.Sessions.Undispatched);
    }

    [Fact]
    public async Task Suspended_Restart_MessagesAreStillThereAndGoOnAtResume()
    {
        var catalog = new FakeCatalog();
        var folder = Directory.CreateTempSubdirectory("openclaw-suspended-").FullName;
        try
        {
            await using (var road = await Road.StartAsync(catalog, folder))
            {
                var channel = road.AddChannel();
                road.Agents.Answer = async (_, _, stop) =>
                {
                    await Task.Delay(Timeout.Infinite, stop);
                    return AgentOutcome.Answer([]);
                };
                for (var i = 0; i < 3; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default);
                catalog.Change(t => t with { Suspended = true });
            }

            await using var again = await Road.StartAsync(catalog, folder);
            await UntilAsync(() => Task.FromResult(again.Sessions.Undispatched == 2));
            Assert.DoesNotContain(await again.RowsAsync(), r => r.From == MessageFrom.Agent);
            catalog.Change(t => t with { Suspended = false });
            await UntilAsync(async () => (await again.RowsAsync()).Count(r => r.From == MessageFrom.Agent) == 3);
            Assert.Equal(["text 0", "text 1", "text 2"], (await again.RowsAsync()).Where(r => r.From == MessageFrom.Agent).OrderBy(r => r.Seq).Select(r => r.Text));
        }
        finally
        {
            TestFolder.Delete(folder);
        }
    }

    [Fact]
    public async Task Removed_WhatAnAgentStillAnswers_IsNotStored()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        road.Agents.Answer = async (request, _, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
            return AgentOutcome.Answer([new(request.Text)]);
        };
        for (var i = 0; i < 3; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", "text"), default);
        await asked.Task;
        await road.Journal.FlushAsync(); // all of them are in the mailbox: they are acknowledged just before
        await road.Get<SessionTable>().RemoveAsync(road.Catalog.Tenant.Id, default);
        await road.Get<Suspensions>().RemoveAsync(road.Catalog.Tenant.Id, default);
        answer.SetResult();
        await Task.Yield();
        Assert.DoesNotContain(await road.RowsAsync(), r => r.From == MessageFrom.Agent);
        Assert.Equal(0, road.Sessions.Undispatched);
    }

    [Fact]
    public async Task Quota_UsedUp_IsRateLimitedUntilMidnightAndDuplicatesCountOnce()
    {
        await using var road = await Road.StartAsync(time: new TestClock()); // no midnight comes between
        road.AddChannel();
        road.Catalog.Change(t => t with { Quotas = new(MessagesPerDay: 2) });
        var channel = road.Catalog.Channels.Single();
        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "m1", "a"), default)).Accepted);
        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "m1", "a"), default)).Duplicate);
        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "m2", "b"), default)).Accepted);
        var refused = await road.Inbox.AcceptAsync(Road.Message(channel, "m3", "c"), default);
        Assert.Equal(RefusalCode.RateLimited, refused.Refusal);
        Assert.Contains("quota", refused.Reason, StringComparison.Ordinal);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.Zero, TimeSpan.FromDays(1));
        await UntilAsync(() => Task.FromResult(road.Get<UsageMeter>().Now(road.Catalog.Tenant.Id) is { Messages: 2, Replies: 2 }));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
