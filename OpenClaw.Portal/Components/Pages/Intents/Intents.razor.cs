using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Intents;

/// <summary>A tenant's intents, how well they are told apart, what operators' work suggests, and how they are recognised. What others change shows by itself.</summary>
public sealed partial class Intents
{
    private const int MostNamed = 3;
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<IntentSummary>? _intents;
    private IReadOnlyList<(string Agent, string Intent)> _missing = [];
    private IntentSetModel? _shown;
    private int _suggested;
    private bool _mayEdit, _importing;

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [Inject]
    private IntentQueries Queries { get; set; } = default!;

    [Inject]
    private Suggestions Suggestions { get; set; } = default!;

    [Inject]
    private DeleteIntent Deletion { get; set; } = default!;

    [Inject]
    private ImportExamples Import { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private string Missing => $"Some agents are for intents that do not exist: {string.Join(", ", _missing.Take(MostNamed).Select(m => $"“{m.Agent}” for “{m.Intent}”"))}{(_missing.Count > MostNamed ? $" and {_missing.Count - MostNamed} more" : "")}. Make the intent, or take it from the agent.";

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Catalog.Changed -= OnCatalog;
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _mayEdit = (await CallerAsync()).May(ApiScopeNames.Configure);
        Catalog.Changed += OnCatalog;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        _shown = Catalog.FindIntents(TenantId);
        _intents = await Queries.SummariesAsync(TenantId, _stop.Token);
        _missing = Queries.Missing(TenantId);
        _suggested = await Suggestions.CountAsync(TenantId, _stop.Token);
    }

    private void OnCatalog()
    {
        // rules and agents that name intents are shown too
        _ = InvokeAsync(RefreshAsync);
    }

    private async Task RefreshAsync()
    {
        try
        {
            await LoadAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone
        }
        catch (ObjectDisposedException)
        {
            // so is its circuit
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task DeleteAsync(IntentSummary intent)
    {
        if (!await Confirm.AskAsync($"Delete “{intent.Name}”?", $"Its {intent.Examples} {(intent.Examples == 1 ? "example is" : "examples are")} gone. This cannot be undone.", "Delete", danger: true)) return;
        var result = await Deletion.RunAsync(await CallerAsync(), intent.Id);
        if (result.Status == AdminStatus.InUse) Toasts.Fail(result.Reason!);
        else Toasts.Show($"“{intent.Name}” is deleted.");
        await LoadAsync();
    }

    private async Task<FormResult> ImportAsync(string text)
    {
        var result = await Import.RunAsync(await CallerAsync(), text);
        await LoadAsync();
        if (result.Value is not { } done) return FormResult.From(result);
        _importing = false;
        return FormResult.Saved($"{done.Examples} {(done.Examples == 1 ? "example was" : "examples were")} added to {done.Intents} {(done.Intents == 1 ? "intent" : "intents")}.");
    }

    private static string Users(IntentSummary intent)
    {
        var users = intent.Rules.Select(r => $"rule “{r}”").Concat(intent.Agents.Select(a => $"agent “{a}”")).ToList();
        return users.Count == 0 ? "–" : users.Count <= MostNamed ? string.Join(", ", users) : $"{string.Join(", ", users.Take(MostNamed))} and {users.Count - MostNamed} more";
    }
}
