using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages;

/// <summary>A page for the owner of the installation, under <c>/owner/…</c>.</summary>
[Authorize(Policy = InstallationOwner.Policy)]
public abstract class OwnerPage : GuardedPage
{
    [Inject]
    private Callers Callers { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    /// <summary>On whose behalf this step is done; asked for every step, never kept. Throws <see cref="ForbiddenException"/> for all but the owner.</summary>
    protected async Task<Caller> CallerAsync() => await Callers.InInstallationAsync((await Authentication).User);
}
