using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Core.Tests.Storage.Journal;

/// <summary>The index by session follows the messages: at once for who asks, by itself soon, and after a crash.</summary>
public sealed class EntryIndexTests
{
    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task CatchUp_OneSession_SeesAllItsEntries(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        for (var i = 0; i < 30; i++)
        {
            await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", "text"), default);
            await watcher.NextReplyAsync();
            Assert.True(await road.Get<IEntryIndex>().CatchUpAsync(watcher.Handle!.SessionId, default));
            await using var db = road.Db();
            Assert.Equal((i + 1) * 2, await db.EntriesOf(watcher.Handle.SessionId).CountAsync());
        }
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Stop_ManySessionsAndCycles_EveryEntryIndexedOnce(string database)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-index").FullName;
        var catalog = new FakeCatalog();
        await using (var road = await Road.StartAsync(catalog, folder, kind: database))
        {
            var channel = road.AddChannel();
            await Task.WhenAll(Enumerable.Range(0, 100).Select(async user =>
            {
                var watcher = await RoadTests.AttachAsync(road, channel, $"user{user}");
                for (var i = 0; i < 60; i++)
                {
                    await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", "text", $"user{user}"), default);
                    await watcher.NextReplyAsync();
                }
            }));
        }

        await using (var road = await Road.StartAsync(catalog, folder, kind: database))
        {
            await using var db = road.Db();
            await AssertIndexedAsync(db, 12_000);

            // As if the process had been killed before any of it was indexed.
            await db.WriteAsync(d => d.SessionEntries.ExecuteDeleteAsync(), default);
            await db.WriteAsync(d => d.InstallationValues.Where(v => v.Name == "messages.indexed").ExecuteDeleteAsync(), default);
        }

        await using (var road = await Road.StartAsync(catalog, folder, kind: database))
        {
            await using var db = road.Db();
            await AssertIndexedAsync(db, 12_000);
        }

        TestFolder.Delete(folder);
    }

    [Fact]
    public void AddTo_LateLowerPosition_IsIndexedWithItsGroup()
    {
        var fresh = new FreshEntries();
        fresh.Start(1000);
        var group = new JournalGroup();
        group.NewMessages.Add(Entry(999));
        group.NewMessages.Add(Entry(1001));
        fresh.AddTo(group, idle: false);
        Assert.Equal([999], group.Places.Select(p => p.Position));
        fresh.Committed(group);
        group.Clear();

        fresh.AddTo(group, idle: true);
        Assert.Equal([1001], group.Places.Select(p => p.Position));
        Assert.Equal(1002, group.Floor);
        fresh.RolledBack();
        group.Clear();

        group.NewMessages.Add(Entry(1005));
        fresh.AddTo(group, idle: true);
        Assert.Equal([1001], group.Places.Select(p => p.Position));
        Assert.Equal(1002, group.Floor);
        fresh.Committed(group);
        Assert.Equal(1002, fresh.Floor);
        Assert.False(fresh.IsEmpty);
    }

    private static OpenClaw.Gateway.Core.Abstractions.MessageRecord Entry(long position) => new()
    {
        Position = position,
        Id = Guid.NewGuid(),
        TenantId = Guid.NewGuid(),
        ChannelId = Guid.NewGuid(),
        SessionId = Guid.NewGuid(),
        Seq = position,
        From = OpenClaw.Gateway.Core.Abstractions.MessageFrom.User,
    };

    private static async Task AssertIndexedAsync(GatewayDbContext db, int expected)
    {
        Assert.Equal(expected, await db.Messages.CountAsync());
        Assert.Equal(expected, await db.SessionEntries.CountAsync());
        Assert.Equal(expected, await db.SessionEntries.Join(db.Messages, e => new { e.SessionId, e.Seq, e.Position }, m => new { m.SessionId, m.Seq, m.Position }, (e, m) => m).CountAsync());
    }
}
