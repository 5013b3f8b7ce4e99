using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Pages.Jobs;
using OpenClaw.Portal.Jobs;
using OpenClaw.Portal.Tests.Jobs;
using JobsPage = OpenClaw.Portal.Components.Pages.Jobs.Jobs;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>The owner's pages of jobs.</summary>
public sealed class JobsTests : IAsyncLifetime
{
    private readonly TestSchedule _schedule = new();
    private readonly TaskCompletionSource _release = new();
    private PageContext _page = null!;

    public async Task InitializeAsync()
    {
        _page = await PageContext.CreateAsync();
        _page.Services.AddLogging().AddSingleton(new SecretProtector(new EphemeralDataProtectionProvider()))
            .AddSingleton<IMaintenanceJob>(new TestJob((progress, stop) =>
            {
                progress.Count(41);
                return _release.Task.WaitAsync(stop);
            }, "slow-job"))
            .AddSingleton<IMaintenanceJob>(new TestJob(cron: "0 40 3 * * ?"))
            .AddAdministration();
        _page.Services.AddSingleton<IJobSchedule>(_schedule);
        var id = Guid.NewGuid();
        await _page.Database.AddAsync(new Person { Id = id, UserName = "owner@example.com", Email = "owner@example.com", IsOwner = true });
        _page.AddAuthorization().SetAuthorized("owner@example.com").SetClaims(new Claim(ClaimTypes.NameIdentifier, id.ToString()));
    }

    public async Task DisposeAsync()
    {
        _release.TrySetResult();
        await _page.Services.GetRequiredService<JobRunner>().StopAsync();
        await _page.DisposeAsync();
    }

    [Fact]
    public async Task List_ShowsStateScheduleAndRuns()
    {
        await RunAsync("test-job");
        var page = _page.Render<JobsPage>();
        page.WaitForAssertion(() => Assert.Contains("Every day at 03:40 UTC", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Contains("Has not run yet", page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("Done", page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".notice"));
    }

    [Fact]
    public void List_ScheduleDoesNotWork_IsSaid()
    {
        _schedule.Fault = "The schedule's file jobs.db cannot be used.";
        var page = _page.Render<JobsPage>();
        page.WaitForAssertion(() => Assert.Contains("No job runs by itself at present. The schedule's file jobs.db cannot be used.", page.Find(".notice.bad").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_WhileAJobRuns_CountsOn()
    {
        await _page.Services.GetRequiredService<RunJob>().StartAsync(Caller.System(Guid.Empty), "slow-job", dryRun: false);
        var page = _page.Render<JobsPage>();
        _page.TickUntil(TimeSpan.FromSeconds(1), () => page.Markup.Contains("Running, 41 so far", StringComparison.Ordinal));
        _release.SetResult();
        _page.TickUntil(TimeSpan.FromSeconds(1), () => page.Markup.Contains("Done", StringComparison.Ordinal));
    }

    [Fact]
    public void Detail_DryRun_ShowsTheCountOnly()
    {
        var page = _page.Render<JobDetail>(p => p.Add(c => c.Name, "test-job"));
        Button(page, "Dry run").Click();
        _page.TickUntil(TimeSpan.FromSeconds(1), () => page.Markup.Contains("A run now would handle 3 items.", StringComparison.Ordinal));
        Assert.Contains("Counted", page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("Never", page.Find(".facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Detail_Run_CanBeStopped()
    {
        var page = _page.Render<JobDetail>(p => p.Add(c => c.Name, "slow-job"));
        Button(page, "Run now").Click();
        Answer(yes: true);
        _page.TickUntil(TimeSpan.FromSeconds(1), () => page.Markup.Contains("Handled so far: 41", StringComparison.Ordinal));
        Button(page, "Stop").Click();
        _page.TickUntil(TimeSpan.FromSeconds(1), () => page.Find("tbody").TextContent.Contains("Stopped", StringComparison.Ordinal));
    }

    [Fact]
    public void Detail_ScheduleTyped_ShowsItsTimesOrItsFault_AndSaves()
    {
        var page = _page.Render<JobDetail>(p => p.Add(c => c.Name, "test-job"));
        Assert.Equal(5, page.FindAll(".preview li").Count);
        page.Find("input[name=cron]").Input("99 * * * *");
        Assert.Contains("99", page.Find(".preview").TextContent, StringComparison.Ordinal);
        Assert.Contains("An example", page.Find(".preview").TextContent, StringComparison.Ordinal);
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("input[name=cron]").GetAttribute("aria-invalid")));
        page.Find("input[name=cron]").Input("*/10 * * * *");
        Assert.Contains("Every 10 minutes", page.Find(".preview").TextContent, StringComparison.Ordinal);
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal("0 */10 * * * ?", page.Find("input[name=cron]").GetAttribute("value")));
        Assert.Equal(("test-job", "0 */10 * * * ?", false), (_schedule.Applied!.Job, _schedule.Applied.Cron, _schedule.Applied.Paused));
    }

    [Fact]
    public async Task Detail_SomebodyElseSavedFirst_IsSaidBeforeItIsReplaced()
    {
        var page = _page.Render<JobDetail>(p => p.Add(c => c.Name, "test-job"));
        await _page.Services.GetRequiredService<ChangeJob>().PatchAsync(Caller.System(Guid.Empty), "test-job", System.Text.Json.JsonElement.Parse("""{"cron":"0 0 5 * * ?"}"""));
        page.Find("input[name=cron]").Input("0 0 6 * * ?");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("Somebody else has changed this job since: it now runs at 0 0 5 * * ?", page.Find(".notice.bad").TextContent, StringComparison.Ordinal));
        page.Find("form").Submit();
        PageContext.Until(() => _schedule.Applied?.Cron == "0 0 6 * * ?");
    }

    [Fact]
    public void Detail_PauseAndResume()
    {
        var page = _page.Render<JobDetail>(p => p.Add(c => c.Name, "test-job"));
        Button(page, "Pause").Click();
        Answer(yes: true);
        page.WaitForAssertion(() => Assert.Contains("Paused", page.Find(".page-head").TextContent, StringComparison.Ordinal));
        Assert.True(_schedule.Applied!.Paused);
        Button(page, "Resume").Click();
        PageContext.Until(() => !_schedule.Applied!.Paused);
    }

    [Fact]
    public void Detail_UnknownName_IsNoSuchJob()
    {
        var page = _page.Render<JobDetail>(p => p.Add(c => c.Name, "nothing"));
        Assert.Equal("No such job", page.Find("h1").TextContent);
    }

    private void Answer(bool yes)
    {
        var confirm = (Confirm)_page.Services.GetRequiredService<IConfirm>();
        PageContext.Until(() => confirm.Current is not null);
        confirm.Answer(confirm.Current!, yes);
    }

    private async Task RunAsync(string job) => await _page.Services.GetRequiredService<RunJob>().RunAsync(Caller.System(Guid.Empty), job, dryRun: false);

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<JobDetail> page, string words) => page.FindAll("button").Single(b => b.TextContent.Trim() == words);

    private sealed class TestSchedule : IJobSchedule
    {
        public string? Fault { get; set; }

        public JobTiming? Applied { get; private set; }

        public CronReading Read(string cron) => CronText.Read(cron);

        public IReadOnlyList<DateTimeOffset> Next(string cron, int count) => CronText.Next(cron, new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), count);

        public Task ApplyAsync(JobTiming timing, CancellationToken cancellationToken)
        {
            Applied = timing;
            return Task.CompletedTask;
        }
    }
}
