using System.Text.Json;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Delivery;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;

namespace OpenClaw.Core.Tests.Administration.Replays;

/// <summary>Replies that could not be sent are sent again as they are: no agent is asked.</summary>
public sealed class ReplayRepliesTests
{
    [Fact]
    public async Task Replay_OfAReply_IsSentAgain()
    {
        var refuses = true;
        var sender = new ScriptedSender();
        sender.Answer = (_, _) => new(Volatile.Read(ref refuses) ? SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, "No.", DeadLetterRisks.NeverSent) : SendOutcome.Sent("r"));
        await using var road = await DeliveryRoad.StartAsync(sender: sender);
        await road.Road.StartReplaysAsync();
        foreach (var i in Enumerable.Range(1, 3)) await road.AskAsync($"m{i}", "hello", $"user {i}");
        await TestWait.UntilAsync(async () => (await road.LettersAsync()).Count == 3);
        var letters = await road.LettersAsync();
        var caller = Caller.System(letters[0].TenantId);
        Volatile.Write(ref refuses, false);

        var changed = await road.Road.Get<ReplayLetter>().RunAsync(caller, letters[0].Id, JsonElement.Parse("""{"payload":{"text":"other"}}"""));
        Assert.Equal(AdminStatus.InUse, changed.Status);
        Assert.Equal(AdminStatus.Done, (await road.Road.Get<ReplayLetter>().RunAsync(caller, letters[0].Id, default)).Status);
        await TestWait.UntilAsync(async () => (await road.LettersAsync())[0].State == DeadLetterStates.Replayed);

        var replay = (await road.Road.Get<StartReplay>().RunAsync(caller, JsonElement.Parse("""{"stage":"delivered"}"""))).Value!;
        ReplayView view = null!;
        await TestWait.UntilAsync(async () => (view = (await road.Road.Get<ReplayQueries>().GetAsync(caller.Tenant, replay.Id))!).State == ReplayStates.Done);
        Assert.Equal((2, 2, 0), (view.Total, view.Answered, view.Failed));
        Assert.All(await road.LettersAsync(), l => Assert.Equal(DeadLetterStates.Replayed, l.State));
        Assert.All(await road.RepliesAsync(), r => Assert.Equal(MessageState.Answered, r.State));
    }
}
