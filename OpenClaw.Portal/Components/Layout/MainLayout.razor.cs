using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Services;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Layout;

/// <summary>The shell around every page of a tenant.</summary>
public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? _boundary;
    private Task<AuthenticationState>? _seen;
    private HashSet<(string Slug, string Name)> _names = [];

    [Inject]
    private ICatalog Catalog { get; set; } = default!;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    [CascadingParameter(Name = TenantMember.Slug)]
    private string? Slug { get; set; }

    private IReadOnlyList<TenantModel> Tenants { get; set; } = [];

    private TenantPlace? Place { get; set; }

    private string? PersonName { get; set; }

    /// <summary>Pages that stand above tenants have an empty slug.</summary>
    private bool OfTenant => !string.IsNullOrEmpty(Slug);

    private string Base => Place is null ? "" : $"t/{Place.Tenant.Slug}";

    private IReadOnlyList<JumpTarget> Jumps =>
    [
        .. Navigation.For(Place).SelectMany(g => g.Entries).Select(e => new JumpTarget("Pages", e.Title, null, e.Icon, e.Address)),
        new("Pages", "What may I do", null, "shield", $"{Base}/access"), new("Pages", "Your account", null, "person", "account"),
    ];

    private string RoleWord => Place switch { null => "", { IsOwner: true } => "Owner", var place => place.Role.ToString() };

    /// <inheritdoc />
    public void Dispose() => Catalog.Changed -= Changed;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _names = NamesNow();
        Catalog.Changed += Changed;
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        // a page that failed must not keep the next one from showing
        _boundary?.Recover();
        // told anew when the person's rights have changed
        if (Place is not null && ReferenceEquals(_seen, Authentication)) return;
        _seen = Authentication;
        var user = (await Authentication).User;
        PersonName = user.Identity?.Name;
        Tenants = await Access.ListAsync(user);
        // pages of the person or the installation show the way back to the first tenant
        Place = await Access.FindAsync(user, OfTenant ? Slug : Tenants is [var first, ..] ? first.Slug : null);
    }

    /// <summary>A tenant that is suspended, resumed, made or renamed is so on open pages too.</summary>
    private void Changed() => _ = InvokeAsync(async () =>
    {
        var names = NamesNow();
        var renamed = !names.SetEquals(_names);
        _names = names;
        if (renamed) Tenants = await Access.ListAsync((await Authentication).User);
        var moved = Place is { } place && Catalog.FindTenant(place.Tenant.Id) is { } tenant && !ReferenceEquals(tenant, place.Tenant);
        if (moved) Place = Place! with { Tenant = Catalog.FindTenant(Place.Tenant.Id)! };
        if (renamed || moved) StateHasChanged();
    });

    private HashSet<(string Slug, string Name)> NamesNow() => [.. Catalog.Tenants.Select(t => (t.Slug, t.Name))];
}
