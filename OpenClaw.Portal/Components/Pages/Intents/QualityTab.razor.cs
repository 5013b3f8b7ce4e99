using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Routing.Intents.Quality;

namespace OpenClaw.Portal.Components.Pages.Intents;

/// <summary>How well a set of intents is told apart; for large sets the progress, which can be stopped. Another set is another instance of this part.</summary>
public sealed partial class QualityTab
{
    private const int PageSize = 10;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _gone = new();
    private IntentQualityState? _state;
    private int _most = PageSize;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The intents.</summary>
    [Parameter, EditorRequired]
    public required IntentSetModel Set { get; set; }

    [Inject]
    private IntentQueries Queries { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // not before: the page would not show until it was judged
        if (firstRender && Set.Intents.Count > 1) await LoadAsync(again: false);
    }

    private async Task LoadAsync(bool again)
    {
        try
        {
            do
            {
                _state = await Queries.QualityAsync(TenantId, Step, again, _gone.Token);
                again = false;
                StateHasChanged();
            }
            while (_state.State == "running");
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // the part is gone
        }
        catch (ObjectDisposedException)
        {
            // and so is its source
        }
    }

    private void Stop() => Queries.StopQuality(TenantId);

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Shown(double score) => score.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(double share) => share.ToString("0.###", CultureInfo.InvariantCulture);
}
