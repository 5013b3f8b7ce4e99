using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Jobs;

public sealed class JobRunnerTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private readonly Job _job = new();
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Run_IsWrittenDownAtItsBeginningAndItsEnd()
    {
        var runner = Runner();
        var (run, _) = await runner.StartAsync(_job, dryRun: false, "Ada", note: null, default);
        Assert.Equal(("running", (DateTimeOffset?)null, "Ada", "here"), Of(Assert.Single(await RowsAsync())));
        await TestWait.UntilAsync(() => _job.Progress is not null);
        _job.Progress!.Count(7);
        for (var i = 0; i < 25; i++) _job.Progress.Fault($"Item {i}\nis broken.");
        _clock.Advance(TimeSpan.FromSeconds(3));
        _job.Release.SetResult();
        var view = await run!.Ended;
        Assert.Equal(("done", 7, 3_000, 21), (view.Outcome, view.Items, view.DurationMs, view.Faults.Count));
        Assert.Equal(("Item 0 is broken.", "… and 5 more like these."), (view.Faults[0], view.Faults[^1]));
        Assert.Equal(("done", (DateTimeOffset?)_clock.GetUtcNow(), "Ada", "here"), Of(Assert.Single(await RowsAsync())));
    }

    [Fact]
    public async Task TwoAtOnce_OneRuns_TheOtherIsToldWhich()
    {
        var runner = Runner();
        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => runner.StartAsync(_job, dryRun: false, "Ada", note: null, default)));
        var run = Assert.Single(starts, s => s.Run is not null).Run!;
        Assert.All(starts.Where(s => s.Run is null), s => Assert.Equal(run.Id, s.Other!.Id));
        await runner.RunScheduledAsync(_job.Name, default); // due while it runs: passed over
        _job.Release.SetResult();
        await run.Ended;
        Assert.Equal(1, _job.Runs);
        Assert.Single(await RowsAsync());
    }

    [Fact]
    public async Task Stop_OfTheGateway_StopsTheRunAndTakesNoOther()
    {
        var runner = Runner();
        var (run, _) = await runner.StartAsync(_job, dryRun: false, "Ada", note: null, default);
        await runner.StopAsync();
        Assert.Equal("stopped", (await run!.Ended).Outcome);
        Assert.Equal((null, null), await runner.StartAsync(_job, dryRun: false, "Ada", note: null, default));
        Assert.Equal("stopped", Assert.Single(await RowsAsync()).Outcome);
    }

    [Fact]
    public async Task Leftovers_OfADeadProcess_AreStopped()
    {
        await _database.AddAsync(Row("elsewhere", "schedule"), Row("here", "Ada"));
        await Runner().CloseLeftoversAsync(default);
        Assert.All(await RowsAsync(), r => Assert.Equal(("stopped", "The gateway ended while the job was running."), (r.Outcome, r.Detail)));
    }

    [Fact]
    public async Task LeftBehindByThisNode_DoesNotHoldTheNextRunUp()
    {
        await _database.AddAsync(Row("here", "Ada"));
        var (run, _) = await Runner().StartAsync(_job, dryRun: false, "Ada", note: null, default);
        _job.Release.SetResult();
        Assert.Equal("done", (await run!.Ended).Outcome);
        Assert.Equal(["done", "stopped"], (await RowsAsync()).Select(r => r.Outcome).Order());
    }

    [Theory]
    [InlineData("Ada", "Ada", false)]
    [InlineData("Ada", "schedule", false)]
    [InlineData("schedule", "Ada", false)]
    [InlineData("schedule", "schedule", true)] // the schedule hands a job out again only when the other one is over
    public async Task RunOfAnotherNode_IsInTheWay(string theirs, string ours, bool starts)
    {
        await _database.AddAsync(Row("elsewhere", theirs));
        var (run, other) = await Runner().StartAsync(_job, dryRun: false, ours, note: null, default);
        Assert.Equal((starts, !starts), (run is not null, other is not null));
        _job.Release.SetResult();
        if (run is not null) await run.Ended;
    }

    [Fact]
    public async Task Scheduled_TokenCancelled_StopsTheRun()
    {
        using var stop = new CancellationTokenSource();
        var running = Runner().RunScheduledAsync(_job.Name, stop.Token);
        await TestWait.UntilAsync(() => _job.Runs == 1);
        await stop.CancelAsync();
        await running;
        Assert.Equal("stopped", Assert.Single(await RowsAsync()).Outcome);
    }

    [Fact]
    public async Task Commands_WithoutTheRight_AreRefused()
    {
        var runner = Runner();
        var queries = new JobQueries(_database.System, runner, new NoSchedule());
        var caller = new Caller(Guid.NewGuid(), ActorKind.Person, Guid.NewGuid(), "Eve", ["read", "configure", "operate", "converse"]);
        await Assert.ThrowsAsync<ForbiddenException>(() => queries.ListAsync(caller));
        await Assert.ThrowsAsync<ForbiddenException>(() => queries.GetAsync(caller, _job.Name));
        await Assert.ThrowsAsync<ForbiddenException>(() => queries.RunsAsync(caller, _job.Name, new(10)));
        var run = new RunJob(_database.System, runner, queries, _clock);
        await Assert.ThrowsAsync<ForbiddenException>(() => run.RunAsync(caller, _job.Name, dryRun: true));
        await Assert.ThrowsAsync<ForbiddenException>(() => run.StartAsync(caller, _job.Name, dryRun: true));
        await Assert.ThrowsAsync<ForbiddenException>(() => run.StopAsync(caller, _job.Name));
        await Assert.ThrowsAsync<ForbiddenException>(() => new ChangeJob(_database.System, runner, queries, new NoSchedule(), _clock).PatchAsync(caller, _job.Name, default));
        Assert.Equal(0, _job.Runs);
    }

    private JobRunner Runner() => new(_database.System, [_job], _clock, NullLogger<JobRunner>.Instance, "here");

    private JobRun Row(string node, string by) =>
        new() { Id = Guid.CreateVersion7(_clock.GetUtcNow()), Job = _job.Name, StartedAt = _clock.GetUtcNow(), Outcome = "running", StartedBy = by, Node = node };

    private async Task<List<JobRun>> RowsAsync()
    {
        await using var db = _database.System.Create();
        return await db.JobRuns.AsNoTracking().ToListAsync();
    }

    private static (string, DateTimeOffset?, string, string) Of(JobRun row) => (row.Outcome, row.FinishedAt, row.StartedBy, row.Node);

    private sealed class Job : IMaintenanceJob
    {
        private int _runs;

        public string Name => "test-job";

        public string Title => "Test job";

        public string Summary => "Waits until the test lets it go.";

        public string DefaultCron => "0 0 3 * * ?";

        public int Runs => Volatile.Read(ref _runs);

        public JobProgress? Progress { get; private set; }

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
        {
            Progress = progress;
            Interlocked.Increment(ref _runs);
            await Release.Task.WaitAsync(cancellationToken);
        }
    }
}
