using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Storage.Archive;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using Job = OpenClaw.Gateway.Core.Maintenance.Retention.Retention;

namespace OpenClaw.Core.Tests.Maintenance.Retention;

/// <summary>Archived conversations go for good when their time is over, and no earlier; what a hold keeps stays.</summary>
public sealed class RetentionTests
{
    private const string Words = "platypus";

    [Fact]
    public async Task Run_PastTheChannelsRetention_DeletesEverythingOfThoseAndNothingElse()
    {
        await using var host = await StartAsync(TimeSpan.FromDays(20));
        var old = await host.TalkAsync("ada", text: Words);
        await host.ExpireAsync(); // 31 days ago
        await host.ArchiveAsync();
        var young = await host.TalkAsync("bob", text: Words);
        await LetterAsync(host, old);
        await LetterAsync(host, young);

        var progress = await RunAsync(host);

        Assert.Equal((1, 0), (progress.Items, progress.FaultCount));
        await using var db = host.Road.Db();
        Assert.Equal([young], await db.Sessions.Select(s => s.Id).ToListAsync());
        Assert.Empty(await db.ArchivedSessions.ToListAsync());
        Assert.Equal([young], await db.DeadLetters.Select(d => d.SessionId).ToListAsync());
        Assert.Equal([young], await db.SessionNotes.Select(n => n.SessionId).ToListAsync());
        Assert.Equal(0, host.Files());
        Assert.Empty(await host.FindAsync(Words));
        Assert.Equal((4, 4), await host.CountAsync());
        if (TestDatabases.Default == TestDatabases.Sqlite) Assert.Equal(["bob"], DataScan.Find(host.Road.Folder, ["of ada", "bob"]).Keys);
    }

    [Fact]
    public async Task Run_BeforeItsTime_OrWithoutRetention_DeletesNothing()
    {
        foreach (var retention in (TimeSpan?[])[TimeSpan.FromDays(40), null])
        {
            await using var host = await StartAsync(retention);
            var session = await host.TalkAsync("ada");
            await host.ExpireAsync();
            await host.ArchiveAsync();
            Assert.Equal(0, (await RunAsync(host)).Items);
            Assert.NotNull(await host.RowAsync(session));
        }
    }

    [Fact]
    public async Task Run_OfADeletedChannel_GoesByTheTenantsRetention()
    {
        await using var host = await StartAsync(retention: null);
        var session = await host.TalkAsync("ada");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        var gone = Guid.NewGuid();
        await host.Road.Journal.WorkAsync(db => db.ArchivedSessions.ExecuteUpdate(set => set.SetProperty(a => a.ChannelId, gone)));
        Assert.Equal(0, (await RunAsync(host)).Items);
        host.Road.Catalog.Change(t => t with { Settings = t.Settings with { RetentionDays = 20 } });
        Assert.Equal(1, (await RunAsync(host)).Items);
        Assert.Null(await host.RowAsync(session));
    }

    [Fact]
    public async Task Run_WithHolds_KeepsWhatTheyKeepUntilTheyAreReleased()
    {
        await using var host = await StartAsync(TimeSpan.FromDays(20));
        var held = await host.TalkAsync("ada");
        await host.TalkAsync("bob");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        await using (var db = host.Road.Db())
        {
            db.LegalHolds.Add(new() { Id = Guid.NewGuid(), TenantId = host.Channel.Tenant.Id, Name = "case", UserId = "ada", CreatedBy = "test" });
            await db.SaveChangesAsync();
        }

        Assert.Equal(1, (await RunAsync(host, isDryRun: true)).Items);
        Assert.Equal(1, (await RunAsync(host)).Items);
        Assert.NotNull(await host.RowAsync(held));
        await host.Road.Journal.WorkAsync(db => db.LegalHolds.ExecuteDelete());
        Assert.Equal(1, (await RunAsync(host)).Items);
        Assert.Null(await host.RowAsync(held));
    }

    [Fact]
    public async Task Run_DryRun_CountsAndChangesNothing()
    {
        await using var host = await StartAsync(TimeSpan.FromDays(20));
        await host.TalkAsync("ada");
        await host.TalkAsync("bob");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        Assert.Equal(2, (await RunAsync(host, isDryRun: true)).Items);
        Assert.Equal(2, host.Files());
    }

    [Fact]
    public async Task Run_WithATranscriptThatCannotBeRead_NamesItKeepsItAndGoesOn()
    {
        await using var host = await StartAsync(TimeSpan.FromDays(20));
        var broken = await host.TalkAsync("ada");
        await host.TalkAsync("bob");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        await File.WriteAllTextAsync(host.FileOf((await host.RowAsync(broken))!), "not a transcript");

        var progress = await RunAsync(host);

        Assert.Equal((1, 1), (progress.Items, progress.FaultCount));
        Assert.Contains(broken.ToString(), progress.Faults[0], StringComparison.Ordinal);
        Assert.NotNull(await host.RowAsync(broken));
    }

