using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Overview;

/// <summary>Live figures of a tenant, anew each second; what fails stands first.</summary>
public sealed partial class Overview
{
    private const int MaxHeldUp = 4;
    private readonly CancellationTokenSource _stop = new();
    private Task _ticking = Task.CompletedTask;

    [Inject]
    private OverviewService Service { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private OverviewModel? Model { get; set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Model = await Service.GetAsync(TenantId, _stop.Token);

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ticking = TickAsync();
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Model = await Service.GetAsync(TenantId, _stop.Token);
                await InvokeAsync(StateHasChanged);
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

    private static string Of(LatencyFigures latency, Func<LatencyFigures, double> which) => latency.Count == 0 ? "–" : Humanize.Milliseconds(which(latency));

    private string LatencyNote => Model?.Live.Latency.Count switch
    {
        null or 0 => "no answer in the last minute",
        1 => "one answer in the last minute",
        var count => $"half of {Humanize.Count(count.Value)} answers of the last minute were faster",
    };

    private string Latency(Func<LatencyFigures, double> which) => Model is null ? "–" : Of(Model.Live.Latency, which);
}
