using System.Net.WebSockets;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Socket;

namespace OpenClaw.Core.Tests.Agents.Socket;

/// <summary>Processes connect, share the agent's requests, misbehave, die and are replaced.</summary>
public sealed class SocketRoadTests
{
    [Fact]
    public async Task Request_OneProcess_IsStreamedAndAnsweredOnce()
    {
        await using var host = await AgentHost.StartAsync();
        var watcher = await Pipeline.RoadTests.AttachAsync(host.Road, host.Channel);
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(2, "billing", "returns");
        await host.SendAsync("1", "hello");
        var request = await process.NextAsync("request");
        Assert.Equal("hello", AgentClient.TextOf(request));
        Assert.Equal(1, request.GetProperty("attempt").GetInt32());
        var id = request.GetProperty("id").GetString();
        await process.SendAsync(new { type = "delta", id, text = "good " });
        await process.SendAsync(new { type = "delta", id, text = "day" });
        await process.SendAsync(new { type = "done", id, context = new { greeted = true } });
        Assert.Equal("good day", (await watcher.NextReplyAsync()).Text.ToString());
        Assert.Contains("delta 0:good ", watcher.Told);
        Assert.Equal(["billing", "returns"], host.Sockets.LiveIntents(host.Agent.Id));
        await process.SendAsync(new { type = "done", id }); // of something that is over: ignored
        await host.SendAsync("2", "more");
        var second = await process.AnswerNextAsync("yes");
        Assert.Equal("""{"greeted":true}""", second.GetProperty("session").GetProperty("context").GetRawText());
        await watcher.NextReplyAsync();
        Assert.Equal(2, (await host.Road.RowsAsync()).Count(r => r.From == MessageFrom.Agent));
    }

    [Fact]
    public async Task Request_NobodyConnected_WaitsWithoutAnAttemptUntilOneIs()
    {
        await using var host = await AgentHost.StartAsync(retry: new(1, TimeSpan.Zero, TimeSpan.Zero));
        var watcher = await Pipeline.RoadTests.AttachAsync(host.Road, host.Channel);
        await host.SendAsync("1", "anybody?");
        await TestWait.UntilAsync(() => host.Road.Get<OpenClaw.Gateway.Core.Pipeline.Waits>().Count == 1);
        using var process = await host.ConnectAsync();
        await process.SendAsync(new { type = "ready", capacity = 0 });
        await process.ReadyAsync(1);
        Assert.Equal(1, (await process.AnswerNextAsync("here")).GetProperty("attempt").GetInt32());
        Assert.Equal("here", (await watcher.NextReplyAsync()).Text.ToString());
    }

