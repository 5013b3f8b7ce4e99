using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.ApiKeys;

/// <summary>A tenant's API keys: make, show once, rotate with overlap, change, delete.</summary>
public sealed partial class ApiKeys
{
    private static readonly Choice[] Overlaps =
    [
        new("24", "24 hours"), new("168", "7 days"), new("720", "30 days"), new("1", "1 hour"), new("0", "Not at all: it stops now"),
    ];

    private IReadOnlyCollection<string> _given = [];
    private bool _editing;
    private bool _rotated;
    private ApiKeyView? _edited;
    private ApiKeyView? _rotating;
    private ApiKeyView? _made;
    private string? _overlap = "24";

    /// <summary>The key that a link wants rotated.</summary>
    [SupplyParameterFromQuery]
    private Guid? Rotate { get; set; }

    [Inject]
    private ApiKeyQueries Queries { get; set; } = default!;

    [Inject]
    private SaveApiKey Save { get; set; } = default!;

    [Inject]
    private RotateApiKey Rotation { get; set; } = default!;

    [Inject]
    private DeleteApiKey Deletion { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private IReadOnlyList<ApiKeyView>? Items { get; set; }

    private string? Next { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        if (Rotate is { } wanted && await Queries.GetAsync(TenantId, wanted) is { } key) StartRotation(key);
    }

    private async Task LoadAsync()
    {
        var page = await Queries.ListAsync(TenantId, new(PageRequest.DefaultLimit));
        (Items, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.ListAsync(TenantId, new(PageRequest.DefaultLimit, Next));
        (Items, Next) = ([.. Items ?? [], .. page.Items], page.Next);
    }

    private Task NewAsync() => OpenAsync(null);

    private Task EditAsync(ApiKeyView key) => OpenAsync(key);

    private async Task OpenAsync(ApiKeyView? key)
    {
        _given = (await CallerAsync()).Scopes;
        (_edited, _editing) = (key, true);
    }

    private async Task<FormResult> SaveAsync(JsonElement body)
    {
        var caller = await CallerAsync();
        var result = _edited is { } key ? await Save.PatchAsync(caller, key.Id, body) : await Save.CreateAsync(caller, body);
        if (result.Value is not { } saved) return FormResult.From(result);
        if (_edited is null) (_made, _rotated) = (saved, false);
        _editing = false;
        await LoadAsync();
        return FormResult.Saved(_edited is null ? null : $"“{saved.Name}” is saved.");
    }

    private void StartRotation(ApiKeyView key) => (_rotating, _overlap) = (key, "24");

    private void StopRotation()
    {
        _rotating = null;
        if (Rotate is not null) Navigation.SetQuery(("rotate", null));
    }

    private async Task<FormResult> RotateAsync()
    {
        if (_rotating is not { } key) return FormResult.NotYet;
        var result = await Rotation.RunAsync(await CallerAsync(), key.Id, double.Parse(_overlap ?? "0", CultureInfo.InvariantCulture));
        if (result.Value is not { } rotated) return FormResult.From(result);
        (_made, _rotated) = (rotated, true);
        StopRotation();
        await LoadAsync();
        return FormResult.Saved();
    }

    private async Task DeleteAsync(ApiKeyView key)
    {
        if (!await Confirm.AskAsync($"Delete “{key.Name}”?", "Programs that use it are refused from now on. This cannot be undone.", "Delete", danger: true, typedName: key.Name)) return;
        var result = await Deletion.RunAsync(await CallerAsync(), key.Id);
        if (result.Status == AdminStatus.Done) Toasts.Show($"“{key.Name}” is deleted.");
        else Toasts.Fail($"“{key.Name}” was gone already.");
        if (_made?.Id == key.Id) _made = null;
        await LoadAsync();
    }
}
