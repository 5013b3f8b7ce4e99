using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>One command copies every file while messages flow, and the copy starts.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class BackUpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task BackUp_UnderLoad_RestoredCopyHasEverythingAcknowledgedBefore()
    {
        using DataFolder data = new();
        using DataFolder parent = new();
        using DataFolder restored = new();
        var copy = Path.Combine(parent.Path, "copy");
        GatewayStart start = new() { DataDirectory = data.Path };
        await using var gateway = await GatewayProcess.StartAsync(start, CancellationToken.None);
        var agent = await gateway.Api.CreateEchoAgentAsync("Echo of the test");
        var channel = await gateway.Api.CreateSocketChannelAsync("Backed up", agent);
        LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket" };
        using var client = await LoadClient.ConnectAsync(target, 20, CancellationToken.None);
        var tally = client.Tally;
        ClosedLoop loop = new(client);
        loop.Start();
        await Until.TrueAsync("1,000 answered", () => tally.Replied >= 1000, Patience, tally, () => gateway.Output);

        var acknowledged = client.Sessions.Select(session => session.Acked).ToArray();
        var (exitCode, output) = await GatewayProcess.RunVerbAsync(start, ["backup", copy], Patience);
        Assert.True(exitCode == 0, output);
        var during = tally.Replied;
        await Until.TrueAsync("messages flow on", () => tally.Replied >= during + 500, Patience, tally, () => gateway.Output);
        loop.Stop();
        Assert.True(await client.DrainAsync(Patience, CancellationToken.None), "the load did not come to its end");
        Assert.Equal("", tally.Faults());
        await gateway.KillAsync();

        Assert.True(File.Exists(Path.Combine(copy, "jobs.db")), "the schedule of the jobs is not in it");
        Assert.False(File.Exists(Path.Combine(copy, "master.key")), "the key that opens the secrets stands beside them");
        Restore(copy, data.Path, restored.Path);
        await using var again = await GatewayProcess.StartAsync(new() { DataDirectory = restored.Path }, CancellationToken.None);
        using StoredConversations stored = new(restored.Path);
        await Until.TrueAsync("what the copy had unfinished is answered", () => stored.Unfinished == 0, Patience, tally, () => again.Output);
        stored.AssertWhole();
        Assert.All(client.Sessions, session => Assert.Equal(Ids(session, acknowledged[session.Number]), stored.Questions(session).Take(acknowledged[session.Number])));
        var sessions = (JsonArray)(await again.Api.GetAsync($"/api/v1/sessions?channel={channel}&limit=200"))["items"]!;
        Assert.Equal(client.Sessions.Count, sessions.Count);
    }

    private static IEnumerable<string> Ids(LoadSession session, int count) =>
        Enumerable.Range(0, count).Select(message => string.Create(CultureInfo.InvariantCulture, $"{session.Number}-{message}"));

    /// <summary>As the operations guide says: every file of the copy, and the master key, which is kept elsewhere.</summary>
    private static void Restore(string copy, string original, string target)
    {
        foreach (var file in Directory.EnumerateFiles(copy, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(target, Path.GetRelativePath(copy, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        File.Copy(Path.Combine(original, "master.key"), Path.Combine(target, "master.key"));
    }
}
