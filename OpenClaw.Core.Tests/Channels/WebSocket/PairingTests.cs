using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>A chat that lets people in one by one: asked at the handshake, and when somebody decided.</summary>
public sealed class PairingTests
{
    private readonly ListedAccess _access = new();

    [Fact]
    public async Task Signed_Unknown_403WithTheCodeAndIfLetInComesIn()
    {
        await using var host = await StartAsync();
        var (status, problem, _) = await host.RefusedAsync(authorization: $"Bearer {Tokens.For("ada")}");
        Assert.Equal((403, "user_not_allowed", "ABCD2345"), (status, problem.GetProperty("code").GetString(), problem.GetProperty("pairing").GetString()));
        Assert.Contains("ABCD2345", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        _access.Know("ada"); // not told: the watch might ask for the client as late as when its questions are counted
        await using var client = await host.ConnectAsync(bearer: Tokens.For("ada"));
        var asked = _access.Asked;
        await client.SyncAsync();
        Assert.Equal(asked, _access.Asked); // never for a message

        _access.Refuse("ada", host.Channel.Id);
        Assert.Equal("policy", (await client.UntilAsync("bye")).GetProperty("reason").GetString());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await client.UntilClosedAsync());
    }

    [Fact]
    public async Task Signed_Denied_403WithoutACode()
    {
        await using var host = await StartAsync();
        _access.Refuse("ada", host.Channel.Id);
        var (status, problem, _) = await host.RefusedAsync(authorization: $"Bearer {Tokens.For("ada")}");
        Assert.Equal((403, false), (status, problem.TryGetProperty("pairing", out _)));
    }

    [Fact]
    public async Task Anonymous_CannotBePaired_401AndPreflightSaysSo()
    {
        await using var host = await StartAsync();
        var (status, problem, _) = await host.RefusedAsync();
        Assert.Equal((401, "token_missing"), (status, problem.GetProperty("code").GetString()));
        var kind = host.Services.GetServices<IChannelKind>().Single();
        var check = (await kind.TestAsync(host.Channel, default)).Single(c => c.Check == "sign-in");
        Assert.False(check.Ok);
        Assert.Contains("anonymous", check.Fix, StringComparison.Ordinal);
        Assert.Equal(0, _access.Asked);
    }

    [Fact]
    public async Task Channel_TurnedToPairing_ThoseWhoWereNotLetInAreClosed()
    {
        await using var host = await SocketHost.StartAsync(time: Clock(), more: services => services.AddSingleton<IChannelAccess>(_access));
        await using var known = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var stranger = await host.ConnectAsync(bearer: Tokens.For("eve"));
        await using var guest = await host.ConnectAsync();
        _access.Let("ada", host.Channel.Id);
        host.Catalog.Put(host.Channel with { Settings = System.Text.Json.JsonElement.Parse("""{"access":"pairing"}""") });
        Assert.Equal("policy", (await stranger.ExpectAsync("bye")).GetProperty("reason").GetString());
        Assert.Equal("policy", (await guest.ExpectAsync("bye")).GetProperty("reason").GetString());
        await known.SyncAsync();
    }

    /// <summary>Stands still, so that no close runs out of time; from now on, as the tokens hold from now on.</summary>
    private static TestClock Clock() => new(TimeProvider.System.GetUtcNow());

    private Task<SocketHost> StartAsync() => SocketHost.StartAsync(new { access = "pairing" }, time: Clock(), more: services => services.AddSingleton<IChannelAccess>(_access));

    private sealed class ListedAccess : IChannelAccess
    {
        private readonly ConcurrentDictionary<string, bool> _people = new(StringComparer.Ordinal);
        private int _asked;

        public event Action<Guid>? Changed;

        public int Asked => _asked;

        public void Know(string user) => _people[user] = true;

        public void Let(string user, Guid channel) => Set(user, channel, isLetIn: true);

        public void Refuse(string user, Guid channel) => Set(user, channel, isLetIn: false);

        public void Forget(Guid channel) => Changed?.Invoke(channel);

        public ValueTask<AccessOutcome> JudgeAsync(ChannelModel channel, string userId, string? userName, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return new(!_people.TryGetValue(userId, out var isLetIn) ? new(false, "Give this code: ABCD2345", "ABCD2345") : isLetIn ? AccessOutcome.Allowed : AccessOutcome.Denied);
        }

        private void Set(string user, Guid channel, bool isLetIn)
        {
            _people[user] = isLetIn;
            Forget(channel);
        }
    }
}
