using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Pipeline.Loops;

/// <summary>Loops on the whole road: what trips is durable, quarantined, and nobody is asked.</summary>
public sealed class LoopRoadTests
{
    [Fact]
    public async Task Accept_MoreThanTheBudget_TheRestIsQuarantinedWithoutAQuestion()
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var channel = road.AddChannel(c => Guarded(c, """{"loopGuard":{"repliesPerMinute":3}}"""));
        var asked = 0;
        road.Agents.Answer = (request, _, _) =>
        {
            asked++;
            return new(AgentOutcome.Answer([new(request.Text)]));
        };
        for (var i = 0; i < 5; i++) Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default)).Accepted);
        await UntilAsync(async () => (await road.RowsAsync()).Count(r => r.State == MessageState.Dead) == 2);
        Assert.Equal(3, asked);

        await using var db = road.Db();
        var letters = await db.DeadLetters.AsNoTracking().ToListAsync();
        Assert.All(letters, l => Assert.Equal((DeadLetterCauses.Loop, DeadLetterStates.Quarantined, Stages.Received, DeadLetterRisks.NeverSent), (l.Cause, l.State, l.Stage, l.Risk)));
        Assert.Contains(letters, l => l.Detail.Contains("loopGuard.repliesPerMinute", StringComparison.Ordinal));

        clock.Advance(TimeSpan.FromMinutes(1));
        await road.Inbox.AcceptAsync(Road.Message(channel, "m9", "again"), default);
        await UntilAsync(async () => (await road.RowsAsync()).Count(r => r.From == MessageFrom.Agent) == 4);
    }

    [Fact]
    public async Task Accept_OtherSessionsOfTheChannel_GoOn()
    {
        await using var road = await Road.StartAsync(time: new TestClock());
        var channel = road.AddChannel(c => Guarded(c, """{"loopGuard":{"repliesPerMinute":1}}"""));
        for (var i = 0; i < 3; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "b", "hello", user: "bob"), default);
        await UntilAsync(async () => (await road.RowsAsync()) is var rows && rows.Count(r => r.State == MessageState.Dead) == 2 && rows.Count(r => r.From == MessageFrom.Agent) == 2);
    }

    [Fact]
    public async Task Accept_AnAnswerToAnAnswer_CarriesItsHops()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel(c => Guarded(c, "{}"));
        await road.Inbox.AcceptAsync(Road.Message(channel, "m", "hello") with { Extras = new(Sender: new(Hops: 2)) }, default);
        await UntilAsync(async () => (await road.RowsAsync()).Any(r => r.From == MessageFrom.Agent));
        Assert.All(await road.RowsAsync(), r => Assert.Equal(2, MessageExtras.FromJson(r.Extras)!.Sender!.Hops));
        await road.Inbox.AcceptAsync(Road.Message(channel, "n", "hello") with { Extras = new(Sender: new(Hops: 5)) }, default);
        await UntilAsync(async () => (await road.RowsAsync()).Any(r => r.State == MessageState.Dead));
    }

    /// <summary>Whatever the one channel answers is said by somebody in the other, and back.</summary>
    [Fact]
    public async Task Accept_TwoChannelsThatAnswerEachOther_StopByThemselves()
    {
        await using var road = await Road.StartAsync(time: new TestClock());
        var one = road.AddChannel(c => Guarded(c, "{}"));
        var two = road.AddChannel(c => Guarded(c, "{}"));
        var asked = 0;
        await road.Inbox.AcceptAsync(Road.Message(one, "0", "Who is there?"), default);
        for (var round = 1; round < 50; round++)
        {
            var rows = await SettledAsync(road, round);
            if (rows.Any(r => r.State == MessageState.Dead)) break;
            asked = rows.Count(r => r.From == MessageFrom.Agent);
            var to = round % 2 == 1 ? two : one;
            await road.Inbox.AcceptAsync(Road.Message(to, $"{round}", "Who is there?"), default);
        }

        Assert.Equal(5, asked);
    }

    private static ChannelModel Guarded(ChannelModel channel, string settings) => channel with { LoopGuard = LoopPolicy.Of(JsonElement.Parse(settings), "http", 60) };

    private static async Task<List<Message>> SettledAsync(Road road, int messages)
    {
        List<Message> rows = [];
        await UntilAsync(async () => (rows = await road.RowsAsync()).Count(r => r.From == MessageFrom.User && r.State is MessageState.Answered or MessageState.Dead) >= messages);
        return rows;
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
