using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Portal.Jobs;
using OpenClaw.Portal.Tests.EndToEnd;
using OpenClaw.Portal.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Jobs;

/// <summary>The schedule over its file: one that cannot be used harms nothing and mends itself.</summary>
[Trait("Category", "Slow")]
public sealed class JobScheduleTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-schedule-").FullName;
    private readonly TestJob _job = new(cron: "* * * * * ?");
    private PortalDatabase _database = null!;
    private JobRunner _runner = null!;

    private string File => Path.Combine(_folder, "jobs.db");

    public async Task InitializeAsync()
    {
        _database = await PortalDatabase.CreateAsync();
        _runner = new(_database.System, [_job], TimeProvider.System, NullLogger<JobRunner>.Instance, "here");
    }

    public async Task DisposeAsync()
    {
        await _runner.StopAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Start_UnreadableFile_IsPutAsideAndMadeAnew()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5_000));
        await using var schedule = Schedule();
        Assert.True(await schedule.StepAsync(default));
        Assert.Null(schedule.Fault);
        Assert.Single(Directory.GetFiles(_folder, "jobs.db.unreadable-*"));
        await Until.TrueAsync("it runs", () => Task.FromResult(_job.Runs > 0));
    }

    [Fact]
    public async Task Start_LockedFile_IsSaidAndTriedAgain()
    {
        Assert.Null(JobStoreFile.Prepare(File, TimeProvider.System));
        await using var schedule = Schedule();
        await using (var other = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await other.OpenAsync();
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            await command.ExecuteNonQueryAsync();
            Assert.False(await schedule.StepAsync(default));
            Assert.Contains("jobs.db cannot be used", schedule.Fault, StringComparison.Ordinal);
            // by hand it runs all the same
            Assert.Equal(JobOutcomes.Done, (await Run().RunAsync(Caller.System(Guid.Empty), _job.Name, dryRun: false)).Value!.Outcome);
        }

        Assert.True(await schedule.StepAsync(default));
        Assert.Null(schedule.Fault);
    }

    [Fact]
    public async Task Running_FileVanishes_IsMadeAnew()
    {
        await using var schedule = Schedule();
        Assert.True(await schedule.StepAsync(default));
        foreach (var file in Directory.GetFiles(_folder, "jobs.db*")) System.IO.File.Delete(file);
        await Until.TrueAsync("it is noticed", async () => !await schedule.StepAsync(default));
        Assert.NotNull(schedule.Fault);
        Assert.True(await schedule.StepAsync(default));
        var runs = _job.Runs;
        await Until.TrueAsync("it runs again", () => Task.FromResult(_job.Runs > runs));
    }

    [Fact]
    public async Task Restart_WhatSomebodySet_Holds()
    {
        await using (var first = Schedule())
        {
            Assert.True(await first.StepAsync(default));
            var change = new ChangeJob(_database.System, _runner, new(_database.System, _runner, first), first, TimeProvider.System);
            var paused = await change.PatchAsync(Caller.System(Guid.Empty), _job.Name, System.Text.Json.JsonElement.Parse("""{"paused":true}"""));
            Assert.True(paused.Value!.Paused);
        }

        System.IO.File.Delete(File);
        await Until.TrueAsync("nothing runs", () => Task.FromResult(_runner.Live(_job.Name) is null));
        var runs = _job.Runs;
        await using var second = Schedule();
        Assert.True(await second.StepAsync(default));
        var start = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync("two seconds went by", () => Task.FromResult(TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(2)));
        Assert.Equal(runs, _job.Runs);
        var view = await new JobQueries(_database.System, _runner, second).GetAsync(Caller.System(Guid.Empty), _job.Name);
        Assert.Equal((true, null, 1), (view!.Paused, view.NextRunAt, view.Version));
    }

    private JobSchedule Schedule() => new(
        new() { PublicUrl = new("http://localhost"), DataDirectory = _folder }, _runner, new(_database.System, [_job]), TimeProvider.System, NullLoggerFactory.Instance, NullLogger<JobSchedule>.Instance);

    private RunJob Run()
    {
        var queries = new JobQueries(_database.System, _runner, new JobSchedule(
            new() { PublicUrl = new("http://localhost"), DataDirectory = _folder }, _runner, new(_database.System, [_job]), TimeProvider.System, NullLoggerFactory.Instance, NullLogger<JobSchedule>.Instance));
        return new(_database.System, _runner, queries, TimeProvider.System);
    }
}
