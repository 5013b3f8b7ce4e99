using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>What goes to and fro on an open socket.</summary>
public sealed class ConversationTests
{
    [Fact]
    public async Task Connect_Anonymous_WelcomeWithEveryField()
    {
        await using var host = await SocketHost.StartAsync(new { heartbeatSeconds = 40 }, limits: new() { MaxMessageBytes = 500 });
        await using var client = await host.ConnectAsync();

        Assert.Equal("openclaw.v1", client.Socket.SubProtocol);
        Assert.StartsWith("anon-", client.User, StringComparison.Ordinal);
        Assert.NotEqual(Guid.Empty, client.Session);
        Assert.NotEmpty(client.Resume);
        Assert.Equal(0, client.Welcome.GetProperty("seq").GetInt64());
        Assert.Equal(40, client.Welcome.GetProperty("heartbeatSeconds").GetInt32());
        Assert.Equal(500, client.Welcome.GetProperty("maxMessageBytes").GetInt32());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_Sent_AckThenTypingThenReplyThenTypingOff(bool tellsOrigin)
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.TellsOrigin = tellsOrigin;
        await using var client = await host.ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            var id = await client.SayAsync("Grüße 😀 \"quoted\" <b>");

            var ack = await client.ExpectAsync("ack");
            Assert.Equal(id, ack.GetProperty("id").GetString());
            Assert.Equal((2 * i) + 1, ack.GetProperty("seq").GetInt64());
            Assert.False(ack.GetProperty("duplicate").GetBoolean());
            Assert.Equal(host.Gateway.Session(client.Session).Log[2 * i].Id, ack.GetProperty("message").GetGuid());
            Assert.True((await client.ExpectAsync("typing")).GetProperty("on").GetBoolean());
            var reply = await client.ExpectAsync("message");
            Assert.Equal((2 * i) + 2, reply.GetProperty("seq").GetInt64());
            Assert.Equal("agent", reply.GetProperty("from").GetString());
            Assert.Equal(id, reply.GetProperty("inReplyTo").GetString());
            Assert.Equal("Grüße 😀 \"quoted\" <b>", reply.GetProperty("text").GetString());
            Assert.False((await client.ExpectAsync("typing")).GetProperty("on").GetBoolean());
        }
    }

    [Fact]
    public async Task Reply_Rich_EveryFieldInTheContractsForm()
    {
        await using var host = await SocketHost.StartAsync();
        var blob = Guid.NewGuid();
        host.Gateway.Agent = (gateway, session, _) => gateway.Append(
            session, MessageFrom.Operator, Utf8Text.From("x"),
            new MessageExtras(
                [new(blob, "a b.pdf", "application/pdf", 12)],
                [new("Yes", "yes")],
                new MessageCard("T", "B", [new("n", "v")], "https://example.com/i.png")),
            name: "Olga");
        await using var client = await host.ConnectAsync();
        await client.SayAsync("hi");

        var message = await client.UntilAsync("message");

        Assert.Equal("operator", message.GetProperty("from").GetString());
        Assert.Equal("Olga", message.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, message.GetProperty("inReplyTo").ValueKind);
        Assert.Equal("2026-11-22T10:00:00Z", message.GetProperty("at").GetString());
        var file = message.GetProperty("attachments")[0];
        Assert.Equal("a b.pdf", file.GetProperty("name").GetString());
        Assert.Equal("application/pdf", file.GetProperty("contentType").GetString());
        Assert.Equal(12, file.GetProperty("size").GetInt64());
        Assert.StartsWith($"http://localhost/files/{host.Channel.Tenant.Id}/{blob}?", file.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal("""[{"text":"Yes","value":"yes"}]""", message.GetProperty("buttons").GetRawText());
        Assert.Equal("""{"title":"T","text":"B","fields":[{"name":"n","value":"v"}],"imageUrl":"https://example.com/i.png"}""", message.GetProperty("card").GetRawText());
    }

    [Fact]
    public async Task Reply_Plain_ListsEmptyAndCardNull()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SayAsync("hi");

        var message = await client.UntilAsync("message");

        Assert.Equal(0, message.GetProperty("attachments").GetArrayLength());
        Assert.Equal(0, message.GetProperty("buttons").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, message.GetProperty("card").ValueKind);
    }

    [Fact]
    public async Task Message_SameIdAgain_AckDuplicateAndNothingStoredTwice()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SayAsync("one", "same");
        var first = await client.UntilAsync("ack");
        await client.UntilAsync("message");
        await client.SayAsync("one", "same");

        var second = await client.UntilAsync("ack");

        Assert.True(second.GetProperty("duplicate").GetBoolean());
        Assert.Equal(first.GetProperty("message").GetGuid(), second.GetProperty("message").GetGuid());
        Assert.Equal(1, second.GetProperty("seq").GetInt64());
        Assert.Equal(2, host.Gateway.Session(client.Session).Log.Count);
    }

    [Fact]
    public async Task Message_ManyAtOnce_AcksInOrderEachBeforeItsAnswer()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        var sent = new List<string>();
        for (var i = 0; i < 200; i++) sent.Add(await client.SayAsync($"{i}"));

        var acks = new List<string>();
        for (var replies = 0; replies < 200;)
        {
            var frame = (await client.ReceiveAsync())!.Value;
            if (frame.GetProperty("type").GetString() is "ack") acks.Add(frame.GetProperty("id").GetString()!);
            if (frame.GetProperty("type").GetString() is not "message") continue;
            Assert.Contains(frame.GetProperty("inReplyTo").GetString()!, acks);
            replies++;
        }

        Assert.Equal(sent, acks);
    }

    [Fact]
    public async Task Message_RefusedBehindOneInFlight_ToldInOrder()
    {
        await using var host = await SocketHost.StartAsync();
        using var hold = new ManualResetEventSlim();
        _ = host.Gateway.PostAsync(hold.Wait);
        host.Gateway.Admit = m => m.ExternalId == "b" ? AcceptOutcome.Refused(RefusalCode.RateLimited, "Slowly.", TimeSpan.FromSeconds(2)) : null;
        await using var client = await host.ConnectAsync();
        await client.SayAsync("1", "a");
        await client.SayAsync("2", "b");
        hold.Set();

        Assert.Equal("a", (await client.ExpectAsync("ack")).GetProperty("id").GetString());
        var error = await client.UntilAsync("error");
        Assert.Equal("b", error.GetProperty("id").GetString());
        Assert.Equal("rate_limited", error.GetProperty("code").GetString());
        Assert.Equal(2000, error.GetProperty("retryAfterMs").GetInt64());
    }

    [Theory]
    [InlineData(nameof(RefusalCode.Overloaded), "overloaded", 1000)]
    [InlineData(nameof(RefusalCode.RateLimited), "rate_limited", null)]
    [InlineData(nameof(RefusalCode.TooLarge), "too_large", null)]
    [InlineData(nameof(RefusalCode.NotAllowed), "not_allowed", null)]
    [InlineData(nameof(RefusalCode.Invalid), "bad_frame", null)]
    public async Task Message_Refused_ErrorWithTheContractsCode(string refusal, string code, int? retryAfterMs)
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.Admit = _ => AcceptOutcome.Refused(Enum.Parse<RefusalCode>(refusal), "Why.");
        await using var client = await host.ConnectAsync();
        await client.SayAsync("x", "id-1");

        var error = await client.ExpectAsync("error");

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal("id-1", error.GetProperty("id").GetString());
        Assert.Equal("Why.", error.GetProperty("message").GetString());
        Assert.Equal(retryAfterMs, error.GetProperty("retryAfterMs") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null);
    }

    [Fact]
    public async Task Message_SentOnAgainstManyRefusals_IsReadOnceASecond()
    {
        const int patience = 16;
        var clock = new TestClock();
        await using var host = await SocketHost.StartAsync(time: clock);
        var (isFull, offered) = (true, 0);
        host.Gateway.Admit = _ =>
        {
            Interlocked.Increment(ref offered);
            return Volatile.Read(ref isFull) ? AcceptOutcome.Refused(RefusalCode.Overloaded, "Full.", TimeSpan.FromSeconds(1)) : null;
        };
        await using var client = await host.ConnectAsync();
        var timers = clock.ArmedTimers;
        for (var i = 0; i < patience + 3; i++) await client.SayAsync("x", $"id-{i}");
        for (var i = 0; i < patience; i++) await client.ExpectAsync("error");
        await clock.WaitForTimersAsync(timers + 1);
        Assert.Equal(patience, offered);
        clock.Advance(TimeSpan.FromSeconds(1));
        await client.ExpectAsync("error");
        await clock.WaitForTimersAsync(timers + 1);
        Assert.Equal(patience + 1, offered);

        Volatile.Write(ref isFull, false);
        clock.Advance(TimeSpan.FromSeconds(1));
        await client.UntilAsync("ack");
        var next = client.UntilAsync("ack"); // it was offered before anybody knew that there is room again: the pause may begin behind that ack
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        await next;
        await client.SayAsync("x", "id-last");
        await client.UntilAsync("ack");
    }

    [Fact]
    public async Task Delta_Streamed_PassedOnThenWholeText()
    {
        await using var host = await SocketHost.StartAsync();
        var reply = Guid.NewGuid();
        host.Gateway.Agent = (gateway, session, entry) =>
        {
            gateway.Delta(session, reply, 0, "Hel");
            gateway.Delta(session, reply, 1, "lo");
            gateway.Append(session, MessageFrom.Agent, Utf8Text.From("Hello"), inReplyTo: entry);
        };
        await using var client = await host.ConnectAsync();
        await client.SayAsync("hi");

        await client.ExpectAsync("ack");
        var (first, second) = (await client.ExpectAsync("delta"), await client.ExpectAsync("delta"));
        Assert.Equal(reply, first.GetProperty("id").GetGuid());
        Assert.Equal((0, "Hel"), (first.GetProperty("index").GetInt32(), first.GetProperty("text").GetString()));
        Assert.Equal((1, "lo"), (second.GetProperty("index").GetInt32(), second.GetProperty("text").GetString()));
        Assert.Equal("Hello", (await client.ExpectAsync("message")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task TwoSockets_OneSession_EachGetsEveryReplyOwnOnlyWhereAsked()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var plain = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var owner = await host.ConnectAsync("?own=true", bearer: Tokens.For("ada"));
        Assert.Equal(first.Session, plain.Session);

        var id = await first.SayAsync("hello");

        Assert.Equal(id, (await first.ExpectAsync("ack")).GetProperty("id").GetString());
        Assert.Equal("agent", (await first.UntilAsync("message")).GetProperty("from").GetString());
        Assert.Equal("agent", (await plain.UntilAsync("message")).GetProperty("from").GetString());
        var own = await owner.UntilAsync("message");
        Assert.Equal(("user", "hello", 1L), (own.GetProperty("from").GetString(), own.GetProperty("text").GetString(), own.GetProperty("seq").GetInt64()));
        Assert.Equal("agent", (await owner.UntilAsync("message")).GetProperty("from").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Own_SentHere_NotEchoedToTheSender(bool tellsOrigin)
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.TellsOrigin = tellsOrigin;
        await using var client = await host.ConnectAsync("?own=true");
        for (var i = 0; i < 5; i++)
        {
            await client.SayAsync("hello");
            Assert.Equal("agent", (await client.UntilAsync("message")).GetProperty("from").GetString());
        }
    }

    [Fact]
    public async Task Reply_Sent_ReceiptOncePerReply()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SayAsync("one");
        await client.UntilAsync("message");
        await client.SyncAsync();

        var delivered = host.Gateway.Delivered.ToArray(); // the reply to the last one may come in at any time
        Assert.Contains(delivered, entry => entry.Seq == 2);
        Assert.DoesNotContain(delivered, entry => entry.From == MessageFrom.User);
        Assert.Equal(delivered.Length, delivered.Distinct().Count());
    }

    [Fact]
    public async Task Button_Pressed_ReachesTheInbox()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(new { type = "message", id = "b1", button = "yes" });
        await client.UntilAsync("ack");

        Assert.Equal("yes", Assert.Single(host.Gateway.Accepted).Extras!.Button);
    }

    [Fact]
    public async Task TypingAndRead_Sent_TakenWithoutAnswerAndReadRaisesAnEvent()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(new { type = "typing", on = true });
        await client.SendAsync(new { type = "read", seq = 3 });

        Assert.Empty(await client.SyncAsync());
        Assert.Contains(host.Events.Published, e => e is { Type: EventTypes.SessionUpdated, Payload: """{"read":3}""" } && e.Session == client.Session);
    }

    [Fact]
    public async Task TypingAndCancel_Sent_ReachTheSessionAndTypingOnlyWhereItSaysSomethingNew()
    {
        await using var host = await SocketHost.StartAsync(time: new TestClock());
        await using var client = await host.ConnectAsync();
        foreach (var on in new[] { true, true, false, false, true }) await client.SendAsync(new { type = "typing", on });
        await client.SendAsync(new { type = "cancel" });

        Assert.Empty(await client.SyncAsync());
        Assert.Equal(["typing", "quiet", "cancel"], host.Gateway.Asked); // the last "on" came too soon after the first
    }

    [Fact]
    public async Task Address_OfConversationAndThread_ReachesTheInbox()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync("?conversation=sales%20team&thread=t1", bearer: Tokens.Sign(new { sub = "ada", name = "Ada L", exp = 9_999_999_999 }));
        await client.SyncAsync();

        Assert.Equal(new("sales team", "t1", "ada", "Ada L"), Assert.Single(host.Gateway.Accepted).Address);
    }
}
