using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages;

/// <summary>
/// A page of one tenant. That the person belongs to it was checked before the page came to be. A page for admins or operators says
/// so with a second <c>[Authorize]</c> of <see cref="TenantMember.AdminPolicy"/> or <see cref="TenantMember.OperatorPolicy"/>.
/// </summary>
[Authorize(Policy = TenantMember.Policy)]
public abstract class TenantPage : GuardedPage
{
    private Guid? _tenantId;

    /// <summary>The tenant's slug, from the address.</summary>
    [Parameter]
    public string Slug { get; set; } = "";

    /// <summary>The configuration in memory.</summary>
    [Inject]
    protected ICatalog Catalog { get; set; } = default!;

    [Inject]
    private Callers Callers { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    /// <summary>The tenant's id; the same for the life of the page, as another slug makes a new page.</summary>
    protected Guid TenantId => _tenantId ??= Catalog.FindTenant(Slug)?.Id ?? throw new InvalidOperationException("The tenant of this page is gone.");

    /// <summary>Where the tenant's pages begin.</summary>
    protected string Base => $"t/{Slug}";

    /// <summary>On whose behalf this step is done; asked for every step, never kept. Throws <see cref="ForbiddenException"/> when the person has lost the place.</summary>
    protected async Task<Caller> CallerAsync() => await Callers.InTenantAsync((await Authentication).User, Slug);
}
