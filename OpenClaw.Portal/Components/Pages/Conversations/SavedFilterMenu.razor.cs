using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>The filters that the person keeps for this page: to apply, name anew, delete, and add to.</summary>
public sealed partial class SavedFilterMenu
{
    private const string Page = "conversations";
    private IReadOnlyList<SavedFilterView>? _saved;
    private SavedFilterView? _renamed;
    private string? _name;
    private bool _naming;

    /// <summary>What holds now.</summary>
    [Parameter, EditorRequired]
    public required ListQuery Query { get; set; }

    /// <summary>The page's address.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>On whose behalf.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    [Inject]
    private SavedFilters Filters { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync() => _saved = await Filters.ListAsync(await Caller(), Page);

    private void Open(SavedFilterView? renamed) => (_renamed, _name, _naming) = (renamed, renamed?.Name, true);

    private Task CloseAsync()
    {
        _naming = false;
        return Task.CompletedTask;
    }

    private async Task<FormResult> SaveAsync()
    {
        var caller = await Caller();
        var result = _renamed is null
            ? await Filters.SaveAsync(caller, Page, _name ?? "", Query.ToQuery())
            : await Filters.RenameAsync(caller, _renamed.Id, _name ?? "");
        if (result.Status == AdminStatus.Done) _naming = false;
        await LoadAsync();
        return FormResult.From(result, "Filter saved.");
    }

    private async Task DeleteAsync(SavedFilterView filter)
    {
        if (await Filters.DeleteAsync(await Caller(), filter.Id) is { } gone) Toasts.Show($"Filter “{gone.Name}” deleted.", () => UndoAsync(gone));
        await LoadAsync();
    }

    private Task UndoAsync(SavedFilterView gone) => InvokeAsync(async () =>
    {
        await Filters.SaveAsync(await Caller(), Page, gone.Name, gone.Query);
        await LoadAsync();
        StateHasChanged();
    });
}
