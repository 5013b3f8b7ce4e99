using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Jobs;
using OpenClaw.Portal.Tests.EndToEnd;
using OpenClaw.Portal.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Jobs;

/// <summary>Schedulers over one store in a real file.</summary>
[Trait("Category", "Slow")]
public sealed class QuartzNodeTests : IAsyncLifetime
{
    private const string EverySecond = "* * * * * ?";
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-jobs-").FullName;
    private PortalDatabase _database = null!;

    private string File => Path.Combine(_folder, "jobs.db");

    public async Task InitializeAsync()
    {
        _database = await PortalDatabase.CreateAsync();
        Assert.Null(JobStoreFile.Prepare(File, TimeProvider.System));
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task TwoSchedulers_OnOneStore_RunEachTimeOnce()
    {
        var job = new TestJob(async (progress, stop) =>
        {
            progress.Count();
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, stop);
        });
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp(); // from the first moment at which it may run until the last: starting and ending take their time too
        await using var a = await NodeAsync("a", job);
        await using var b = await NodeAsync("b", job);
        await Task.WhenAll(a.StartAsync(default), b.StartAsync(default));
        await Until.TrueAsync("six runs", () => Task.FromResult(job.Runs >= 6));
        await a.DisposeAsync();
        await b.DisposeAsync();
        var seconds = clock.GetElapsedTime(start).TotalSeconds;

        Assert.Equal(1, job.Most);
        // twice would be 12 in the same time
        Assert.InRange(job.Runs, 6, (int)seconds + 2);
        var rows = await RowsAsync();
        Assert.Equal(job.Runs, rows.Count);
        Assert.All(rows, r => Assert.Equal((JobOutcomes.Done, 1, "schedule"), (r.Outcome, r.Items, r.StartedBy)));
    }

    [Fact]
    public async Task Scheduler_ThatDiesInARun_IsTakenOverByTheOther()
    {
        var release = new TaskCompletionSource();
        var hangs = new TestJob((_, _) => release.Task);
        var mortal = new MortalClock();
        await using var a = await NodeAsync("a", hangs, mortal);
        await a.StartAsync(default);
        await Until.TrueAsync("a runs it", () => Task.FromResult(hangs.Runs == 1));
        mortal.Die();

        var goesOn = new TestJob();
        await using var b = await NodeAsync("b", goesOn);
        await b.StartAsync(default);
        await Until.TrueAsync("b runs it", () => Task.FromResult(goesOn.Runs >= 1));
        await Until.TrueAsync("b's run is written down", async () => (await RowsAsync()).Exists(r => r is { Node: "b", Outcome: JobOutcomes.Done }));
        Assert.Equal(1, hangs.Runs);
        Assert.Equal(JobOutcomes.Stopped, (await RowsAsync()).Single(r => r.Node == "a").Outcome);
        await b.DisposeAsync();
        release.SetResult();
    }

    [Fact]
    public async Task Close_SchedulerThatDoesNotEnd_IsLeftAfterAWhileAndRunsNothing()
    {
        var release = new TaskCompletionSource();
        var job = new TestJob((_, _) => release.Task);
        var mortal = new MortalClock();
        var node = await NodeAsync("a", job, mortal);
        await node.StartAsync(default);
        await Until.TrueAsync("it runs", () => Task.FromResult(job.Runs == 1));
        // its waits never come to an end, as over a store that it tries again for ever
        mortal.Die();
        Assert.False(await node.CloseAsync(TimeSpan.FromSeconds(1), TimeProvider.System));
        release.SetResult();
        mortal.Wake();
        var after = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync("two seconds went by", () => Task.FromResult(TimeProvider.System.GetElapsedTime(after) > TimeSpan.FromSeconds(2)));
        Assert.Equal(1, job.Runs);
    }

    [Fact]
    public async Task Reconcile_JobThatIsGone_IsRemoved_ChangedTimesHold()
    {
        var first = new TestJob(name: "first");
        var second = new TestJob(name: "second");
        await using (var node = await NodeAsync("a", [new("first", EverySecond, Paused: true), new("second", "0 0 3 1 1 ?", Paused: false)], first, second))
        {
            await node.StartAsync(default);
        }

        await using var again = await NodeAsync("a", [new("second", EverySecond, Paused: false)], second);
        await again.StartAsync(default);
        await Until.TrueAsync("second runs", () => Task.FromResult(second.Runs >= 2));
        Assert.Equal(0, first.Runs);
        await again.ApplyAsync(new("second", EverySecond, Paused: true), default);
        var runs = second.Runs;
        var after = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync("two seconds went by", () => Task.FromResult(TimeProvider.System.GetElapsedTime(after) > TimeSpan.FromSeconds(2)));
        Assert.InRange(second.Runs, runs, runs + 1);
    }

    [Fact]
    public async Task Missed_WhileNothingRan_IsRunOnce()
    {
        var job = new TestJob();
        await using (var node = await NodeAsync("a", [new(job.Name, EverySecond, Paused: false)], job))
        {
            // never started: times go by
            await Until.TrueAsync("times go by", async () =>
            {
                await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(JobStoreFile.ConnectionString(File));
                await connection.OpenAsync();
                await using var command = connection.CreateCommand();
                // as if an hour had gone
                command.CommandText = "UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = NEXT_FIRE_TIME - 36000000000";
                return await command.ExecuteNonQueryAsync() == 1;
            });
        }

        var start = TimeProvider.System.GetTimestamp();
        await using var again = await NodeAsync("a", [new(job.Name, EverySecond, Paused: false)], job);
        await again.StartAsync(default);
        await Until.TrueAsync("it runs", () => Task.FromResult(job.Runs >= 2));
        Assert.InRange(job.Runs, 2, (int)TimeProvider.System.GetElapsedTime(start).TotalSeconds + 3);
    }

    private Task<QuartzNode> NodeAsync(string name, TestJob job, TimeProvider? time = null) => NodeAsync(name, [new(job.Name, EverySecond, Paused: false)], time, job);

    private Task<QuartzNode> NodeAsync(string name, IReadOnlyList<JobTiming> timings, params TestJob[] jobs) => NodeAsync(name, timings, null, jobs);

    private async Task<QuartzNode> NodeAsync(string name, IReadOnlyList<JobTiming> timings, TimeProvider? time, params TestJob[] jobs)
    {
        var runner = new JobRunner(_database.System, jobs, TimeProvider.System, NullLogger<JobRunner>.Instance, name);
        var node = await QuartzNode.OpenAsync(File, new(runner), time ?? TimeProvider.System, NullLoggerFactory.Instance, CheckIn, default);
        await node.ReconcileAsync(timings, default);
        return node;
    }

    private async Task<List<JobRun>> RowsAsync()
    {
        await using var db = _database.System.Create();
        return await db.JobRuns.AsNoTracking().OrderBy(r => r.Id).ToListAsync();
    }
}
