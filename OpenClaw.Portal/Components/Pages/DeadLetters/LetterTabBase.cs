using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>A part of the page of dead letters: read anew when the address changes, and when something became one.</summary>
public abstract class LetterTabBase : GuardedPage, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private IAsyncDisposable? _live;
    private string? _shown;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>Where the reader stands.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>Names for ids.</summary>
    [Inject]
    protected TenantNames Names { get; set; } = default!;

    /// <summary>The clock.</summary>
    [Inject]
    protected TimeProvider Time { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    /// <summary>The tenant's channels to choose from.</summary>
    protected IReadOnlyList<Choice> Channels { get; private set; } = [];

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Gone => _stop.Token;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= Moved;
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Channels = [.. Names.Channels(TenantId).Select(c => new Choice(c.Id.ToString(), c.Name))];
        Navigation.LocationChanged += Moved;
        _shown = Navigation.Uri;
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Refreshes.Start(TenantId, Concerns, () => InvokeAsync(RefreshAsync));
    }

    /// <summary>Reads what the address asks for. Says itself what could not be read.</summary>
    protected abstract Task LoadAsync();

    /// <summary>Reads it again, where it may have changed by itself.</summary>
    protected virtual Task ReloadAsync() => LoadAsync();

    /// <summary>Events after which it is read again; null: some were missed.</summary>
    protected virtual bool Concerns(GatewayEvent? happened) => happened is null or { Type: EventTypes.DeadLetterAdded };

    /// <summary>Reads it again and shows it.</summary>
    protected async Task RefreshAsync()
    {
        try
        {
            await ReloadAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private void Moved(object? sender, LocationChangedEventArgs moved) => _ = InvokeAsync(async () =>
    {
        if (_stop.IsCancellationRequested || _shown == Navigation.Uri || !Navigation.Uri.Contains("/dead-letters", StringComparison.Ordinal)) return;
        _shown = Navigation.Uri;
        try
        {
            await LoadAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }
    });
}
