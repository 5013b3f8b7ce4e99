using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Channels.Discord.Listening;

namespace OpenClaw.Core.Tests.Channels.Discord;

public sealed class IntakeTests
{
    private readonly SequenceLedger _ledger = new();

    [Fact]
    public async Task Channels_GoSideBySide_EachInItsOrder()
    {
        var handled = new ConcurrentQueue<(ulong, int)>();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var intake = new Intake(async (item, _) =>
        {
            if (item is { Channel: 1, Sequence: 1 }) await stuck.Task;
            handled.Enqueue((item.Channel, (int)item.Sequence));
        }, TimeProvider.System);

        foreach (var sequence in new[] { 1, 2, 3 })
        {
            Assert.True(intake.TryAdd(Item(1, sequence)));
            Assert.True(intake.TryAdd(Item(2, sequence)));
        }

        await Eventually.Async(() => handled.Count == 3);
        Assert.Equal([(2UL, 1), (2UL, 2), (2UL, 3)], handled);
        stuck.SetResult();
        await Eventually.Async(() => handled.Count == 6);
        Assert.Equal([(1UL, 1), (1UL, 2), (1UL, 3)], handled.Skip(3));
    }

    [Fact]
    public async Task Full_SaysSo_AndTellsWhenThereIsRoom()
    {
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var intake = new Intake((_, _) => stuck.Task, TimeProvider.System, most: 4);
        for (var i = 1; i <= 4; i++) Assert.True(intake.TryAdd(Item(1, i)));

        Assert.False(intake.TryAdd(Item(2, 5)));
        var room = intake.RoomAsync(CancellationToken.None);
        Assert.False(room.IsCompleted);

        stuck.SetResult();
        await room.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(intake.TryAdd(Item(2, 5)));
    }

    [Fact]
    public async Task Full_InBytes_CountsToo_ButOneAlwaysFits()
    {
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var intake = new Intake((_, _) => stuck.Task, TimeProvider.System, mostBytes: 100);

        Assert.True(intake.TryAdd(Item(1, 1, bytes: 500)));
        Assert.False(intake.TryAdd(Item(1, 2, bytes: 1)));
        stuck.SetResult();
    }

    [Fact]
    public async Task HeldChannel_GoesOnWithWhatWasMissedInFront()
    {
        var handled = new ConcurrentQueue<long>();
        await using var intake = new Intake((item, _) =>
        {
            handled.Enqueue(item.Sequence);
            return Task.CompletedTask;
        }, TimeProvider.System);
        intake.Hold(1);
        intake.TryAdd(Item(1, 10));
        intake.TryAdd(Item(2, 20));
        await Eventually.Async(() => handled.Count == 1);

        intake.Release(1, [Item(1, 8), Item(1, 9)]);

        await Eventually.Async(() => handled.Count == 4);
        Assert.Equal([20L, 8, 9, 10], handled);
        await Eventually.Async(() => intake.Count == 0); // one counts until its handler has returned
    }

    private IntakeItem Item(ulong channel, long sequence, int bytes = 10) => new(channel, default, bytes) { Ledger = _ledger, Sequence = sequence };
}
