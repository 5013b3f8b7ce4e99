using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Maintenance;

/// <summary>The jobs that keep the installation itself in order.</summary>
public sealed class UpkeepJobsTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private TestDatabase _database = null!;
    private Guid _tenant;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task History_OldAndTooMany_GoAndTheNewestStay()
    {
        var now = _clock.GetUtcNow();
        await _database.AddAsync([.. Enumerable.Range(0, 1_700).Select(i => Run("busy", now.AddMinutes(-i))), .. Enumerable.Range(0, 5).Select(i => Run("old", now.AddDays(-89 - i)))]);
        await _database.AddAsync(Run("old", now.AddDays(-200), "running"), Remembered(now.AddHours(-26)), Remembered(now.AddHours(-23)));
        var job = new HistoryJob(_database.System, _clock);
        Assert.Equal(700 + 3 + 1, await RunAsync(job, dryRun: true));
        Assert.Equal(700 + 3 + 1, await RunAsync(job));
        Assert.Equal(0, await RunAsync(job));
        await using var db = _database.System.Create();
        var busy = await db.JobRuns.Where(r => r.Job == "busy").ToListAsync();
        Assert.Equal((1_000, now.AddMinutes(-999)), (busy.Count, busy.Min(r => r.StartedAt)));
        Assert.Equal(3, await db.JobRuns.CountAsync(r => r.Job == "old"));
        Assert.Single(await db.IdempotentRequests.ToListAsync());
    }

    [SqliteFact]
    public async Task Database_IsCheckedTableByTable()
    {
        var job = new DatabaseJob(_database.Database);
        var tables = await RunAsync(job, dryRun: true);
        Assert.True(tables > 20, $"{tables} tables");
        Assert.Equal(tables, await RunAsync(job));
        await using var db = _database.System.Create();
        Assert.True(await db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM sqlite_stat1").SingleAsync() > 0, "nothing was analysed");
    }

    [SqliteFact]
    public async Task Database_DamagedTable_IsNamed()
    {
        await _database.AddAsync([.. Enumerable.Range(0, 500).Select(i => Run(new string('x', 50), _clock.GetUtcNow().AddMinutes(i)))]);
        await using (var db = _database.System.Create())
        {
            // an index that misses rows is what damage looks like from inside
            await db.Database.ExecuteSqlRawAsync("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'IX_SessionNotes_SessionId_Id') WHERE name = 'IX_JobRuns_Job_Id'; PRAGMA writable_schema=RESET");
        }

        var progress = new JobProgress();
        await new DatabaseJob(_database.Database).RunAsync(progress, default);
        Assert.Contains(progress.Faults, f => f.StartsWith("Table JobRuns: ", StringComparison.Ordinal) && f.EndsWith("Restore the newest good back-up.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Database_Cancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DatabaseJob(_database.Database).RunAsync(new(), stop.Token));
    }

    [Fact]
    public async Task Attachments_OnlyWhatNothingRefersTo_Goes()
    {
        var options = new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = _database.Folder };
        var blobs = new DirectoryBlobStore(options);
        var cleanup = new UploadCleanup(_database.System, blobs, new UsageMeter(_clock), _clock, NullLogger<UploadCleanup>.Instance);
        var job = new AttachmentsJob(cleanup, new(_database.System, blobs, _clock), blobs, _clock);
        var start = _clock.GetUtcNow();
        var used = await BlobAsync(blobs, start);
        var unused = await BlobAsync(blobs, start);
        var carried = await BlobAsync(blobs, start);
        var lost = await BlobAsync(blobs, start.AddHours(1));
        await _database.AddAsync(Upload(used, start, start), Upload(unused, start, null), Carrying(carried, start.AddMinutes(3)));
        Directory.CreateDirectory(Path.Combine(_database.Folder, "blobs", _tenant.ToString("N"), "zz"));
        Assert.Equal(0, await RunAsync(job));
        _clock.Advance(TimeSpan.FromHours(30));
        var young = await BlobAsync(blobs, _clock.GetUtcNow().AddHours(-2));

        Assert.Equal(2, await RunAsync(job, dryRun: true));
        Assert.Equal(2, await RunAsync(job));
        Assert.Equal(0, await RunAsync(job));
        Assert.Equal(new[] { used, carried, young }.Order(), blobs.List().Single().Files.Order());
        Assert.DoesNotContain(lost, blobs.List().Single().Files);
    }

    [Fact]
    public async Task Attachments_OfATimeThatIsPartlyArchived_Stay()
    {
        var options = new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = _database.Folder };
        var blobs = new DirectoryBlobStore(options);
        var start = _clock.GetUtcNow();
        var blob = await BlobAsync(blobs, start);
        await _database.AddAsync(new ArchivedSession { SessionId = Guid.NewGuid(), TenantId = _tenant, File = Guid.NewGuid(), Hash = [], LastActivityAt = start.AddMinutes(1), ArchivedAt = start.AddHours(20), RowsRemoved = true });
        _clock.Advance(TimeSpan.FromHours(30));
        var progress = new JobProgress();
        await new LostBlobs(_database.System, blobs, _clock).RemoveAsync(blobs, progress, default);
        Assert.Equal(0, progress.Items);
        Assert.Equal([blob], blobs.List().Single().Files);
    }

    private static async Task<long> RunAsync(IMaintenanceJob job, bool dryRun = false)
    {
        var progress = new JobProgress(dryRun);
        await job.RunAsync(progress, default);
        Assert.Empty(progress.Faults);
        return progress.Items;
    }

    private static JobRun Run(string job, DateTimeOffset at, string outcome = "done") =>
        new() { Id = Guid.CreateVersion7(at), Job = job, StartedAt = at, FinishedAt = at, Outcome = outcome, StartedBy = "schedule", Node = "here" };

    private IdempotentRequest Remembered(DateTimeOffset at) => new() { Id = Guid.NewGuid(), TenantId = _tenant, KeyHash = Guid.NewGuid().ToByteArray(), BodyHash = [], CreatedAt = at };

    private Upload Upload(Guid blob, DateTimeOffset at, DateTimeOffset? usedAt) => new()
    {
        Id = blob, TenantId = _tenant, ChannelId = Guid.NewGuid(), RootId = Guid.NewGuid(), ClientId = "a", Name = "a.txt", ContentType = "text/plain", Size = 3, CreatedAt = at, UsedAt = usedAt,
    };

    private Message Carrying(Guid blob, DateTimeOffset at) => new()
    {
        Position = MessagePosition.At(at) + 1, Id = Guid.CreateVersion7(at), TenantId = _tenant, ChannelId = Guid.NewGuid(), SessionId = Guid.NewGuid(), Seq = 1, From = MessageFrom.Agent, At = at,
        Extras = System.Text.Encoding.UTF8.GetString(new MessageExtras([new AttachmentRef(blob, "a.txt", "text/plain", 3)]).ToJson()), State = MessageState.Answered,
    };

    private async Task<Guid> BlobAsync(DirectoryBlobStore blobs, DateTimeOffset at)
    {
        var id = Guid.CreateVersion7(at);
        await using var writer = await blobs.CreateAsync(_tenant, id, default);
        await writer.WriteAsync(new byte[] { 1, 2, 3 }, default);
        await writer.CommitAsync(default);
        return id;
    }
}
