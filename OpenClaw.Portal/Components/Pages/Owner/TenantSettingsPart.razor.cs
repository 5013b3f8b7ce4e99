using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>A tenant's name, slug and quotas.</summary>
public sealed partial class TenantSettingsPart
{
    private JsonObject _base = [];
    private int _version;

    /// <summary>The tenant as it was loaded.</summary>
    [Parameter, EditorRequired]
    public required TenantView Tenant { get; set; }

    /// <summary>On whose behalf, asked for every step.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>Raised when it is saved.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnSaved { get; set; }

    [Inject]
    private SaveTenant Save { get; set; } = default!;

    [Inject]
    private TenantQueries Queries { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    private TenantForm Input { get; set; } = new();

    private TenantView? Theirs { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized() => Reset();

    private void Reset() => Take(Tenant, TenantForm.Of(Tenant));

    private void Take(TenantView view, TenantForm input) => (_base, _version, Input, Theirs) = (TenantForm.Of(view).ToJson(), view.Version, input, null);

    private void Resolve(JsonObject merged) => Take(Theirs!, TenantForm.Of(merged));

    private async Task<FormResult> SaveAsync()
    {
        if (Input.Slug != (string?)_base["slug"] && TenantForm.SlugFault(Input.Slug) is null && !await Confirm.AskAsync(
            $"Change the slug to “{Input.Slug}”?", $"The tenant's pages move from /t/{_base["slug"]}/… to /t/{Input.Slug}/…. Bookmarks and links to the former addresses stop working; channels, sockets and the API are not touched.", "Change it"))
            return FormResult.NotYet;
        try
        {
            var caller = await Caller();
            var result = await Save.PatchAsync(caller, Tenant.Id, JsonSerializer.SerializeToElement(Input.ToJson()), _version);
            if (result.Status == AdminStatus.Stale) Theirs = await Queries.GetAsync(caller, Tenant.Id);
            if (result.Value is { } saved)
            {
                Take(saved, TenantForm.Of(saved));
                await OnSaved.InvokeAsync();
            }

            return FormResult.From(result, "Tenant saved.");
        }
        catch (ForbiddenException fault)
        {
            return FormResult.Failed(fault.Message);
        }
    }
}
