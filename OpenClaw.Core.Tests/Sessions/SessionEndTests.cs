using System.Threading.Channels;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Core.Tests.Channels.WebSocket;
using Entities = OpenClaw.Gateway.Core.Storage.Entities;
using RoadTests = OpenClaw.Core.Tests.Pipeline.RoadTests;

namespace OpenClaw.Core.Tests.Sessions;

/// <summary>Episodes that end while messages wait in them.</summary>
public sealed class SessionEndTests
{
    [Fact]
    public async Task End_TwiceInOneEpisode_OneNextEpisodeForAll()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var turn = Channel.CreateUnbounded<bool>();
        road.Agents.Answer = async (request, _, stop) => AgentOutcome.Answer([new AgentReply(request.Text)], end: await turn.Reader.ReadAsync(stop));
        var first = await RoadTests.AttachAsync(road, channel);
        foreach (var id in new[] { "1", "2" }) await road.Inbox.AcceptAsync(Road.Message(channel, id, id), default);
        turn.Writer.TryWrite(true);
        await first.EndedAsync();
        var second = await RoadTests.AttachAsync(road, channel);

        turn.Writer.TryWrite(true);
        await first.NextReplyAsync();
        await first.NextReplyAsync();
        await road.Journal.FlushAsync();
        for (var i = 3; i < 6; i++)
        {
            turn.Writer.TryWrite(false);
            var outcome = await road.Inbox.AcceptAsync(Road.Message(channel, $"{i}", "more"), default);
            Assert.Equal((second.Handle!.SessionId, (2 * i) - 5), (outcome.SessionId, outcome.Seq));
            await second.NextReplyAsync();
        }

        await using var db = road.Db();
        Assert.Equal([(1, Entities.SessionState.Expired), (2, Entities.SessionState.Active)], db.Sessions.OrderBy(s => s.Episode).Select(s => new ValueTuple<int, Entities.SessionState>(s.Episode, s.State)).ToList());
    }

    [Fact]
    public async Task End_OfAnEpisodeEndedBeforeARestart_LeavesTheNewestAlone()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var turn = Channel.CreateUnbounded<bool>();
        road.Agents.Answer = async (request, _, stop) => AgentOutcome.Answer([new AgentReply(request.Text)], end: await turn.Reader.ReadAsync(stop));
        var watcher = await RoadTests.AttachAsync(road, channel);
        foreach (var id in new[] { "1", "2" }) await road.Inbox.AcceptAsync(Road.Message(channel, id, id), default);
        turn.Writer.TryWrite(true);
        await watcher.EndedAsync();
        var third = await road.Inbox.AcceptAsync(Road.Message(channel, "3", "3"), default);
        await road.StopAsync();

        var release = Channel.CreateUnbounded<bool>();
        await using var again = await Road.StartAsync(road.Catalog, road.Folder, before: r => r.Agents.Answer = async (request, _, stop) =>
            AgentOutcome.Answer([new AgentReply(request.Text)], end: request.Text == Utf8Text.From("2") && await release.Reader.ReadAsync(stop)));
        var newest = await RoadTests.AttachAsync(again, channel);
        Assert.Equal(third.SessionId, newest.Handle!.SessionId);
        release.Writer.TryWrite(true);
        await TestWait.UntilAsync(async () => (await again.RowsAsync()).Count == 6);

        var fourth = await again.Inbox.AcceptAsync(Road.Message(channel, "4", "4"), default);
        Assert.Equal((third.SessionId, 3), (fourth.SessionId, fourth.Seq));
    }
}
