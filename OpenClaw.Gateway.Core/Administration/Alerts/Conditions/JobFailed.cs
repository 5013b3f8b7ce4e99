using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Jobs;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>The last run of one of the installation's jobs failed. It is over with the next run that does not.</summary>
internal sealed class JobFailed(JobRunner jobs) : IAlertCondition
{
    public AlertConditionInfo Info { get; } = new(
        "job_failed", "A job failed", "The last run of one of the installation's jobs ended with a failure.",
        [new("job", SettingType.Text) { MaxLength = 60, Label = "Job", Help = "Its name, as in sessions-archive. Left empty: every job." }], OfInstallation: true);

    public void Check(Guid tenant, System.Text.Json.JsonElement settings, Input.FieldErrors errors)
    {
        if (settings.TryGetProperty("job", out var name) && name.GetString() is { Length: > 0 } job && jobs.Find(job) is null)
            errors.Add("settings.job", $"There is no such job. There are: {string.Join(", ", jobs.Jobs.Select(j => j.Name))}.");
    }

    public async Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        var only = look.Text("job");
        var found = new List<Trouble>();
        foreach (var job in jobs.Jobs.Where(j => only is null || j.Name == only))
        {
            var last = await look.Db.JobRuns.AsNoTracking().Where(r => r.Job == job.Name && r.Outcome != JobOutcomes.Running && !r.DryRun)
                .OrderByDescending(r => r.Id).Select(r => new { r.Outcome, r.StartedAt, r.FinishedAt }).FirstOrDefaultAsync(cancellationToken);
            if (last?.Outcome != JobOutcomes.Failed) continue;
            var at = last.FinishedAt ?? last.StartedAt;
            found.Add(new(job.Name, $"The job “{job.Title}” ({job.Name}) failed at {AlertLook.Moment(at)}. Its page says why; mend that and run it again.") { Since = at });
        }

        return found;
    }

    public string PageOf(string subject) => $"/owner/jobs/{subject}";
}
