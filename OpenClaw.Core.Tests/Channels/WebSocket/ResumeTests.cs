using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>Coming back: tokens, replay, gaps, episodes.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task Resume_Anonymous_SameUserSameSession()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync();
        await first.SyncAsync();
        await host.Gateway.PostAsync(() => { }); // the echo is there too
        await first.CloseAsync();

        await using var second = await host.ConnectAsync(resume: first.Resume);

        Assert.Equal((first.User, first.Session), (second.User, second.Session));
        Assert.Equal(2, second.Welcome.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Resume_OlderTokenOfTheSession_WorksToo()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync();
        await using var second = await host.ConnectAsync(resume: first.Resume);
        await using var third = await host.ConnectAsync(resume: first.Resume);

        Assert.Equal(first.Session, third.Session);
        Assert.Equal(second.User, third.User);
    }

    [Fact]
    public async Task Resume_AfterAbsent_ReplaysFromTheStart()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync();
        await TalkAsync(first, 3);

        await using var second = await host.ConnectAsync(resume: first.Resume);

        Assert.Equal([2L, 4, 6], await SeqsAsync(second, 3));
    }

    [Fact]
    public async Task Connect_AfterAbsentWithoutResume_OnlyWhatIsNew()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await TalkAsync(first, 3);
        await host.Gateway.PostAsync(() => { }); // behind the last "typing off", which the second would hear too

        await using var second = await host.ConnectAsync(bearer: Tokens.For("ada"));

        Assert.Equal(6, second.Welcome.GetProperty("seq").GetInt64());
        Assert.Empty(await second.SyncAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_AfterGiven_HonouredWithAndWithoutResume(bool resume)
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await TalkAsync(first, 5);

        await using var second = await host.ConnectAsync("?after=4", resume ? first.Resume : null, Tokens.For("ada"));

        Assert.Equal([6L, 8, 10], await SeqsAsync(second, 3));
    }

    [Fact]
    public async Task Connect_AfterWithOwn_OwnEarlierEntriesToo()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync();
        await TalkAsync(first, 2);

        await using var second = await host.ConnectAsync("?own=true&after=1", first.Resume);

        Assert.Equal([2L, 3, 4], await SeqsAsync(second, 3));
    }

    [Fact]
    public async Task Connect_AfterBeyondTheNewest_NothingReplayedAndLiveGoesOn()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync();
        await TalkAsync(first, 2);
        await host.Gateway.PostAsync(() => { }); // behind the last "typing off", which the second would hear too

        await using var second = await host.ConnectAsync("?after=1000", first.Resume);
        await second.SayAsync("more");

        await second.ExpectAsync("ack");
        Assert.Equal(6, (await second.UntilAsync("message")).GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Resume_ThousandMessages_AllInOrderBeforeNewOnes()
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.PageSize = 37;
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await first.SyncAsync();
        var session = host.Gateway.Session(first.Session);
        await first.CloseAsync();
        await host.Gateway.PostAsync(() =>
        {
            for (var i = 0; i < 1000; i++) host.Gateway.Append(session, MessageFrom.Agent, Utf8Text.From(new string('x', 400)));
        });

        await using var second = await host.ConnectAsync("?after=2", bearer: Tokens.For("ada"));
        var more = host.Gateway.PostAsync(() =>
        {
            for (var i = 0; i < 100; i++) host.Gateway.Append(session, MessageFrom.Agent, Utf8Text.From("new"));
        });

        Assert.Equal(Enumerable.Range(3, 1100).Select(i => (long)i), await SeqsAsync(second, 1100));
        await more;
    }

    [Fact]
    public async Task Connect_EntriesWhileAttaching_NeitherLostNorDoubled()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await first.SyncAsync();
        var session = host.Gateway.Session(first.Session);
        using var stop = new CancellationTokenSource();
        var end = 0; // further on in every round: nobody waits for what is never written, and no client has so much before it that it is dropped
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (session.Log.Count < Volatile.Read(ref end)) await host.Gateway.PostAsync(() => host.Gateway.Append(session, MessageFrom.Agent, Utf8Text.From("x")));
                else await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        });
        for (var round = 0; round < 10; round++)
        {
            Volatile.Write(ref end, session.Log.Count + 300);
            await using var client = await host.ConnectAsync("?after=2", bearer: Tokens.For("ada"));
            var newest = client.Welcome.GetProperty("seq").GetInt64();
            var count = (int)newest + 20 - 2;
            Volatile.Write(ref end, Math.Max(Volatile.Read(ref end), (int)newest + 20));
            Assert.Equal(Enumerable.Range(3, count).Select(i => (long)i), await SeqsAsync(client, count));
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Entry_WithGap_MissingOnesReadFirst()
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.Agent = FakeGateway.Silence;
        await using var client = await host.ConnectAsync();
        await client.SayAsync("hi");
        await client.ExpectAsync("ack");
        var session = host.Gateway.Session(client.Session);
        await host.Gateway.PostAsync(() =>
        {
            var held = session.Subscriptions.ToList();
            session.Subscriptions.Clear();
            for (var i = 0; i < 5; i++) host.Gateway.Append(session, MessageFrom.Agent, Utf8Text.From("missed"));
            session.Subscriptions.AddRange(held);
            host.Gateway.Append(session, MessageFrom.Agent, Utf8Text.From("told"));
        });

        Assert.Equal([2L, 3, 4, 5, 6, 7], await SeqsAsync(client, 6));
    }

    [Fact]
    public async Task Resume_WrongTokens_401ResumeInvalid()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync("?conversation=a&thread=t");
        var token = client.Resume;
        foreach (var (query, resume) in new[]
        {
            ("?conversation=a&thread=t", token[..^2] + (token.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA")),
            ("?conversation=a&thread=t", "x"),
            ("?conversation=a&thread=t", "a.b"),
            ("?conversation=a&thread=t", ""),
            ("?conversation=b&thread=t", token),
            ("?conversation=a&thread=u", token),
            ("?conversation=a", token),
            ("", token),
        })
        {
            var (status, problem, _) = await host.RefusedAsync(query, $"openclaw.v1, resume.{resume}");
            Assert.Equal((401, "resume_invalid"), (status, problem.GetProperty("code").GetString()));
            Assert.EndsWith("resume_invalid", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Resume_OfAnotherChannel_401()
    {
        await using var host = await SocketHost.StartAsync();
        var other = SocketHost.MakeChannel(host.Channel.Tenant.Id);
        host.Catalog.Put(other);
        await using var client = await host.ConnectAsync();

        Assert.Equal(401, (await host.RefusedAsync(protocols: "openclaw.v1, resume." + client.Resume, channel: other.Id.ToString())).Status);
    }

    [Fact]
    public async Task Resume_AfterThirtyDays_401()
    {
        var clock = new TestClock();
        await using var host = await SocketHost.StartAsync(time: clock);
        await using var client = await host.ConnectAsync();

        clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        Assert.Equal(101, (await host.RefusedAsync(protocols: "openclaw.v1, resume." + client.Resume)).Status);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(401, (await host.RefusedAsync(protocols: "openclaw.v1, resume." + client.Resume)).Status);
    }

    [Fact]
    public async Task Resume_SignedUser_NeedsATokenOfTheSameUser()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var guest = await host.ConnectAsync();
        var resume = "openclaw.v1, resume." + client.Resume;

        Assert.Equal(401, (await host.RefusedAsync(protocols: resume)).Status);
        Assert.Equal(101, (await host.RefusedAsync(protocols: resume + ", bearer." + Tokens.For("ada"))).Status);
        var (status, problem, _) = await host.RefusedAsync(protocols: resume + ", bearer." + Tokens.For("bob"));
        Assert.Equal((401, "resume_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(401, (await host.RefusedAsync(protocols: "openclaw.v1, resume." + guest.Resume + ", bearer." + Tokens.For("ada"))).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Episode_Ended_NextMessageOpensTheNextForEverySocket(bool prepares)
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.PreparesNextEpisode = prepares;
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var other = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await TalkAsync(first, 2);
        await SeqsAsync(other, 2);
        await first.SayAsync("/new");
        await first.UntilAsync("ack");

        var id = await first.SayAsync("again");

        var welcome = await first.UntilAsync("welcome");
        var session = welcome.GetProperty("session").GetGuid();
        Assert.NotEqual(first.Session, session);
        var ack = await first.UntilAsync("ack");
        Assert.Equal((id, 1L), (ack.GetProperty("id").GetString(), ack.GetProperty("seq").GetInt64()));
        Assert.Equal([2L], await SeqsAsync(first, 1));
        Assert.Equal(session, (await other.UntilAsync("welcome")).GetProperty("session").GetGuid());
        Assert.Equal([2L], await SeqsAsync(other, 1));
    }

    [Fact]
    public async Task Episode_Ended_OldTokenFollowsTheNewest()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync();
        await TalkAsync(first, 3);
        await first.SayAsync("/new");
        await first.UntilAsync("welcome");
        await TalkAsync(first, 1);

        await using var second = await host.ConnectAsync(resume: first.Resume);
        await using var third = await host.ConnectAsync("?after=7", first.Resume);

        Assert.NotEqual(first.Session, second.Session);
        Assert.Equal([2L], await SeqsAsync(second, 1));
        Assert.Equal([2L], await SeqsAsync(third, 1));
    }

    [Fact]
    public async Task Episode_EndedWhileManyInFlight_EveryAckComesOnceBeforeItsAnswer()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync("?own=true");
        for (var round = 0; round < 10; round++)
        {
            var ids = new List<string>();
            for (var i = 0; i < 30; i++) ids.Add(await client.SayAsync(i == 9 ? "/new" : "x"));

            var acks = new List<string>();
            var (replies, welcomes) = (0, 0);
            while (acks.Count < 30 || replies < 29)
            {
                var frame = (await client.ReceiveAsync())!.Value;
                if (frame.GetProperty("type").GetString() is "ack") acks.Add(frame.GetProperty("id").GetString()!);
                if (frame.GetProperty("type").GetString() is "welcome") welcomes++;
                if (frame.GetProperty("type").GetString() is not "message") continue;
                Assert.Equal("agent", frame.GetProperty("from").GetString());
                Assert.Contains(frame.GetProperty("inReplyTo").GetString()!, acks);
                replies++;
            }

            Assert.Equal(ids, acks);
            Assert.Equal(1, welcomes);
        }
    }

    private static async Task TalkAsync(SocketClient client, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await client.SayAsync($"message {i}");
            await client.UntilAsync("message");
        }
    }

    private static async Task<List<long>> SeqsAsync(SocketClient client, int count)
    {
        var seqs = new List<long>();
        while (seqs.Count < count) seqs.Add((await client.UntilAsync("message")).GetProperty("seq").GetInt64());
        return seqs;
    }
}
