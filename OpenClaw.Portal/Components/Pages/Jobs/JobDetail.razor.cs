using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Jobs;

/// <summary>One job: its schedule, what runs, and how it went.</summary>
public sealed partial class JobDetail
{
    private const int QuietTicks = 5;
    private int _ticks;
    private int _version;
    private bool _loaded;
    private bool _theirs;
    private bool _stopping;
    private string? _cron;
    private Guid? _watched;
    private JobRunView? _counted;

    /// <summary>The job's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [Inject]
    private JobQueries Queries { get; set; } = default!;

    [Inject]
    private ChangeJob Change { get; set; } = default!;

    [Inject]
    private RunJob Run { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private JobView? View { get; set; }

    private IReadOnlyList<JobRunView>? Runs { get; set; }

    private string? Next { get; set; }

    private string? Fault { get; set; }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (View?.Name == Name) return;
        (View, Runs, _counted, _watched, _loaded) = (null, null, null, null, false);
        await LoadAsync();
        await ResetAsync();
    }

    /// <inheritdoc />
    protected override Task RefreshAsync()
    {
        var busy = View?.Running is not null || _watched is not null || View?.NextRunAt <= Time.GetUtcNow();
        return busy || ++_ticks % QuietTicks == 0 ? LoadAsync() : Task.CompletedTask;
    }

    private async Task LoadAsync()
    {
        try
        {
            var caller = await CallerAsync();
            var before = View;
            (View, Fault, _loaded) = (await Queries.GetAsync(caller, Name, Gone), null, true);
            if (View is null) return;
            if (View.Running is null) _stopping = false;
            if (Runs is null || before?.Running?.Id != View.Running?.Id || before?.LastRun?.Id != View.LastRun?.Id || _watched is not null) await LoadRunsAsync(caller);
        }
        catch (ForbiddenException fault)
        {
            (View, Fault) = (null, fault.Message);
        }
    }

    /// <summary>The newest runs anew; older ones that were loaded stay.</summary>
    private async Task LoadRunsAsync(Caller caller)
    {
        if (await Queries.RunsAsync(caller, Name, new(PageRequest.DefaultLimit), Gone) is not { } page) return;
        if (Runs is not { Count: > PageRequest.DefaultLimit } known || page.Items.Count == 0) (Runs, Next) = (page.Items, page.Next);
        else Runs = [.. page.Items, .. known.Where(r => r.Id < page.Items[^1].Id)];
        if (_watched is { } id && Runs.FirstOrDefault(r => r.Id == id) is { FinishedAt: not null } ended) Tell(ended);
    }

    private async Task MoreAsync()
    {
        if (await Queries.RunsAsync(await CallerAsync(), Name, new(PageRequest.DefaultLimit, Next), Gone) is { } page) (Runs, Next) = ([.. Runs ?? [], .. page.Items], page.Next);
    }

    private void Tell(JobRunView ended)
    {
        _watched = null;
        if (ended.DryRun)
        {
            _counted = ended;
            return;
        }

        var took = Humanize.Milliseconds(ended.DurationMs ?? 0);
        if (ended.Outcome == JobOutcomes.Failed) Toasts.Fail($"“{View!.Title}” failed after {took}: {Reason(ended)}");
        else Toasts.Show($"“{View!.Title}” {(ended.Outcome == JobOutcomes.Stopped ? "was stopped" : "is done")}: {Humanize.Count(ended.Items)} handled in {took}.");
    }

    private static string Reason(JobRunView run) => run.Faults is [var first, ..] ? first : "";

    private async Task StartAsync(bool dryRun)
    {
        if (!dryRun && !await Confirm.AskAsync($"Run “{View!.Title}” now?", "It does what it does at its time. A dry run counts first what that would be, and changes nothing.", "Run now")) return;
        var result = await Run.StartAsync(await CallerAsync(), Name, dryRun, Gone);
        if (result.Value is { } started) (_watched, _counted) = (started.Id, null);
        else Toasts.Fail(result.Reason ?? "The job is not there any more.");
        await LoadAsync();
    }

    private async Task StopAsync()
    {
        _stopping = true;
        StateHasChanged();
        var result = await Run.StopAsync(await CallerAsync(), Name, Gone);
        if (result.Value is null) Toasts.Fail(result.Reason ?? "The job is not there any more.");
        else if (result.Value.Outcome == JobOutcomes.Running) Toasts.Show("It stops after what it has begun.");
        await LoadAsync();
    }

    private async Task PauseAsync()
    {
        var paused = !View!.Paused;
        if (paused && !await Confirm.AskAsync($"Pause “{View.Title}”?", "It does not run by itself until somebody resumes it. A run that goes on is not touched.", "Pause")) return;
        var result = await Change.PatchAsync(await CallerAsync(), Name, JsonSerializer.SerializeToElement(new { paused }), cancellationToken: Gone);
        if (result.Value is not { } changed)
        {
            Toasts.Fail(result.Reason ?? "The job is not there any more.");
            return;
        }

        // a schedule that is being edited stays what it was made from
        if (_version == View.Version) _version = changed.Version;
        View = changed;
        Toasts.Show(paused ? "Paused." : "It runs at its times again.");
    }

    private async Task<FormResult> SaveAsync()
    {
        var caller = await CallerAsync();
        var result = await Change.PatchAsync(caller, Name, JsonSerializer.SerializeToElement(new { cron = _cron }), _version, Gone);
        if (result.Status == AdminStatus.Stale)
        {
            await LoadAsync();
            (_theirs, _version) = (true, View?.Version ?? 0);
            return FormResult.NotYet;
        }

        if (result.Value is { } saved)
        {
            View = saved;
            await ResetAsync();
        }

        return FormResult.From(result, "Saved.");
    }

    private Task ResetAsync()
    {
        (_cron, _version, _theirs) = (View?.Cron, View?.Version ?? 0, false);
        return Task.CompletedTask;
    }
}
