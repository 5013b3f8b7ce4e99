using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Administration.Replays;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.DeadLetters;

/// <summary>What is set aside stays there until somebody releases it.</summary>
public sealed class QuarantineTests
{
    [Fact]
    public async Task Release_HandlesTheMessagesOnceMore()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letters = await LoopedAsync(replays, 3);
        var quarantine = replays.Get<Quarantine>();
        Assert.Equal(3, (await quarantine.ListAsync(replays.Caller.Tenant, new(), new(10))).Items.Count);
        Assert.Contains("quarantine", (await replays.ReplayAsync(letters[0].Id)).Reason, StringComparison.Ordinal);
        Assert.Equal(0, (await replays.UntilAsync((await replays.BulkAsync(new { channel = replays.Channel.Id })).Id, ReplayStates.Done)).Total);

        replays.Fails = _ => false;
        Assert.NotNull((await quarantine.ReleaseAsync(replays.Caller, letters[0].Id)).Value);
        var released = await quarantine.ReleaseAsync(replays.Caller, [letters[1].Id, letters[0].Id, Guid.NewGuid()]);
        Assert.Equal(2, released.Count);
        Assert.NotNull(released.Single(r => r.Id == letters[0].Id).Reason);
        Assert.Null(released.Single(r => r.Id == letters[1].Id).Reason);
        await TestWait.UntilAsync(async () => (await replays.RepliesAsync()).Count == 2);
        await TestWait.UntilAsync(async () => (await replays.LettersAsync()).Count(l => l.State == DeadLetterStates.Replayed) == 2);
        Assert.Single((await quarantine.ListAsync(replays.Caller.Tenant, new(), new(10))).Items);
    }

    [Fact]
    public async Task Discard_AndRestore_IsQuarantinedAgain()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await LoopedAsync(replays, 1))[0];
        var quarantine = replays.Get<Quarantine>();
        Assert.Equal(DeadLetterStates.Discarded, (await quarantine.DiscardAsync(replays.Caller, letter.Id, "a bot")).Value!.State);
        Assert.Equal(AdminStatus.InUse, (await quarantine.ReleaseAsync(replays.Caller, letter.Id)).Status);
        Assert.Equal(DeadLetterStates.Quarantined, (await replays.Get<ResolveLetter>().RestoreAsync(replays.Caller, letter.Id, null)).Value!.State);
        Assert.Equal(AdminStatus.NotFound, (await quarantine.ReleaseAsync(replays.Caller, Guid.NewGuid())).Status);
    }

    private static async Task<List<DeadLetter>> LoopedAsync(ReplayRoad replays, int count)
    {
        await replays.FailAsync(count);
        await using var db = replays.Road.Db();
        await db.WriteAsync(d => d.DeadLetters.ExecuteUpdateAsync(set => set.SetProperty(l => l.Cause, DeadLetterCauses.Loop).SetProperty(l => l.State, DeadLetterStates.Quarantined)), default);
        return await replays.LettersAsync();
    }
}
