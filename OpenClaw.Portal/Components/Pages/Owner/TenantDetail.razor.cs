using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>One tenant, for the owner of the installation; the shown part is in the address.</summary>
public sealed partial class TenantDetail
{
    private static readonly IReadOnlyList<Tab> Parts = [new("", "Settings and quotas"), new("usage", "Usage"), new("transfer", "Export and import"), new("state", "Suspend or delete")];
    private bool _loaded;

    /// <summary>The tenant.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [Inject]
    private TenantQueries Queries { get; set; } = default!;

    private TenantView? View { get; set; }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (View?.Id == Id) return;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        View = await Queries.GetAsync(await CallerAsync(), Id);
        _loaded = true;
    }
}
