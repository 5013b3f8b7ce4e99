using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Leads to the person's tenant; with none it says so.</summary>
public sealed partial class Home
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private IReadOnlyList<Suspension> Suspensions { get; set; } = [];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (await Access.ListAsync(Http.User, Http.RequestAborted) is [var first, ..]) Navigation.NavigateTo($"t/{first.Slug}/overview");
        else if (TenantAccess.IdOf(Http.User) is { } person) Suspensions = await Access.FindShutOutAsync(person, Http.RequestAborted);
    }
}
