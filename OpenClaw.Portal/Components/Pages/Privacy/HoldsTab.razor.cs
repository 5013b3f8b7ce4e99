using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Holds;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Privacy;

/// <summary>A tenant's legal holds: make, change, release.</summary>
public sealed partial class HoldsTab
{
    private bool _open;
    private HoldView? _edited;

    /// <summary>Whom a link wants held.</summary>
    [Parameter]
    public string? User { get; set; }

    /// <summary>The channel that a link names.</summary>
    [Parameter]
    public Guid? Channel { get; set; }

    /// <summary>The conversation that a link wants held.</summary>
    [Parameter]
    public Guid? Session { get; set; }

    [Inject]
    private HoldQueries Queries { get; set; } = default!;

    [Inject]
    private SaveHold Save { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private IReadOnlyList<HoldView>? Items { get; set; }

    private string? Next { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        if (User is not null || Channel is not null || Session is not null) New();
    }

    private async Task LoadAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit));
        (Items, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit, Next));
        (Items, Next) = ([.. Items ?? [], .. page.Items], page.Next);
    }

    private void New() => (_edited, _open) = (null, true);

    private void Edit(HoldView hold) => (_edited, _open) = (hold, true);

    private void Close()
    {
        _open = false;
        if (User is not null || Channel is not null || Session is not null) Navigation.SetQuery(("user", null), ("channel", null), ("session", null));
    }

    private async Task<FormResult> SaveAsync(JsonElement body)
    {
        var caller = await CallerAsync();
        var result = _edited is { } hold ? await Save.PatchAsync(caller, hold.Id, body, hold.Version) : await Save.CreateAsync(caller, body);
        if (result.Value is not { } saved) return FormResult.From(result);
        var note = _edited is null ? $"“{saved.Name}” holds from now on." : $"“{saved.Name}” is saved.";
        Close();
        await LoadAsync();
        return FormResult.Saved(note);
    }

    private async Task ReleaseAsync(HoldView hold)
    {
        if (!await Confirm.AskAsync($"Release “{hold.Name}”?", "What it kept may be deleted from now on: by retention as soon as its time is over, and by erasures.", "Release", danger: true, typedName: hold.Name)) return;
        var result = await Save.ReleaseAsync(await CallerAsync(), hold.Id);
        if (result.Status == AdminStatus.Done) Toasts.Show($"“{hold.Name}” is released.");
        else Toasts.Fail($"“{hold.Name}” was gone already.");
        await LoadAsync();
    }
}
