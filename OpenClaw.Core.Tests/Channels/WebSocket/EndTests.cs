using System.Collections.Frozen;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>When the server ends a connection: it stops, or the channel changes.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task Stop_OpenSockets_ByeAnd1001()
    {
        await using var host = await SocketHost.StartAsync(time: new TestClock());
        await using var client = await host.ConnectAsync();
        var stopping = host.StopAsync();

        Assert.Equal("stopping", (await client.ExpectAsync("bye")).GetProperty("reason").GetString());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await client.UntilClosedAsync());
        await client.CloseAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Stop_MessageInFlight_AckedBeforeBye()
    {
        await using var host = await SocketHost.StartAsync(time: new TestClock());
        host.Gateway.Agent = FakeGateway.Silence;
        using var hold = new ManualResetEventSlim();
        _ = host.Gateway.PostAsync(hold.Wait);
        await using var client = await host.ConnectAsync();
        await client.SayAsync("hi", "m");
        await client.SendAsync(new { type = "dance" });
        await client.ExpectAsync("error"); // the message has been offered
        var stopping = host.StopAsync();
        await TestWait.UntilAsync(() => host.Services.GetRequiredService<SocketRegistry>().IsStopping);
        hold.Set();

        Assert.Equal("m", (await client.ExpectAsync("ack")).GetProperty("id").GetString());
        await client.ExpectAsync("bye");
        await client.UntilClosedAsync();
        await client.CloseAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Stop_ClientDoesNotAnswer_EndsAnyway()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, host.Services.GetRequiredService<SocketRegistry>().Count);
    }

    [Fact]
    public async Task Stopping_NewHandshake_503WithRetryAfter()
    {
        await using var host = await SocketHost.StartAsync();
        var drain = host.Services.GetServices<IHostedService>().OfType<WebSocketDrain>().Single();
        await drain.StoppingAsync(CancellationToken.None);

        var (status, problem, response) = await host.RefusedAsync();

        Assert.Equal((503, "stopping"), (status, problem.GetProperty("code").GetString()));
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("deleted")]
    [InlineData("suspended")]
    [InlineData("secret")]
    [InlineData("scope")]
    public async Task Channel_Changed_SocketsClosedWith1008(string change)
    {
        await using var host = await SocketHost.StartAsync(time: new TestClock(TimeProvider.System.GetUtcNow()));
        await using var client = await host.ConnectAsync(bearer: Tokens.For("ada"));
        var channel = host.Channel;
        if (change is "deleted") host.Catalog.Remove(channel.Id);
        else
        {
            host.Catalog.Put(change switch
            {
                "disabled" => channel with { Enabled = false },
                "suspended" => channel with { Tenant = channel.Tenant with { Suspended = true } },
                "scope" => channel with { Scope = SessionScope.Conversation },
                _ => channel with { Secrets = Secrets(("signingSecret", "new")) },
            });
        }

        Assert.Equal("policy", (await client.ExpectAsync("bye")).GetProperty("reason").GetString());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await client.UntilClosedAsync());
    }

    [Fact]
    public async Task Channel_ChangedHarmlessly_SocketsGoOnWithTheNewModel()
    {
        await using var host = await SocketHost.StartAsync();
        await using var signed = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var guest = await host.ConnectAsync();
        var changed = host.Channel with { RateLimitPerUserPerMinute = 5, Secrets = Secrets(("signingSecret", "new"), ("signingSecret.previous", Tokens.Secret)) };
        host.Catalog.Put(changed);

        await TestWait.UntilAsync(() => host.Services.GetRequiredService<SocketRegistry>().All().All(c => ReferenceEquals(c.Channel, changed)));
        await signed.SyncAsync();
        await guest.SyncAsync();
        Assert.All(host.Gateway.Accepted, message => Assert.Same(changed, message.Channel));
    }

    [Fact]
    public async Task Connection_Ended_NothingOfItKept()
    {
        await using var host = await SocketHost.StartAsync();
        var registry = host.Services.GetRequiredService<SocketRegistry>();
        await using var client = await host.ConnectAsync();
        await client.SyncAsync();
        var session = host.Gateway.Session(client.Session);
        Assert.Single(session.Subscriptions);

        await client.CloseAsync();

        await registry.WaitForEmptyAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(session.Subscriptions);
    }

    private static FrozenDictionary<string, string> Secrets(params (string Name, string Value)[] secrets) =>
        secrets.ToFrozenDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
}
