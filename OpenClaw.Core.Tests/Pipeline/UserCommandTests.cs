using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>What users say to the gateway itself.</summary>
public sealed class UserCommandTests
{
    [Theory]
    [InlineData("/new", "New")]
    [InlineData("/NEW  \n", "New")]
    [InlineData("/new@shop_bot", "New")]
    [InlineData("/stop", "Stop")]
    [InlineData("/help", "Help")]
    [InlineData("", null)]
    [InlineData("/", null)]
    [InlineData("/news", null)]
    [InlineData("/new york hotels", null)]
    [InlineData("/new@bot and more", null)]
    [InlineData(" /new", null)]
    [InlineData("please /stop", null)]
    public void Of_Text_IsTheCommandOrNone(string text, string? command) => Assert.Equal(command, UserCommands.Of(Utf8Text.From(text))?.ToString());

    [Fact]
    public async Task New_OpensTheNextEpisodeAndAsksNoAgent()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        var first = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await watcher.NextReplyAsync();
        road.Agents.Answer = (_, _, _) => throw new InvalidOperationException("no agent is asked");
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "/new"), default);
        Assert.Contains("new conversation", (await watcher.NextReplyAsync()).Text.ToString(), StringComparison.Ordinal);
        await watcher.EndedAsync();
        road.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([new(request.Text)]));
        var next = await road.Inbox.AcceptAsync(Road.Message(channel, "3", "fresh"), default);
        Assert.Equal((1, false), (next.Seq, next.SessionId == first.SessionId));
    }

    [Fact]
    public async Task New_FollowedAtOnce_WhatFollowsBelongsToTheNextEpisodeAndWhatWaitedIsDropped()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var asked = new TaskCompletionSource();
        road.Agents.Answer = async (request, _, stop) =>
        {
            if (request.Text.ToString() != "slow") return AgentOutcome.Answer([new(request.Text)]);
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return AgentOutcome.Answer([]);
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "slow"), default);
        await asked.Task;
        var texts = new[] { "waits behind it", "/new", "fresh", "and more", "/new", "third" };
        var outcomes = await Task.WhenAll(texts.Select((t, i) => road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", t), default).AsTask()));
        Assert.All(outcomes, o => Assert.True(o.Accepted));
        Assert.True(outcomes[3].Seq > outcomes[2].Seq, "in the order in which they were offered");
        Assert.Equal([2, 3, 1, 1], new[] { 0, 1, 2, 5 }.Select(i => outcomes[i].Seq)); // the others come before or behind answers
        Assert.Equal(3, outcomes.Select(o => o.SessionId).Distinct().Count());
        await UntilAsync(async () => (await road.RowsAsync()).All(r => r.State is MessageState.Answered or MessageState.Dropped));
        var rows = (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).ToDictionary(r => (r.Text, r.SessionId), r => r.State);
        Assert.Equal(MessageState.Dropped, rows[("slow", outcomes[0].SessionId)]);
        Assert.Equal(MessageState.Dropped, rows[("waits behind it", outcomes[0].SessionId)]);
        Assert.Equal(MessageState.Answered, rows[("third", outcomes[5].SessionId)]);
        Assert.Equal(0, road.Sessions.Undispatched);
    }

    [Fact]
    public async Task Stop_AgentIsAnswering_TheAnswerIsBrokenOffAndTheNextMessageGoesOn()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        var asked = new TaskCompletionSource();
        road.Agents.Answer = async (request, _, stop) =>
        {
            if (request.Text.ToString() != "slow") return AgentOutcome.Answer([new(request.Text)]);
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return AgentOutcome.Answer([]);
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "slow"), default);
        await asked.Task;
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "/stop"), default);
        Assert.Equal("Stopped.", (await watcher.NextReplyAsync()).Text.ToString());
        await road.Inbox.AcceptAsync(Road.Message(channel, "3", "next"), default);
        Assert.Equal("next", (await watcher.NextReplyAsync()).Text.ToString());
        await road.Inbox.AcceptAsync(Road.Message(channel, "4", "/stop"), default);
        Assert.Equal("There was no answer to stop.", (await watcher.NextReplyAsync()).Text.ToString());
        Assert.Equal(
            [MessageState.Dropped, MessageState.Answered, MessageState.Answered, MessageState.Answered],
            (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.State));
    }

    [Fact]
    public async Task Help_ListsTheCommands_AndSwitchedOffTheyAreTexts()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var plain = road.AddChannel(c => c with { UserCommands = false });
        var (watcher, other) = (await RoadTests.AttachAsync(road, channel), await RoadTests.AttachAsync(road, plain));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "/help"), default);
        Assert.Contains("/new", (await watcher.NextReplyAsync()).Text.ToString(), StringComparison.Ordinal);
        await road.Inbox.AcceptAsync(Road.Message(plain, "1", "/help"), default);
        Assert.Equal("/help", (await other.NextReplyAsync()).Text.ToString());
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
