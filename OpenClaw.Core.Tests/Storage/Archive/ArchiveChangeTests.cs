using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Core.Tests.Storage.Archive;

/// <summary>Archived sessions that are rewritten, deleted, removed with their tenant, or read by administration.</summary>
public sealed class ArchiveChangeTests
{
    [Fact]
    public async Task Rewrite_MessagesLeftOutAndChanged_TranscriptAndWordsFollow()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada", 3, "violets");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        var first = (await host.RowAsync(id))!;

        Assert.True(await host.Archived.RewriteAsync(id, m => m.Seq switch { 1 => null, 2 => With(m, "removed"), _ => m }, default));

        var row = (await host.RowAsync(id))!;
        Assert.NotEqual(first.File, row.File);
        Assert.Equal((5L, true, 1), (row.Messages, row.RowsRemoved, host.Files()));
        Assert.Equal([(2L, "removed"), (3L, "violets 1 of ada")], (await host.Archived.ReadAsync(id, 0, 2, default)).Select(m => (m.Seq, m.Text)));
        Assert.Equal([id], await host.FindAsync("removed"));
        Assert.True(await host.Archived.RewriteAsync(id, m => m.Seq > 2 ? null : m, default));
        Assert.Empty(await host.FindAsync("violets"));
        Assert.False(await host.Archived.RewriteAsync(Guid.NewGuid(), m => m, default));

        await host.Archived.RestoreAsync(id, default);
        Assert.Equal((1, 1), await host.CountAsync());
        Assert.Equal(7, (await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "new", "again"), default)).Seq); // no number is given twice

        static Message With(Message message, string text)
        {
            message.Text = text;
            return message;
        }
    }

    [Fact]
    public async Task Delete_ArchivedSession_LeavesNothingAndNamesItsAttachments()
    {
        await using var host = await ArchiveHost.StartAsync();
        var (gone, kept) = (await host.TalkAsync("ada", text: "violets"), await host.TalkAsync("bob"));
        var blob = Guid.NewGuid();
        await host.Road.Journal.WorkAsync(db =>
        {
            var extras = System.Text.Encoding.UTF8.GetString(new MessageExtras([new(blob, "a.txt", "text/plain", 5)]).ToJson());
            db.SessionNotes.Add(new() { Id = Guid.NewGuid(), TenantId = host.Channel.Tenant.Id, SessionId = gone, AuthorName = "Op", Text = "note" });
            db.SaveInJournal();
            return db.Messages.Where(m => m.SessionId == gone && m.Seq == 1).ExecuteUpdate(set => set.SetProperty(m => m.Extras, extras));
        });
        await host.ExpireAsync();
        await host.ArchiveAsync();

        Assert.Equal(blob, Assert.Single((await host.Archived.DeleteAsync(gone, default))!).Blob);

        await using var db = host.Road.Db();
        Assert.Equal((kept, kept), ((await db.Sessions.SingleAsync()).Id, (await db.ArchivedSessions.SingleAsync()).SessionId));
        Assert.Equal((0, 1), (await db.SessionNotes.CountAsync(), host.Files()));
        Assert.Empty(await host.FindAsync("violets"));
        var again = await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "new", "again"), default);
        Assert.Equal((true, 1L), (again.Accepted, again.Seq));
    }

    [Fact]
    public async Task TenantRemoval_WithAnUnreadableTranscript_TakesFilesAndWords()
    {
        await using var host = await ArchiveHost.StartAsync();
        var bad = await host.TalkAsync("ada", text: "violets");
        await host.TalkAsync("bob", text: "cabbage");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        await File.WriteAllTextAsync(host.FileOf((await host.RowAsync(bad))!), "");

        await host.Road.Get<ArchiveRemoval>().RemoveAsync(host.Channel.Tenant.Id, default);

        Assert.Equal(0, host.Files());
        Assert.Empty(await host.FindAsync("violets"));
        Assert.Empty(await host.FindAsync("cabbage"));
    }

    [Fact]
    public async Task MessageQueries_ArchivedSession_ReadFromItsTranscript()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada", 10);
        var tenant = host.Channel.Tenant.Id;
        var queries = new MessageQueries(host.Road.Get<ITenantDbFactory>(), new NoLinks(), host.Road.Journal, host.Road.Get<IArchivedEntries>());
        var (live, liveUp) = (await queries.ListAsync(tenant, id, new(5, "4")), await queries.ListBackwardsAsync(tenant, id, 6));
        await host.ExpireAsync();
        await host.ArchiveAsync();

        Assert.Equal(JsonSerializer.Serialize(live), JsonSerializer.Serialize(await queries.ListAsync(tenant, id, new(5, "4"))));
        Assert.Equal(JsonSerializer.Serialize(liveUp), JsonSerializer.Serialize(await queries.ListBackwardsAsync(tenant, id, 6)));
        Assert.Equal([1L, 2], (await queries.ListBackwardsAsync(tenant, id, 6, "3")).Items.Select(m => m.Seq));
        Assert.Empty((await queries.ListAsync(Guid.NewGuid(), id, new(5))).Items);
        Assert.Empty((await queries.ListBackwardsAsync(Guid.NewGuid(), id, 5)).Items);
    }

    [Fact]
    public async Task Restore_ChannelThatIsGone_WorksAndIsArchivedByTheTenantsTimer()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.Road.Journal.WorkAsync(db => db.Sessions.ExecuteUpdate(set => set.SetProperty(s => s.ChannelId, Guid.NewGuid())));
        await host.ExpireAsync();
        Assert.Equal(1, (await host.ArchiveAsync()).Items);

        await host.Archived.RestoreAsync(id, default);

        Assert.Equal((SessionState.Dormant, 4), ((await host.SessionAsync(id)).State, (await host.CountAsync()).Messages));
        await host.ExpireAsync();
        Assert.Equal(1, (await host.ArchiveAsync()).Items);
    }

    [SqliteFact]
    public async Task BackUp_WithArchivedSessions_CopyReadsAndRestoresThem()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        var copy = Directory.CreateTempSubdirectory("openclaw-copy").FullName;
        await new BackUp(host.Road.Get<GatewayOptions>(), ((SqliteDatabase)host.Road.Database).BackUpAsync).RunAsync(copy, default);

        await using (var restored = await ArchiveHost.StartAsync(host.Road.Catalog, copy, channel: host.Channel))
        {
            await restored.Archived.RestoreAsync(id, default);
            Assert.Equal((4, 4), await restored.CountAsync());
        }

        TestFolder.Delete(copy);
    }

    private sealed class NoLinks : IFileLinks
    {
        public string Create(Guid tenant, AttachmentRef attachment) => "";
    }
}
