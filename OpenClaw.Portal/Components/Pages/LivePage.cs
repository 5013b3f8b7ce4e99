using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Components.Pages;

/// <summary>A tenant's page that reads its figures anew while it is looked at.</summary>
public abstract class LivePage : TenantPage, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _ticking = Task.CompletedTask;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Gone => _stop.Token;

    /// <summary>The person may change the configuration: buttons for it are absent otherwise.</summary>
    protected bool MayChange { get; private set; }

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => MayChange = (await CallerAsync()).May(ApiScopeNames.Configure);

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ticking = TickAsync();
    }

    /// <summary>Reads what is shown; called once a second and by the page itself.</summary>
    protected abstract Task RefreshAsync();

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(Interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await InvokeAsync(async () =>
                {
                    await RefreshAsync();
                    StateHasChanged();
                });
            }
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
}
