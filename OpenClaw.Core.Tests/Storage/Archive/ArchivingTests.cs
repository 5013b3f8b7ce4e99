using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Storage.Archive;

public sealed class ArchivingTests
{
    [Fact]
    public async Task Archive_ExpiredSessions_RowsGoTranscriptAndWordsStay()
    {
        await using var host = await ArchiveHost.StartAsync();
        var ada = await host.TalkAsync("ada", text: "violets");
        var bob = await host.TalkAsync("bob", text: "cabbage");
        await host.ExpireAsync();

        Assert.Equal((2, 0), ((await host.ArchiveAsync(isDryRun: true)).Items, host.Files()));
        var progress = await host.ArchiveAsync();

        Assert.Equal((2L, 0L), (progress.Items, progress.FaultCount));
        Assert.Equal((0, 0), await host.CountAsync());
        Assert.Equal(2, host.Files());
        Assert.Equal([ada], await host.FindAsync("violets"));
        Assert.Equal([bob], await host.FindAsync("cabbage"));
        var session = await host.SessionAsync(ada);
        Assert.Equal((SessionState.Archived, 4), (session.State, session.LastSeq));
        var row = (await host.RowAsync(ada))!;
        Assert.Equal((true, 4L, session.LastActivityAt, (string?)null), (row.RowsRemoved, row.Messages, row.LastActivityAt, row.Fault));
        Assert.Equal(new FileInfo(host.FileOf(row)).Length, row.FileBytes);
        var read = await host.Archived.ReadAsync(ada, 1, 2, default);
        Assert.Equal([2L, 3], read.Select(m => m.Seq));
        Assert.Equal("violets 1 of ada", read[1].Text);
        Assert.Equal((0L, 2), ((await host.ArchiveAsync()).Items, host.Files()));
    }

    [Fact]
    public async Task Restore_EveryColumnOfEveryRow_IsWhatItWas()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada", 3);
        await host.Road.Journal.WorkAsync(db => Vary(db, id));
        await host.ExpireAsync();
        var (session, before) = (await host.SessionAsync(id), await RowsAsync(host));

        await host.ArchiveAsync();
        await host.Archived.RestoreAsync(id, default);

