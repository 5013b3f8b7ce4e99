using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>
/// The rules (as drafted), the tester and the versions of a tenant; the tab is in the address. What others draft or publish shows by
/// itself, and so do the hit counters.
/// </summary>
public sealed partial class Routing
{
    private readonly CancellationTokenSource _stop = new();
    private IAsyncDisposable? _live;
    private DraftView? _draft;
    private RuleSetModel? _shown;
    private bool _mayEdit;

    // all of the address is read here: a part that comes and goes with the address cannot listen to it
    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? Page { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Message { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Run { get; set; }

    [SupplyParameterFromQuery]
    private int? Days { get; set; }

    [SupplyParameterFromQuery]
    private int? Version { get; set; }

    [SupplyParameterFromQuery]
    private int? With { get; set; }

    [Inject]
    private RoutingDrafts Drafts { get; set; } = default!;

    [Inject]
    private RoutingNews News { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        News.DraftChanged -= OnDraft;
        Catalog.Changed -= OnCatalog;
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _mayEdit = (await CallerAsync()).May(ApiScopeNames.Configure);
        // before loading: nothing that happens in between is missed
        News.DraftChanged += OnDraft;
        Catalog.Changed += OnCatalog;
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Refreshes.Start(TenantId, happened => happened is null or { Type: EventTypes.MessageRouted }, () => InvokeAsync(StateHasChanged));
    }

    private async Task LoadAsync()
    {
        _shown = Catalog.FindRules(TenantId);
        _draft = await Drafts.GetAsync(TenantId, _stop.Token);
    }

    private void OnDraft(Guid tenant)
    {
        if (tenant == TenantId) _ = InvokeAsync(RefreshAsync);
    }

    private void OnCatalog()
    {
        // also raised for channels, agents and other tenants
        if (!ReferenceEquals(Catalog.FindRules(TenantId), _shown)) _ = InvokeAsync(RefreshAsync);
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
}
