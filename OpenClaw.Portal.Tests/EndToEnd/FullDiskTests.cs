using System.Net;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A disk without room: nothing is accepted that cannot be kept, and it goes on by itself when there is room.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class FullDiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SmallDiskFact]
    public async Task Accept_DiskFull_RefusesAsOverloadedAndRecoversByItself()
    {
        using SmallDisk disk = new(megabytes: 256);
        await using var gateway = await GatewayProcess.StartAsync(new() { DataDirectory = disk.Path }, CancellationToken.None);
        var agent = await gateway.Api.CreateEchoAgentAsync("Echo of the test");
        var channel = await gateway.Api.CreateSocketChannelAsync("Full disk", agent);
        LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket", Reconnects = true };
        using var client = await LoadClient.ConnectAsync(target, 100, CancellationToken.None);
        var tally = client.Tally;
        ClosedLoop loop = new(client);
        loop.Start();
        // who waits for an answer sends nothing that could be refused: these send on
        using var others = await LoadClient.ConnectAsync(target, 20, CancellationToken.None);
        using CancellationTokenSource over = new();
        var steady = OpenLoop.RunAsync(others, perSecond: 100, TimeSpan.FromHours(1), over.Token);
        await Until.TrueAsync("500 answered", () => tally.Replied >= 500, Patience, tally, () => gateway.Output);

        for (var time = 1; time <= 2; time++)
        {
            var (refused, before) = (others.Tally.Errors.GetValueOrDefault("overloaded") + 100, tally.Replied);
            disk.Fill();
            await Until.TrueAsync($"refused {refused} times as overloaded, time {time}", () => others.Tally.Errors.GetValueOrDefault("overloaded") >= refused, Patience, others.Tally, () => gateway.Output);
            await ReadinessAsync(gateway, HttpStatusCode.ServiceUnavailable);

            disk.Free();
            await ReadinessAsync(gateway, HttpStatusCode.OK);
            await Until.TrueAsync("500 more answered", () => tally.Replied >= before + 500, Patience, tally, () => gateway.Output);
        }
        await over.CancelAsync();
        await steady;
        loop.Stop();
        foreach (var load in (LoadClient[])[client, others])
        {
            await Until.TrueAsync("everything answered", () => load.Tally.Acked == load.Tally.Sent && load.Tally.Replied == load.Tally.Sent, Patience, load.Tally, () => gateway.Output);
            Assert.Equal("", load.Tally.Faults());
            Assert.DoesNotContain(load.Tally.Errors.Keys, code => code != "overloaded");
        }

        Assert.Equal(0, await gateway.StopAsync(Patience));
        using StoredConversations stored = new(disk.Path);
        stored.AssertWhole();
        Assert.All(client.Sessions.Concat(others.Sessions), session => Assert.Equal(session.Sent, stored.Questions(session).Count));
    }

    [SmallDiskFact]
    public async Task Start_DataDirectoryReadOnly_EndsAndNamesTheKey()
    {
        using SmallDisk disk = new(megabytes: 16);
        disk.MakeReadOnly();
        await using var gateway = GatewayProcess.Launch(new() { DataDirectory = disk.Path });

        Assert.NotEqual(0, await gateway.WaitForExitAsync(Patience));
        Assert.Contains("Data:Directory", gateway.Output, StringComparison.Ordinal);
    }

    private static async Task ReadinessAsync(GatewayProcess gateway, HttpStatusCode expected)
    {
        using CancellationTokenSource late = new(Patience, TimeProvider.System);
        while (await gateway.Api.ReadinessAsync(late.Token) != expected) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
    }
}
