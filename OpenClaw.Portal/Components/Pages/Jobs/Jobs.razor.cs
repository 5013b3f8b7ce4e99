using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Jobs;

namespace OpenClaw.Portal.Components.Pages.Jobs;

/// <summary>All jobs of the installation, as they stand now.</summary>
public sealed partial class Jobs
{
    /// <summary>While nothing runs, the page looks that seldom.</summary>
    private const int QuietTicks = 5;

    private int _ticks;

    [Inject]
    private JobQueries Queries { get; set; } = default!;

    private IReadOnlyList<JobView>? Rows { get; set; }

    private string? Fault { get; set; }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    /// <inheritdoc />
    protected override Task RefreshAsync()
    {
        var now = Time.GetUtcNow();
        var busy = Rows is null || Rows.Any(j => j.Running is not null || j.NextRunAt <= now);
        return busy || ++_ticks % QuietTicks == 0 ? LoadAsync() : Task.CompletedTask;
    }

    private async Task LoadAsync()
    {
        try
        {
            (Rows, Fault) = (await Queries.ListAsync(await CallerAsync(), Gone), null);
        }
        catch (ForbiddenException fault)
        {
            (Rows, Fault) = ([], fault.Message);
        }
    }
}
