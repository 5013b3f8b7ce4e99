using System.Diagnostics;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>Order within a session, independence between sessions.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class OrderTests
{
    private const int Sessions = 1000;
    private const int PerSession = 10;

    [Fact]
    public async Task Converse_ThousandSessionsAndAgentOfRandomDelay_OrderHoldsAndASlowOneDelaysNoOther()
    {
        using DataFolder data = new();
        await using var agent = await RandomDelayAgent.StartAsync(seed: 20, longestMs: 30, heldSession: 0);
        await using var gateway = await GatewayProcess.StartAsync(new() { DataDirectory = data.Path }, CancellationToken.None);
        var id = await gateway.Api.CreateWebhookAgentAsync("Random delay", agent.Url, maxConcurrency: 256);
        var channel = await gateway.Api.CreateSocketChannelAsync("Ordered", id);
        LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket", TextBytes = 100 };
        using var client = await LoadClient.ConnectAsync(target, Sessions, CancellationToken.None);

        foreach (var session in client.Sessions)
        {
            for (var message = 0; message < PerSession; message++) session.Send(Stopwatch.GetTimestamp());
        }
        var tally = client.Tally;
        const int Others = (Sessions - 1) * PerSession;
        await Until.TrueAsync("all but the held session answered", () => tally.Replied == Others, TimeSpan.FromSeconds(120), tally, () => gateway.Output);
        Assert.Equal(PerSession, client.Sessions[0].InFlight);
        agent.Release();
        await Until.TrueAsync("all answered", () => tally is { Acked: Sessions * PerSession, Replied: Sessions * PerSession }, TimeSpan.FromSeconds(60), tally, () => gateway.Output);

        Assert.Equal("", tally.Faults());
        Assert.Empty(agent.Faults);
        Assert.Equal(0, await gateway.StopAsync(TimeSpan.FromSeconds(60)));
        using StoredConversations stored = new(data.Path);
        stored.AssertWhole();
    }
}
