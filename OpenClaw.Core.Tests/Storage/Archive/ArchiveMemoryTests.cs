using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Storage.Archive;

/// <summary>A very long session goes to the archive and comes back.</summary>
[Collection(MemoryCollection.Name)]
public sealed class ArchiveMemoryTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public async Task Archive_HundredThousandMessages_InLittleMemory()
    {
        const int Messages = 100_000;
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada", 1);
        await FillAsync(host, id, Messages);
        await host.ExpireAsync();
        var (before, most) = (GC.GetTotalMemory(forceFullCollection: true), 0L);
        using var stop = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }
        });

        Assert.Equal(1, (await host.ArchiveAsync()).Items);
        var row = (await host.RowAsync(id))!;
        Assert.Equal((Messages, true), (row.Messages, row.RowsRemoved));
        Assert.Equal([(long)Messages], (await host.Archived.ReadAsync(id, Messages - 1, 200, default)).Select(m => m.Seq));
        await host.Archived.RestoreAsync(id, default);
        await stop.CancelAsync();
        await watch;

        Assert.Equal((Messages, Messages), await host.CountAsync());
        Assert.True(most - before < 192 << 20, $"{(most - before) >> 20} MB"); // the words of it are some 20 MB, twice at most; rows come in pages
    }

    private static async Task FillAsync(ArchiveHost host, Guid session, int messages)
    {
        await using var db = host.Road.Db();
        var tenant = host.Channel.Tenant.Id;
        var position = MessagePosition.At(host.Clock.GetUtcNow() - TimeSpan.FromDays(40));
        for (var seq = 3; seq <= messages; seq++)
        {
            db.Messages.Add(new()
            {
                Position = ++position, Id = Guid.CreateVersion7(host.Clock.GetUtcNow()), TenantId = tenant, ChannelId = host.Channel.Id, SessionId = session, Seq = seq, From = MessageFrom.Agent,
                Text = $"A sentence of usual length that somebody said as number {seq}.", At = host.Clock.GetUtcNow(), State = MessageState.Answered,
            });
            db.SessionEntries.Add(new() { SessionId = session, Seq = seq, Position = position });
            if (seq % 5_000 != 0) continue;
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }

        await db.SaveChangesAsync();
    }
}