    [Fact]
    public async Task Run_Cancelled_StopsBetweenTwoAndALaterRunGoesOn()
    {
        await using var host = await StartAsync(TimeSpan.FromDays(20));
        for (var i = 0; i < 3; i++) await host.TalkAsync($"user{i}", 1);
        await host.ExpireAsync();
        await host.ArchiveAsync();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Road.Get<Job>().RunAsync(new JobProgress(), stopped.Token));
        Assert.Equal(3, (await RunAsync(host)).Items);
    }

    /// <summary>What a user uploaded may be in messages of several episodes; it goes with the last that names it.</summary>
    [Fact]
    public async Task Run_WithFiles_RemovesThoseThatNoOtherSessionNames()
    {
        await using var host = await StartAsync(TimeSpan.FromDays(20));
        var first = await host.TalkAsync("ada");
        var (own, both) = (await UploadAsync(host, first), await UploadAsync(host, first));
        await NameAsync(host, first, own, both);
        await host.ExpireAsync(ended: true);
        await host.ArchiveAsync();
        var second = await host.TalkAsync("ada");
        Assert.NotEqual(first, second);
        await NameAsync(host, second, both);

        Assert.Equal(1, (await RunAsync(host)).Items);
        var blobs = host.Road.Get<IBlobStore>();
        Assert.Null(await blobs.OpenAsync(host.Channel.Tenant.Id, own, default));
        await using var kept = await blobs.OpenAsync(host.Channel.Tenant.Id, both, default);
        Assert.NotNull(kept);
        await using var db = host.Road.Db();
        Assert.Equal([both], await db.Uploads.Select(u => u.Id).ToListAsync());
    }

    private static Task<ArchiveHost> StartAsync(TimeSpan? retention)
    {
        var catalog = new FakeCatalog();
        catalog.AddAgent("scripted", "Scripted", isDefault: true);
        return ArchiveHost.StartAsync(catalog, channel: catalog.AddChannel(c => c with { Timers = SessionTimers.Default with { Retention = retention } }));
    }

    private static async Task<JobProgress> RunAsync(ArchiveHost host, bool isDryRun = false)
    {
        var progress = new JobProgress(isDryRun);
        await host.Road.Get<Job>().RunAsync(progress, default);
        return progress;
    }

    private static async Task LetterAsync(ArchiveHost host, Guid session)
    {
        var messages = await host.Archived.ReadAsync(session, 0, 1, default);
        await using var db = host.Road.Db();
        var message = messages.Count > 0 ? messages[0].Id : await db.Messages.Where(m => m.SessionId == session).Select(m => m.Id).FirstAsync();
        db.Add(new DeadLetter
        {
            Id = Guid.CreateVersion7(), TenantId = host.Channel.Tenant.Id, Stage = Stages.Dispatched, Cause = DeadLetterCauses.AgentError, Detail = "d", Fingerprint = "f", Risk = "unknown",
            MessageId = message, SessionId = session, ChannelId = host.Channel.Id, Payload = "{}", State = "open",
        });
        db.Add(new SessionNote { Id = Guid.CreateVersion7(), TenantId = host.Channel.Tenant.Id, SessionId = session, AuthorName = "Olga", Text = "note" });
        await db.SaveChangesAsync();
    }

    private static async Task<Guid> UploadAsync(ArchiveHost host, Guid session)
    {
        var (tenant, id) = (host.Channel.Tenant.Id, Guid.CreateVersion7());
        await using (var writer = await host.Road.Get<IBlobStore>().CreateAsync(tenant, id, default))
        {
            await writer.WriteAsync(new byte[] { 1, 2, 3 }, default);
            await writer.CommitAsync(default);
        }

        await using var db = host.Road.Db();
        var root = await db.Sessions.Where(s => s.Id == session).Select(s => s.RootId).SingleAsync();
        db.Uploads.Add(new() { Id = id, TenantId = tenant, ChannelId = host.Channel.Id, RootId = root, ClientId = id.ToString("N"), Name = "a.txt", ContentType = "text/plain", Size = 3, CreatedAt = host.Clock.GetUtcNow(), UsedAt = host.Clock.GetUtcNow() });
        await db.SaveChangesAsync();
        return id;
    }

    private static async Task NameAsync(ArchiveHost host, Guid session, params Guid[] files)
    {
        var extras = System.Text.Encoding.UTF8.GetString(new MessageExtras([.. files.Select(f => new AttachmentRef(f, "a.txt", "text/plain", 3))]).ToJson());
        await host.Road.Journal.WorkAsync(db => db.Messages.Where(m => m.SessionId == session && m.Seq == 1).ExecuteUpdate(set => set.SetProperty(m => m.Extras, extras)));
    }
}
