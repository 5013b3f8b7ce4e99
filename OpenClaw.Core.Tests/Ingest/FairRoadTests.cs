using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Ingest;

/// <summary>Two tenants on the whole road, over a real journal.</summary>
public sealed class FairRoadTests
{
    [Fact]
    public async Task Accept_TwoFloods_AllIsAnsweredInOrderAndNothingIsLeftOver()
    {
        const int sessions = 10, each = 100;
        await using var road = await Road.StartAsync(time: new TestClock());
        var a = road.AddChannel();
        var other = a.Tenant with { Id = Guid.NewGuid(), Slug = "other" };
        var agent = road.Catalog.FindAgent(a.Tenant.Id, "Scripted")! with { Id = Guid.NewGuid(), Tenant = other };
        road.Catalog.Replace(agent);
        var b = road.AddChannel(c => c with { Tenant = other, Agent = agent.Id });
        await road.Inbox.AcceptAsync(Road.Message(a, "first", "0"), default);
        await road.Inbox.AcceptAsync(Road.Message(b, "first", "0"), default);
        Assert.Equal(TenantLanes.Window / 2, road.Get<TenantLanes>().Share);

        var accepting = from i in Enumerable.Range(1, each)
                        from channel in (ChannelModel[])[a, b]
                        from session in Enumerable.Range(0, sessions)
                        select road.Inbox.AcceptAsync(Road.Message(channel, $"{i}", $"{i}", user: $"user {session}"), default).AsTask();
        Assert.All(await Task.WhenAll(accepting), o => Assert.True(o.Accepted, o.Reason));

        // a message is told to be stored before it is in a mailbox: that all of these are empty says nothing alone
        await TestWait.UntilAsync(async () => road.Get<TenantLoads>().All.All(l => l.InMailboxes == 0)
            && (await road.RowsAsync()).Count(r => r.From == MessageFrom.User && r.State == MessageState.Answered) == 2 + (2 * sessions * each));
        foreach (var session in (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).GroupBy(r => r.SessionId).Where(g => g.Count() > 1))
            Assert.Equal(Enumerable.Range(1, each).Select(i => $"{i}"), session.Select(r => r.Text));
        Assert.Equal(2 + (2 * sessions * each), (await road.RowsAsync()).Count(r => r.From == MessageFrom.User && r.State == MessageState.Answered));
        Assert.Equal((0, 0), (road.Get<TenantLanes>().Queued, road.Get<Admission>().Used));
        Assert.All([a, b], c => Assert.Equal((0, 0), (road.Get<TenantLanes>().Of(c.Tenant.Id).InFlight, road.Get<TenantLoads>().Of(c.Tenant.Id).Waiting)));
        Assert.Empty(road.Sessions.Backlogs());
    }

    [Fact]
    public async Task Backlogs_AnAgentThatDoesNotAnswer_WhatWaitsBehindIt()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        road.Agents.Answer = async (request, _, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
            return AgentOutcome.Answer([new(request.Text)]);
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "0", "0"), default);
        await asked.Task;
        for (var i = 1; i < 4; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"{i}", "text"), default);
        await TestWait.UntilAsync(() => road.Sessions.Backlogs().Sum(b => b.Messages) == 3); // the last one is told to be stored before it is in the mailbox
        var backlog = Assert.Single(road.Sessions.Backlogs());
        Assert.Equal((channel.Id, 3), (backlog.Channel, backlog.Messages));
        var load = road.Get<TenantLoads>().Of(channel.Tenant.Id);
        Assert.Equal((4, 3), (load.InMailboxes, load.Waiting));
        answer.SetResult();
        await TestWait.UntilAsync(() => load.InMailboxes == 0);
        Assert.Empty(road.Sessions.Backlogs());
    }
}
