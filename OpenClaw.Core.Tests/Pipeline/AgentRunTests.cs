using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>What agents tell of how they came to an answer is kept with it.</summary>
public sealed class AgentRunTests
{
    private static readonly AgentStep Step = new(AgentStepKinds.Tool, "weather", """{"city":"Oslo"}""", "4 degrees", null, DateTimeOffset.UnixEpoch, 12.5);

    [Fact]
    public async Task Answer_WithAReport_IsInTheTraceAndInTheUsage()
    {
        await using var road = await Road.StartAsync(time: new TestClock()); // usage is counted by the day
        var channel = road.AddChannel();
        road.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([new(request.Text)]).With(new("model-1", 120, 30, TimeSpan.FromMilliseconds(40), [Step])));
        var accepted = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await UntilAsync(async () => (await road.RowsAsync()).Count == 2);

        var trace = await road.Get<MessageQueries>().GetAsync(channel.Tenant.Id, accepted.MessageId);
        var run = Assert.Single(trace!.Runs!);
        Assert.Equal(("model-1", 120L, 30L, 40.0, 1), (run.Model, run.InputTokens, run.OutputTokens, run.FirstTokenMs, run.Attempt));
        Assert.Equal(Step, Assert.Single(run.Steps));
        Assert.Equal((120, 30), (road.Get<UsageMeter>().Now(channel.Tenant.Id).InputTokens, road.Get<UsageMeter>().Now(channel.Tenant.Id).OutputTokens));
    }

    [Fact]
    public async Task Failures_WithReports_AreKeptBesideTheAnswer()
    {
        await using var road = await Road.StartAsync(new FakeCatalog { Retry = new(3, TimeSpan.Zero, TimeSpan.Zero) });
        var channel = road.AddChannel();
        road.Agents.Answer = (request, _, _) => new((request.Attempt < 3
            ? AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentError, "HTTP 500")
            : AgentOutcome.Answer([new(request.Text)])).With(new(null, request.Attempt, null, null, [])));
        var accepted = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await UntilAsync(async () => (await road.RowsAsync()).Count == 2);

        var trace = await road.Get<MessageQueries>().GetAsync(channel.Tenant.Id, accepted.MessageId);
        Assert.Equal([(1, 1L), (2, 2L), (3, 3L)], trace!.Runs!.Select(r => (r.Attempt, r.InputTokens!.Value)));
    }

    [Fact]
    public async Task DeadLetter_WithAReport_KeepsIt()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        road.Agents.Answer = (_, _, _) => new(AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "HTTP 402").With(new("m", null, null, null, [Step])));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await UntilAsync(async () => (await road.RowsAsync()).Any(m => m.State == MessageState.Dead));

        await using var db = road.Db();
        Assert.Equal("m", (await db.AgentRuns.SingleAsync()).Model);
    }

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
