using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket;
using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>The channel on the real road: inbox, sessions, journal, pipeline, database.</summary>
public sealed class RoadTests
{
    [Fact]
    public async Task Message_ThroughTheRoad_AckThenReplyInOrderOfSeq()
    {
        await using var road = await Road.StartAsync();
        await using var host = await StartAsync(road);
        await using var client = await host.ConnectAsync("?own=true");
        for (var i = 0; i < 50; i++)
        {
            var id = await client.SayAsync($"message {i}");
            var ack = await client.UntilAsync("ack");
            Assert.Equal((id, (2 * i) + 1), (ack.GetProperty("id").GetString(), ack.GetProperty("seq").GetInt32()));
            var reply = await client.UntilAsync("message");
            Assert.Equal((id, $"message {i}", (2 * i) + 2), (reply.GetProperty("inReplyTo").GetString(), reply.GetProperty("text").GetString(), reply.GetProperty("seq").GetInt32()));
        }

        await TestWait.UntilAsync(async () => (await road.RowsAsync()).Where(m => m.From == MessageFrom.Agent).All(m => m.DeliveredAt is not null));
    }

    [Fact]
    public async Task Resume_FromTheDatabase_EverythingInOrderWithItsAttributes()
    {
        await using var road = await Road.StartAsync();
        await using var host = await StartAsync(road);
        await using var first = await host.ConnectAsync();
        for (var i = 0; i < 300; i++) await first.SayAsync($"{i}");
        for (var i = 0; i < 300; i++) await first.UntilAsync("message");

        await using var second = await host.ConnectAsync("?own=true&after=0", first.Resume);

        for (var seq = 1; seq <= 600; seq++) Assert.Equal(seq, (await second.UntilAsync("message")).GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Episodes_EndedByTheAgent_EverySocketFollows()
    {
        await using var road = await Road.StartAsync();
        road.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([new AgentReply(request.Text)], end: request.Text == Utf8Text.From("bye")));
        await using var host = await StartAsync(road);
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var other = await host.ConnectAsync(bearer: Tokens.For("ada"));
        var session = first.Session;
        for (var round = 0; round < 5; round++)
        {
            await first.SayAsync("hello");
            var reply = await first.UntilAsync("message");
            Assert.Equal(2, reply.GetProperty("seq").GetInt64());
            Assert.Equal(2, (await other.UntilAsync("message")).GetProperty("seq").GetInt64());
            await first.SayAsync("bye");
            Assert.Equal(4, (await first.UntilAsync("message")).GetProperty("seq").GetInt64());
            var next = (await first.UntilAsync("welcome")).GetProperty("session").GetGuid();
            Assert.Equal(next, (await other.UntilAsync("welcome")).GetProperty("session").GetGuid());
            Assert.NotEqual(session, next);
            session = next;
        }
    }

    [Fact]
    public async Task Duplicate_FromAnotherConnection_AckDuplicate()
    {
        await using var road = await Road.StartAsync();
        await using var host = await StartAsync(road);
        await using var first = await host.ConnectAsync();
        await first.SayAsync("hello", "same");
        var ack = await first.UntilAsync("ack");
        await first.UntilAsync("message");
        await using var second = await host.ConnectAsync("?after=99", first.Resume);
        await second.SayAsync("hello", "same");

        var again = await second.UntilAsync("ack");
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.Equal(ack.GetProperty("message").GetGuid(), again.GetProperty("message").GetGuid());
    }

    [Theory]
    [InlineData("?after=1")]
    [InlineData("")]
    public async Task Resume_EndedByAnAnswerWhileAway_TheAnswerThenTheNextEpisode(string query)
    {
        await using var road = await Road.StartAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        road.Agents.Answer = async (request, _, _) =>
        {
            await answer.Task;
            return AgentOutcome.Answer([new AgentReply(request.Text)], end: request.Text == Utf8Text.From("bye"));
        };
        await using var host = await StartAsync(road);
        await using var first = await host.ConnectAsync();
        await first.SayAsync("bye", "a");
        await first.UntilAsync("ack");
        await first.CloseAsync();
        await host.Services.GetRequiredService<SocketRegistry>().WaitForEmptyAsync().WaitAsync(TimeSpan.FromSeconds(60));
        answer.SetResult();
        await TestWait.UntilAsync(async () => (await road.RowsAsync()).Count == 2);

        await using var second = await host.ConnectAsync(query, first.Resume);
        Assert.Equal((first.Session, 2), (second.Session, second.Welcome.GetProperty("seq").GetInt32()));
        var missed = await second.ExpectAsync("message");
        Assert.Equal(("a", 2), (missed.GetProperty("inReplyTo").GetString(), missed.GetProperty("seq").GetInt32()));
        var welcome = await second.ExpectAsync("welcome");
        Assert.NotEqual(first.Session, welcome.GetProperty("session").GetGuid());
        await second.SayAsync("again", "b");
        Assert.Equal(1, (await second.UntilAsync("ack")).GetProperty("seq").GetInt32());
        Assert.Equal(2, (await second.UntilAsync("message")).GetProperty("seq").GetInt32());
        await TestWait.UntilAsync(async () => (await road.RowsAsync()).Where(m => m.From == MessageFrom.Agent).All(m => m.DeliveredAt is not null));

        await using var third = await host.ConnectAsync(query, first.Resume);
        Assert.Equal(welcome.GetProperty("session").GetGuid(), third.Session);
    }

    [Fact]
    public async Task Resume_EndedWhileAwayAndSpokenInElsewhere_BothEpisodesInOrder()
    {
        await using var road = await Road.StartAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        road.Agents.Answer = async (request, _, _) =>
        {
            await answer.Task;
            return AgentOutcome.Answer([new AgentReply(request.Text)], end: request.Text == Utf8Text.From("bye"));
        };
        await using var host = await StartAsync(road);
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await first.SayAsync("bye");
        await first.UntilAsync("ack");
        await first.CloseAsync();
        await host.Services.GetRequiredService<SocketRegistry>().WaitForEmptyAsync().WaitAsync(TimeSpan.FromSeconds(60));
        answer.SetResult();
        await TestWait.UntilAsync(async () => (await road.RowsAsync()).Count == 2);
        await using var other = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await other.SayAsync("elsewhere");
        await other.UntilAsync("message");

        await using var second = await host.ConnectAsync("?after=1", first.Resume, Tokens.For("ada"));
        await second.SayAsync("at once", "b");

        Assert.Equal(first.Session, second.Session);
        Assert.Equal(2, (await second.UntilAsync("message")).GetProperty("seq").GetInt32());
        Assert.Equal(other.Session, (await second.ExpectAsync("welcome")).GetProperty("session").GetGuid());
        var frames = new List<(string, int)>();
        while (frames.Count < 3)
        {
            var frame = (await second.ReceiveAsync())!.Value;
            if (frame.GetProperty("type").GetString() is "ack" or "message") frames.Add((frame.GetProperty("type").GetString()!, frame.GetProperty("seq").GetInt32()));
        }

        Assert.Equal([("ack", 3), ("message", 2), ("message", 4)], frames.OrderBy(f => f));
        Assert.True(frames.IndexOf(("message", 2)) < frames.IndexOf(("message", 4)) && frames.IndexOf(("ack", 3)) < frames.IndexOf(("message", 4)));
        Assert.Equal(4, (await other.UntilAsync("message")).GetProperty("seq").GetInt32());
    }

    private static Task<SocketHost> StartAsync(Road road) => SocketHost.StartAsync(
        channel: road.AddChannel(c => c with { Settings = JsonElement.Parse("{}"), Secrets = SocketHost.MakeChannel(Guid.NewGuid()).Secrets }),
        more: services => services
            .AddSingleton<ISessionHub>(road.Get<SessionTable>())
            .AddSingleton(road.Get<IDirectInbox>()));
}
