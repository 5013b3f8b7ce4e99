using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>What happens while a socket is on its way to the next episode: its subscription stands, its handle is not there yet.</summary>
public sealed class EpisodeTests
{
    [Fact]
    public async Task Attaching_NextOpenedMeanwhile_WelcomeBeforeItsAck()
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.PreparesNextEpisode = false;
        await using var client = await host.ConnectAsync();
        var pause = new Pause(host.Gateway);
        await client.SayAsync("/new");
        await client.ExpectAsync("ack");
        await pause.ReachedAsync();

        await client.SayAsync("again", "b");
        await TakenAsync(host, "b");
        pause.GoOn();

        Assert.NotEqual(client.Session, await WelcomeAsync(client));
        Assert.Equal(("b", 1), await AckAsync(client));
        Assert.Equal(2, await MessageAsync(client));
    }

    [Fact]
    public async Task Attaching_ThatOneEndedMeanwhile_FollowsToTheOneAfter()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        var pause = new Pause(host.Gateway);
        await client.SayAsync("/new");
        await client.ExpectAsync("ack");
        await pause.ReachedAsync();

        var second = host.Gateway.Newest();
        await host.Gateway.PostAsync(() => host.Gateway.End(second));
        pause.GoOn();

        Assert.Equal(second.Id, await WelcomeAsync(client));
        Assert.NotEqual(second.Id, await WelcomeAsync(client));
        Assert.Empty(await client.SyncAsync());
    }

    [Fact]
    public async Task Attaching_ThatOneUsedAndEndedMeanwhile_EveryAckInItsEpisode()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync("?own=true");
        var pause = new Pause(host.Gateway);
        await client.SayAsync("/new", "a");
        await client.ExpectAsync("ack");
        await pause.ReachedAsync();

        await client.SayAsync("in the second", "b");
        await client.SayAsync("/new", "c");
        await client.SayAsync("in the third", "d");
        await TakenAsync(host, "d");
        pause.GoOn();

        var second = await WelcomeAsync(client);
        Assert.Equal(("b", 1), await AckAsync(client));
        Assert.Equal(("c", 3), await AckAsync(client));
        Assert.Equal(2, await MessageAsync(client));
        Assert.NotEqual(second, await WelcomeAsync(client));
        Assert.Equal(("d", 1), await AckAsync(client));
        Assert.Equal(2, await MessageAsync(client));
    }

    [Fact]
    public async Task Attaching_SiblingMovedMeanwhile_Follows()
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.PreparesNextEpisode = false;
        await using var first = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var other = await host.ConnectAsync(bearer: Tokens.For("ada"));
        var pause = new Pause(host.Gateway, host.Gateway.Newest().Subscriptions[1].Subscriber);
        await first.SayAsync("/new");
        await pause.ReachedAsync();

        await first.SayAsync("again");
        Assert.Equal(2, await MessageAsync(first)); // moved, and the other was told to follow
        pause.GoOn();

        Assert.Equal(host.Gateway.Newest().Id, await WelcomeAsync(other));
        Assert.Equal(2, await MessageAsync(other));
    }

    [Fact]
    public async Task Attaching_Fails_DroppedAndNothingLostAfterComingBack()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Gateway.BeforeAttach = async () =>
        {
            await failed.Task;
            throw new IOException("The database is away.");
        };
        await client.SayAsync("/new");
        await client.ExpectAsync("ack");
        await client.SayAsync("again", "b");
        await TakenAsync(host, "b");
        failed.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(client.ReceiveAsync);

        host.Gateway.BeforeAttach = null;
        await using var back = await host.ConnectAsync(resume: client.Resume);
        Assert.Equal(2, await MessageAsync(back));
        await back.SayAsync("again", "b");
        Assert.True((await back.ExpectAsync("ack")).GetProperty("duplicate").GetBoolean());
    }

    private static async Task<Guid> WelcomeAsync(SocketClient client) => (await client.ExpectAsync("welcome")).GetProperty("session").GetGuid();

    private static async Task<(string? Id, int Seq)> AckAsync(SocketClient client)
    {
        var ack = await client.ExpectAsync("ack");
        return (ack.GetProperty("id").GetString(), ack.GetProperty("seq").GetInt32());
    }

    private static async Task<int> MessageAsync(SocketClient client) => (await client.UntilAsync("message")).GetProperty("seq").GetInt32();

    /// <summary>The message is stored and its outcome told.</summary>
    private static async Task TakenAsync(SocketHost host, string id)
    {
        await TestWait.UntilAsync(() => host.Gateway.Accepted.Any(m => string.Equals(m.ExternalId, id, StringComparison.Ordinal)));
        await host.Gateway.PostAsync(() => { });
    }

    /// <summary>Holds the next attach (of that subscriber) between its subscription and its return.</summary>
    private sealed class Pause
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Pause(FakeGateway gateway, ISessionSubscriber? of = null) => gateway.AfterAttach = subscriber =>
            (of is null || ReferenceEquals(of, subscriber)) && _reached.TrySetResult() ? _goOn.Task : Task.CompletedTask;

        public Task ReachedAsync() => _reached.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public void GoOn() => _goOn.SetResult();
    }
}