        Assert.Equal(before, await RowsAsync(host));
        var restored = await host.SessionAsync(id);
        Assert.Equal((SessionState.Dormant, host.Clock.GetUtcNow()), (restored.State, restored.LastActivityAt));
        (restored.State, restored.LastActivityAt, session.LastSeq) = (session.State, session.LastActivityAt, 6); // the row may lag behind its messages
        Assert.Equal(JsonSerializer.Serialize(session), JsonSerializer.Serialize(restored));
        Assert.Null(await host.RowAsync(id));
        Assert.Equal(0, host.Files());
        Assert.Empty(await host.FindAsync("question"));
        await host.Archived.RestoreAsync(id, default); // nothing to do
    }

    [Fact]
    public async Task Restore_EndedSession_StaysExpiredAndIsArchivedAgain()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada", text: "violets");
        await host.ExpireAsync(ended: true);
        await host.ArchiveAsync();
        var first = (await host.RowAsync(id))!;
        await host.Archived.RestoreAsync(id, default);
        Assert.Equal(SessionState.Expired, (await host.SessionAsync(id)).State);
        Assert.Equal(0, (await host.ArchiveAsync()).Items); // its last activity is now

        await host.ExpireAsync();
        Assert.Equal(1, (await host.ArchiveAsync()).Items);

        Assert.NotEqual(first.File, (await host.RowAsync(id))!.File);
        Assert.Equal((0, 0), await host.CountAsync());
        Assert.Equal([id], await host.FindAsync("violets"));
        Assert.Equal(4, (await host.Archived.ReadAsync(id, 0, 10, default)).Count);
    }

    [Fact]
    public async Task Due_ChannelsAndTenants_EachByItsOwnTimer()
    {
        await using var host = await ArchiveHost.StartAsync();
        var quick = host.Road.AddChannel(c => c with { Timers = SessionTimers.Of(new() { ArchiveAfterDays = 0 }) });
        var never = host.Road.AddChannel(c => c with { Timers = SessionTimers.Of(new() { ArchiveAfterDays = 3650 }) });
        var gone = new ChannelModel { Id = Guid.CreateVersion7(), Tenant = host.Channel.Tenant, Kind = "x", Name = "gone", Enabled = true, Settings = JsonElement.Parse("{}") };
        var now = host.Clock.GetUtcNow();
        var due = new[]
        {
            Bare(quick.Id, now.AddMinutes(-1)), Bare(host.Channel.Id, now.AddDays(-30)), Bare(gone.Id, now.AddDays(-30)), Bare(quick.Id, now.AddDays(-2), now),
        };
        var not = new[]
        {
            Bare(never.Id, now.AddDays(-300)), Bare(host.Channel.Id, now.AddDays(-29)), Bare(gone.Id, now.AddDays(-29)), Bare(host.Channel.Id, now.AddDays(-300), now.AddDays(-1)),
            Bare(quick.Id, now.AddDays(1)), // the clock was set back
            Bare(quick.Id, now.AddDays(-100), tenant: Guid.NewGuid()), Bare(quick.Id, now.AddDays(-100), state: SessionState.Dormant),
        };
        await host.Road.Journal.WorkAsync(db =>
        {
            db.Sessions.AddRange([.. due, .. not]);
            db.SaveInJournal();
            return 0;
        });

        // the channel is known to the catalog, the tenant of one is not
        Assert.Equal(due.Length + 1, (await host.ArchiveAsync(isDryRun: true)).Items);
        await host.ArchiveAsync();

        foreach (var session in due) Assert.Equal(SessionState.Archived, (await host.SessionAsync(session.Id)).State);
        foreach (var session in not.Where(s => s.TenantId == host.Channel.Tenant.Id)) Assert.Equal(session.State, (await host.SessionAsync(session.Id)).State);

        Session Bare(Guid channel, DateTimeOffset at, DateTimeOffset? ended = null, SessionState state = SessionState.Expired, Guid? tenant = null) => new()
        {
            Id = Guid.NewGuid(), TenantId = tenant ?? host.Channel.Tenant.Id, ChannelId = channel, RootId = Guid.NewGuid(), Episode = 1, Conversation = "c", UserId = "u", State = state,
            CreatedAt = at, LastActivityAt = at, EndedAt = ended,
        };
    }

    [Fact]
    public async Task Archive_MessagePending_SessionIsLeft()
    {
        await using var host = await ArchiveHost.StartAsync();
        var waiting = await host.TalkAsync("ada");
        var idle = await host.TalkAsync("bob");
        await host.Road.Journal.WorkAsync(db => db.Messages.Where(m => m.SessionId == waiting && m.Seq == 3).ExecuteUpdate(set => set.SetProperty(m => m.Pending, PendingWork.LateAnswer)));
        await host.ExpireAsync();

        Assert.Equal(1, (await host.ArchiveAsync()).Items);

        Assert.Equal((SessionState.Expired, SessionState.Archived), ((await host.SessionAsync(waiting)).State, (await host.SessionAsync(idle)).State));
        Assert.Equal((4, 4), await host.CountAsync());
        Assert.Equal(1, host.Files());
    }

    [Fact]
    public async Task Archive_TwoHundredSessions_InBatches()
    {
        await using var host = await ArchiveHost.StartAsync();
        for (var i = 0; i < 200; i++) await host.TalkAsync($"user{i}", 1);
        await host.ExpireAsync();

        Assert.Equal(200, (await host.ArchiveAsync()).Items);

        Assert.Equal((0, 0), await host.CountAsync());
        Assert.Equal(200, host.Files());
        Assert.Single(await host.FindAsync("user170"));
    }

    /// <summary>Every column of the first messages and of the session has something, and nothing that is easy.</summary>
    private static int Vary(GatewayDbContext db, Guid session)
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(6);
        const string Text = "line\r\n\"quoted\" \\ \t </script> äöü 😀 \u2028 \0 end";
        foreach (var row in db.EntriesOf(session).Where(m => m.Seq < 3).ToList())
        {
            var now = db.Messages.Single(m => m.Position == row.Position);
            (now.ExternalId, now.UserId, now.UserName, now.Text, now.Error, now.Receipt, now.Route) = ("ext", "u", "Ü", Text.Replace("\0", "", StringComparison.Ordinal), "e", "r", """{"rule":null}""");
            (now.DueAt, now.RoutedAt, now.DispatchedAt, now.AnsweredAt, now.DeliveredAt) = (at, at, at, at, at);
            (now.Run, now.Index, now.Attempts, now.AgentId, now.InReplyToSeq, now.State) = (7, 3, 9, Guid.NewGuid(), 1, MessageState.Dead);
            now.Extras = System.Text.Encoding.UTF8.GetString(new MessageExtras([new(Guid.NewGuid(), "ä.txt", "text/plain", 5)], Button: "b").ToJson());
        }

        var s = db.Sessions.Single(x => x.Id == session);
        (s.Context, s.Preferences, s.AgentSettings, s.Tools, s.TakenById, s.TakenByName, s.TakenAt, s.NoteToAgent) = ("""{"a":1}""", """{"b":2}""", "{}", "[]", Guid.NewGuid(), "Op", at, "note");
        (s.Thread, s.AgentId, s.Assigned) = ("t", Guid.NewGuid(), true);
        db.SaveInJournal();
        return 0;
    }

    /// <summary>Every column that the model knows, of every message and entry.</summary>
    private static async Task<List<string>> RowsAsync(ArchiveHost host)
    {
        await host.Road.Journal.CatchUpAsync(Guid.Empty, default);
        await using var db = host.Road.Db();
        var columns = db.Model.FindEntityType(typeof(Message))!.GetProperties().ToList();
        Assert.True(columns.Count >= 28);
        var messages = await db.Messages.AsNoTracking().OrderBy(m => m.Position).ToListAsync();
        var entries = await db.SessionEntries.AsNoTracking().OrderBy(m => m.SessionId).ThenBy(m => m.Seq).ToListAsync();
        return
        [
            .. messages.Select(m => string.Join('|', columns.Select(c => $"{c.Name}={c.PropertyInfo!.GetValue(m)}"))),
            .. entries.Select(e => $"{e.SessionId} {e.Seq} {e.Position}"),
        ];
    }
}
