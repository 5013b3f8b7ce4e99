using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Portal.Tests.EndToEnd;

namespace OpenClaw.Portal.Tests.Api;

public sealed class JobCallsTests : IAsyncLifetime
{
    private const string Job = "/api/v1/jobs/test-job";
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task List_AllJobs_ByName_WithTheirTimes()
    {
        await Until.TrueAsync("the schedule runs", async () => await ScheduleWorksAsync());
        var items = (await _host.Client.CallAsync("GET", "/api/v1/jobs")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(items.Select(i => Text(i, "name")).Order(StringComparer.Ordinal), items.Select(i => Text(i, "name")));
        var job = items.Single(i => Text(i, "name") == "test-job");
        Assert.Equal(("0 0 3 1 1 ?", "0 0 3 1 1 ?", false), (Text(job, "cron"), Text(job, "defaultCron"), job.GetProperty("paused").GetBoolean()));
        var times = job.GetProperty("nextRuns").EnumerateArray().Select(t => t.GetDateTimeOffset()).ToList();
        Assert.Equal(5, times.Count);
        Assert.Equal(times[0], job.GetProperty("nextRunAt").GetDateTimeOffset());
        Assert.All(times, t => Assert.Equal((1, 1, 3, TimeSpan.Zero), (t.Month, t.Day, t.Hour, t.Offset)));
        Assert.Equal(JsonValueKind.Null, job.GetProperty("running").ValueKind);
        await _host.Client.FailAsync(404, "GET", "/api/v1/jobs/nothing");
    }

    [Fact]
    public async Task Patch_CronAndPause_HoldAndAreVersioned()
    {
        await Until.TrueAsync("the schedule runs", async () => await ScheduleWorksAsync());
        using var got = await _host.Client.SendAsync("GET", Job);
        Assert.Equal("\"0\"", got.Headers.ETag!.Tag);
        using var patched = await _host.Client.SendAsync("PATCH", Job, """{"cron":"15 4 * * 1","paused":true}""", ("If-Match", "\"0\""));
        var job = await patched.JsonAsync();
        Assert.Equal(("0 15 4 ? * MON", "\"1\"", true), (Text(job, "cron"), patched.Headers.ETag!.Tag, job.GetProperty("paused").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, job.GetProperty("nextRunAt").ValueKind);
        Assert.All(job.GetProperty("nextRuns").EnumerateArray(), t => Assert.Equal(DayOfWeek.Monday, t.GetDateTimeOffset().DayOfWeek));
        await _host.Client.FailAsync(412, "PATCH", Job, """{"paused":false}""", ("If-Match", "\"0\""));
        var back = await _host.Client.CallAsync("PATCH", Job, """{"cron":null,"paused":false}""");
        Assert.Equal(("0 0 3 1 1 ?", false), (Text(back, "cron"), back.GetProperty("paused").GetBoolean()));
        // unchanged: no version, no entry
        await _host.Client.CallAsync("PATCH", Job, "{}");
        using var again = await _host.Client.SendAsync("GET", Job);
        Assert.Equal("\"2\"", again.Headers.ETag!.Tag);
        await using var db = _host.Get<ISystemDbFactory>().Create();
        var noted = await db.Audit.Where(e => e.Action == "job.changed").OrderBy(e => e.Id).ToListAsync();
        Assert.Equal(2, noted.Count);
        Assert.All(noted, e => Assert.Equal((Guid.Empty, "test-job"), (e.TenantId, e.TargetName)));
        Assert.Contains("0 15 4 ? * MON", noted[0].After, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"cron":"every day"}""", "cron", "five fields")]
    [InlineData("""{"cron":"61 * * * *"}""", "cron", "An example: 0 30 3 * * ?")]
    [InlineData("""{"cron":"0 0 3 * * ? 2020"}""", "cron", "never comes")]
    [InlineData("""{"cron":""}""", "cron", "A schedule is needed")]
    [InlineData("""{"cron":"0 0 0 30 2 ?"}""", "cron", "never comes")]
    [InlineData("""{"paused":"yes"}""", "paused", "true or false")]
    [InlineData("""{"when":"now"}""", "when", "no such field")]
    public async Task Patch_WrongInput_IsToldByField(string body, string field, string told)
    {
        var problem = await _host.Client.FailAsync(400, "PATCH", Job, body);
        Assert.Contains(told, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnswersWhenItHasRun_AndIsInTheHistory()
    {
        var run = await _host.Client.CallAsync("POST", Job + "/run");
        Assert.Equal(("test-job", "done", 3, false), (Text(run, "job"), Text(run, "outcome"), run.GetProperty("items").GetInt32(), run.GetProperty("dryRun").GetBoolean()));
        Assert.True(run.GetProperty("finishedAt").GetDateTimeOffset() >= run.GetProperty("startedAt").GetDateTimeOffset());
        Assert.True(run.GetProperty("durationMs").GetInt64() >= 0);
        Assert.Equal(0, run.GetProperty("faults").GetArrayLength());
        var dry = await _host.Client.CallAsync("POST", Job + "/run?dryRun=true");
        Assert.True(dry.GetProperty("dryRun").GetBoolean());
        var runs = await _host.Client.CallAsync("GET", Job + "/runs?limit=1");
        Assert.Equal(Text(dry, "id"), Text(runs.GetProperty("items")[0], "id"));
        var older = await _host.Client.CallAsync("GET", Job + $"/runs?limit=1&after={Text(runs, "next")}");
        Assert.Equal(Text(run, "id"), Text(older.GetProperty("items")[0], "id"));
        Assert.False(older.TryGetProperty("next", out _));
        // a dry run is none of which one says that the job ran
        Assert.Equal(Text(run, "id"), Text((await _host.Client.CallAsync("GET", Job)).GetProperty("lastRun"), "id"));
        await _host.Client.FailAsync(400, "POST", Job + "/run?dryRun=perhaps");
        await _host.Client.FailAsync(404, "POST", "/api/v1/jobs/nothing/run");
    }

    [Fact]
    public async Task Run_ThatFails_AnswersWithTheReason()
    {
        var run = await _host.Client.CallAsync("POST", "/api/v1/jobs/failing-job/run");
        Assert.Equal(("failed", "The disk is full."), (Text(run, "outcome"), run.GetProperty("faults")[0].GetString()));
    }

    [Fact]
    public async Task Run_WhileItRuns_Is409_UntilItIsStopped()
    {
        await _host.Client.FailAsync(409, "POST", "/api/v1/jobs/slow-job/stop");
        var first = _host.Client.CallAsync("POST", "/api/v1/jobs/slow-job/run");
        var running = default(JsonElement);
        await Until.TrueAsync("it runs", async () => (running = (await _host.Client.CallAsync("GET", "/api/v1/jobs/slow-job")).GetProperty("running")).ValueKind == JsonValueKind.Object);
        var refused = await _host.Client.FailAsync(409, "POST", "/api/v1/jobs/slow-job/run");
        Assert.Contains(Text(running, "id"), Text(refused, "detail"), StringComparison.Ordinal);
        var stopped = await _host.Client.CallAsync("POST", "/api/v1/jobs/slow-job/stop");
        Assert.Equal(("stopped", Text(running, "id")), (Text(stopped, "outcome"), Text(stopped, "id")));
        Assert.Equal("stopped", Text(await first, "outcome"));
    }

    [Fact]
    public async Task Run_ByOneWhoHangsUp_GoesOn()
    {
        using var impatient = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs/slow-job/run");
        var call = _host.Client.SendAsync(request, impatient.Token);
        await Until.TrueAsync("it runs", RunsAsync);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(await RunsAsync());
        await _host.Client.CallAsync("POST", "/api/v1/jobs/slow-job/stop");

        async Task<bool> RunsAsync() => (await _host.Client.CallAsync("GET", "/api/v1/jobs/slow-job")).GetProperty("running").ValueKind == JsonValueKind.Object;
    }

    private async Task<bool> ScheduleWorksAsync()
    {
        await Task.Yield();
        return _host.Get<IJobSchedule>().Fault is null;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
