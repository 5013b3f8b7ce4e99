using System.Globalization;
using System.Text.RegularExpressions;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>
/// What <c>kill -9</c> cannot show, since the kernel keeps what a dead process wrote: nothing is acknowledged before the disk has it.
/// </summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed partial class DurabilityTests
{
    [StraceFact]
    public async Task Ack_OneMessageAfterTheOther_TakesADiskFlushEach()
    {
        // one in flight: each ack ends a group of its own, so there are at least as many groups as messages
        var (groups, flushes) = await ConverseAsync(sessions: 1, perSession: 300);

        Assert.InRange(groups, 300, int.MaxValue);
        Assert.InRange(flushes, groups, int.MaxValue);
    }

    [StraceFact]
    public async Task Ack_ManyMessagesAtOnce_TakesADiskFlushPerGroup()
    {
        var (groups, flushes) = await ConverseAsync(sessions: 50, perSession: 40);

        Assert.InRange(groups, 1, int.MaxValue);
        Assert.InRange(flushes, groups, int.MaxValue);
    }

    /// <summary>The groups that the product says it committed, and the flushes that the kernel saw.</summary>
    private static async Task<(int Groups, int Flushes)> ConverseAsync(int sessions, int perSession)
    {
        using DataFolder data = new();
        using DataFolder traces = new();
        var summary = Path.Combine(traces.Path, "strace");
        GatewayStart start = new()
        {
            DataDirectory = data.Path,
            Wrapper = ["strace", "-f", "-c", "-o", summary, "-e", "trace=fsync,fdatasync"],
        };
        await using var gateway = await GatewayProcess.StartAsync(start, CancellationToken.None);
        var agent = await gateway.Api.CreateEchoAgentAsync("Echo of the test");
        var channel = await gateway.Api.CreateSocketChannelAsync("Traced", agent);
        LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket" };
        using var client = await LoadClient.ConnectAsync(target, sessions, CancellationToken.None);
        var (tally, total) = (client.Tally, sessions * perSession);
        new ClosedLoop(client, window: 1, perSession).Start();
        await Until.TrueAsync("all answered", () => tally.Acked == total && tally.Replied == total, TimeSpan.FromSeconds(120), tally, () => gateway.Output);
        await gateway.StopAsync(TimeSpan.FromSeconds(60));

        var stopped = StoppedPattern().Match(gateway.Output);
        Assert.True(stopped.Success, gateway.Output);
        var flushes = CallsPattern().Matches(await File.ReadAllTextAsync(summary)).Sum(line => Number(line.Groups["calls"]));
        return (Number(stopped.Groups["groups"]), flushes);
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("The journal stopped: (?<groups>[0-9]+) groups", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StoppedPattern();

    /// <summary>The lines of both calls; the errors column may be empty.</summary>
    [GeneratedRegex(@"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(?<calls>\d+)\s+(\d+\s+)?(fsync|fdatasync)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CallsPattern();
}
