using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Alerts;

namespace OpenClaw.Portal.Components.Pages.Alerts;

/// <summary>Alerts that were, newest first.</summary>
public sealed partial class AlertHistory
{
    [Inject]
    private AlertQueries Queries { get; set; } = default!;

    private IReadOnlyList<AlertView>? Items { get; set; }

    private string? Next { get; set; }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => MoreAsync();

    private async Task MoreAsync()
    {
        var page = await Queries.HistoryAsync(await CallerAsync(), new(PageRequest.DefaultLimit, Next));
        (Items, Next) = ([.. Items ?? [], .. page.Items], page.Next);
    }
}