    [Fact]
    public async Task Requests_SeveralProcesses_GoToTheLeastLoadedAndNeverBeyondCapacity()
    {
        await using var host = await AgentHost.StartAsync();
        using var small = await host.ConnectAsync();
        using var large = await host.ConnectAsync();
        await small.ReadyAsync(1);
        await large.ReadyAsync(3);
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id).Sum(c => c.Capacity) == 4);
        for (var i = 0; i < 4; i++) await host.SendAsync("1", $"m{i}", $"user{i}");
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id).Sum(c => c.Open) == 4);
        await host.SendAsync("1", "m4", "user4"); // people do not wait for one another: only now it is the fifth
        Assert.Equal([(1, 1), (3, 3)], host.Sockets.Of(host.Agent.Id).Select(c => (c.Capacity, c.Open)).Order()); // either may have come in first
        await large.AnswerNextAsync("done");
        var taken = new List<string>();
        for (var i = 0; i < 3; i++) taken.Add(AgentClient.TextOf(await large.NextAsync("request"))); // the fifth came when there was room
        Assert.Contains("m4", taken);
        Assert.Equal([(1, 1), (3, 3)], host.Sockets.Of(host.Agent.Id).Select(c => (c.Capacity, c.Open)).Order());
    }

    [Fact]
    public async Task Process_DiesWithARequest_AnotherIsSentTheSameIdAndItIsAnsweredOnce()
    {
        await using var host = await AgentHost.StartAsync();
        var watcher = await Pipeline.RoadTests.AttachAsync(host.Road, host.Channel);
        var dying = await host.ConnectAsync();
        await dying.ReadyAsync(4);
        await host.SendAsync("1", "hello");
        var first = await dying.NextAsync("request");
        await dying.SendAsync(new { type = "delta", id = first.GetProperty("id").GetString(), text = "half an ans" });
        await TestWait.UntilAsync(() => watcher.Told.Contains("delta 0:half an ans"));
        using var other = await host.ConnectAsync();
        await other.ReadyAsync(4);
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id).Count(c => c.Capacity > 0) == 2);
        dying.Dispose();
        var second = await other.AnswerNextAsync("whole");
        Assert.Equal(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal(2, second.GetProperty("attempt").GetInt32());
        Assert.Equal("whole", (await watcher.NextReplyAsync()).Text.ToString());
        Assert.Contains("delta 0:", watcher.Told); // what was shown of the first is taken back
        Assert.Single(await host.Road.RowsAsync(), r => r.From == MessageFrom.Agent);
        Assert.Equal(Gateway.Core.Abstractions.CircuitState.Closed, host.Road.Get<ICircuits>().Of(SubjectKind.Agent, host.Agent.Id).State);
    }

    [Fact]
    public async Task Process_DiesTimeAndAgain_TheMessageBecomesADeadLetter()
    {
        await using var host = await AgentHost.StartAsync(retry: new(2, TimeSpan.Zero, TimeSpan.Zero));
        await host.SendAsync("1", "poison");
        for (var i = 0; i < 2; i++)
        {
            using var process = await host.ConnectAsync();
            await process.ReadyAsync(1);
            await process.NextAsync("request");
        }

        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync())[0].State == MessageState.Dead);
        await using var db = host.Road.Db();
        Assert.Equal(DeadLetterCauses.AgentUnreachable, db.DeadLetters.Single().Cause);
    }

    [Fact]
    public async Task Error_RetryFalse_IsNotTriedAgain()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await host.SendAsync("1", "no");
        var id = (await process.NextAsync("request")).GetProperty("id").GetString();
        await process.SendAsync(new { type = "error", id, code = "busy", message = "later", retry = true });
        id = (await process.NextAsync("request")).GetProperty("id").GetString();
        await process.SendAsync(new { type = "error", id, code = "never", message = "I will not.", retry = false });
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync())[0].State == MessageState.Dead);
        await using var db = host.Road.Db();
        Assert.Contains("I will not.", db.DeadLetters.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_IsSaid_TheMessageWaitsForAnAnswerByApi()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await host.SendAsync("1", "take your time");
        var request = await process.NextAsync("request");
        await process.SendAsync(new { type = "later", id = request.GetProperty("id").GetString() });
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync())[0].State == MessageState.Waiting);
    }

    [Fact]
    public async Task Stop_ByTheUser_TheProcessIsTold()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await host.SendAsync("1", "a long story");
        var request = await process.NextAsync("request");
        await host.SendAsync("2", "/stop");
        Assert.Equal(request.GetProperty("id").GetString(), (await process.NextAsync("cancel")).GetProperty("id").GetString());
        await process.AnswerAsync(request, "too late");
        await host.SendAsync("3", "another");
        await process.AnswerNextAsync("fine");
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count == 5);
        Assert.DoesNotContain(await host.Road.RowsAsync(), r => r.Text == "too late");
    }

    [Fact]
    public async Task Silence_LongerThanTheTimeout_IsCancelledAndTriedAgain()
    {
        await using var host = await AgentHost.StartAsync("""{"timeoutSeconds":5}"""); // the second attempt is to be answered within it
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await host.SendAsync("1", "are you there?");
        var first = await process.NextAsync("request");
        await process.NextAsync("cancel");
        var second = await process.NextAsync("request");
        // what belongs to the first attempt is told from the second by its number
        await process.SendAsync(new { type = "done", id = first.GetProperty("id").GetString(), attempt = 1, messages = (object[])[new { text = "old" }] });
        await process.AnswerAsync(second, "new");
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count == 2);
        Assert.Equal("new", (await host.Road.RowsAsync())[1].Text);
    }

    [Fact]
    public async Task Frames_ThatAreNone_AreRefusedAndTenInARowCloseTheConnection()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        string[] bad = ["", "nonsense", "[]", "{}", """{"type":5}""", """{"type":"done"}""", """{"type":"ready","capacity":-1}""", """{"type":"ready","intents":"billing"}""", """{"type":"delta","id":7}"""];
        foreach (var text in bad)
        {
            await process.SendAsync(text);
            Assert.Equal("bad_frame", (await process.NextAsync("error")).GetProperty("code").GetString());
        }

        await process.SendAsync(new { type = "done", id = Guid.NewGuid() }); // about nothing: ignored, and a frame all the same
        await process.SendAsync(new { type = "applause" });
        Assert.Equal("unknown_type", (await process.NextAsync("error")).GetProperty("code").GetString());
        for (var i = 0; i < AgentConnection.BadFramesUntilClose; i++) await process.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal("policy", (await process.NextAsync("bye")).GetProperty("reason").GetString());
        Assert.Null(await process.NextAsync());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, process.CloseStatus);
    }

    [Fact]
    public async Task Answer_ThatIsNone_IsADeadLetterWithWhatWasSent()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await host.SendAsync("1", "hello");
        var id = (await process.NextAsync("request")).GetProperty("id").GetString();
        await process.SendAsync(new { type = "message", id, text = 42 });
        await process.NextAsync("cancel");
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync())[0].State == MessageState.Dead);
        await using var db = host.Road.Db();
        var letter = db.DeadLetters.Single();
        Assert.Equal(DeadLetterCauses.AgentBadAnswer, letter.Cause);
        Assert.Contains("42", letter.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frame_LargerThanAny_FailsItsRequestAndTheProcessGoesOn()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await host.SendAsync("1", "how long?");
        var id = (await process.NextAsync("request")).GetProperty("id").GetString();
        await process.SendAsync(new { type = "message", id, text = new string('x', 2 * AnswerLimits.LineBytes) });
        await process.NextAsync("cancel");
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync())[0].State == MessageState.Dead);
        await host.SendAsync("2", "shorter?");
        await process.AnswerNextAsync("yes");
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count == 3);
        await process.SendAsync(new string(' ', 2 * AnswerLimits.LineBytes)); // of nothing that is known
        await process.NextAsync("bye");
        Assert.Null(await process.NextAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, process.CloseStatus);
    }

    [Fact]
    public async Task Process_DoesNotRead_IsDroppedAndItsRequestsGoToAnother()
    {
        await using var host = await AgentHost.StartAsync(with: a => a with { MaxConcurrency = 1_000 }, heartbeat: TimeSpan.FromSeconds(1.5));
        using var deaf = await host.ConnectAsync();
        await deaf.ReadyAsync(1_000);
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id) is [{ Capacity: > 0 }]);
        var text = new string('x', 60_000);
        for (var i = 0; i < 400; i++) await host.SendAsync("1", text, $"user{i}");
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id).Count == 0);
        host.Sockets.Heartbeat = TimeSpan.FromMinutes(1); // its pings wait behind all that it is sent
        using var other = await host.ConnectAsync();
        await other.ReadyAsync(1_000);
        var answered = new HashSet<string>(StringComparer.Ordinal);
        while (answered.Count < 400) answered.Add((await other.AnswerNextAsync("read")).GetProperty("id").GetString()!);
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count(r => r.From == MessageFrom.Agent) == 400);
    }

    [Fact]
    public async Task Process_IsSilent_IsDroppedByTheHeartbeatAndItsRequestIsSentToAnother()
    {
        await using var host = await AgentHost.StartAsync(heartbeat: TimeSpan.FromSeconds(2));
        using var silent = await host.ConnectAsync();
        await silent.ReadyAsync(1);
        await host.SendAsync("1", "hello?");
        await silent.NextAsync("request"); // it never reads again: no ping is answered any more
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id).Count == 0);
        host.Sockets.Heartbeat = TimeSpan.FromMinutes(1); // the other stays, however slow this machine
        using var other = await host.ConnectAsync();
        await other.ReadyAsync(1);
        Assert.Equal(2, (await other.AnswerNextAsync("here")).GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Process_MayNotStay_IsToldAndClosed()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id) is [{ Capacity: 1 }]);
        await host.Allowed.CancelAsync();
        Assert.Equal("policy", (await process.NextAsync("bye")).GetProperty("reason").GetString());
        Assert.Null(await process.NextAsync());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, process.CloseStatus);
    }

    [Fact]
    public async Task Agent_IsSwitchedOffOrItsTenantSuspended_ItsProcessesAreClosed()
    {
        await using var host = await AgentHost.StartAsync();
        using var process = await host.ConnectAsync();
        await process.ReadyAsync(1);
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id) is [{ Capacity: 1 }]);
        host.Road.Catalog.Replace(host.Agent with { Enabled = false });
        host.Sockets.Review();
        await process.NextAsync("bye");
        Assert.Null(await process.NextAsync());
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id).Count == 0);
    }

    [Fact]
    public async Task Capacity_SetToNothing_WhatIsOpenIsAnsweredAndNothingNewComes()
    {
        await using var host = await AgentHost.StartAsync();
        using var draining = await host.ConnectAsync();
        await draining.ReadyAsync(2, "billing");
        await host.SendAsync("1", "first", "ada");
        var request = await draining.NextAsync("request");
        await draining.ReadyAsync(0);
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id) is [{ Capacity: 0 }]);
        Assert.Empty(host.Sockets.LiveIntents(host.Agent.Id));
        await host.SendAsync("1", "second", "bob");
        await draining.AnswerAsync(request, "done");
        using var fresh = await host.ConnectAsync();
        await fresh.ReadyAsync(1);
        Assert.Equal("second", AgentClient.TextOf(await fresh.AnswerNextAsync("hi")));
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count(r => r.From == MessageFrom.Agent) == 2);
    }

    [Fact]
    public async Task Typing_OnlyWhoWantsIt_IsTold()
    {
        await using var host = await AgentHost.StartAsync();
        using var curious = await host.ConnectAsync();
        using var other = await host.ConnectAsync();
        await curious.SendAsync(new { type = "ready", capacity = 1, typing = true });
        await other.ReadyAsync(1);
        await TestWait.UntilAsync(() => host.Sockets.Of(host.Agent.Id).Count(c => c.Capacity == 1) == 2);
        var session = Guid.NewGuid();
        ((IAgentTyping)host.Sockets).Typing(host.Agent.Id, session, on: true);
        var frame = await curious.NextAsync("typing");
        Assert.Equal((session, true), (frame.GetProperty("session").GetGuid(), frame.GetProperty("on").GetBoolean()));
        await host.SendAsync("1", "a", "ada");
        await host.SendAsync("1", "b", "bob");
        Assert.Equal("request", (await other.NextAsync())!.Value.GetProperty("type").GetString()); // the first thing that it hears
    }
}
