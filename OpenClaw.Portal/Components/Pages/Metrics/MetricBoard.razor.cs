using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Components.Controls.Charts;

namespace OpenClaw.Portal.Components.Pages.Metrics;

/// <summary>Charts with the choice of their time. The old ones stay until the new ones are there, so that nothing flickers.</summary>
public sealed partial class MetricBoard
{
    private readonly CancellationTokenSource _stop = new();
    private Task _ticking = Task.CompletedTask;
    private IReadOnlyList<ChartView>? _charts;
    private ChartRange _shown = ChartRange.All[1];
    private string? _fault;
    private (ChartRange, object?)? _loaded;
    private DateTimeOffset _readAt;

    /// <summary>The stretch of time, from the address.</summary>
    [Parameter, EditorRequired]
    public required ChartRange Range { get; set; }

    /// <summary>What else is chosen: charts are read anew at once when it is another.</summary>
    [Parameter]
    public object? Choice { get; set; }

    /// <summary>Reads the charts between two moments.</summary>
    [Parameter, EditorRequired]
    public required Func<DateTimeOffset, DateTimeOffset, CancellationToken, Task<IReadOnlyList<ChartView>>> Read { get; set; }

    /// <summary>Filters beside the choice of time.</summary>
    [Parameter]
    public RenderFragment? Tools { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == (Range, Choice)) return;
        _loaded = (Range, Choice);
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ticking = TickAsync();
    }

    private async Task LoadAsync()
    {
        var asked = _loaded;
        _readAt = Time.GetUtcNow();
        var (range, (from, to)) = (Range, Range.At(_readAt));
        try
        {
            var charts = await Read(from, to, _stop.Token);
            // meanwhile something else was chosen: that is on its way
            if (_loaded == asked) (_charts, _shown, _fault) = (charts, range, null);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException)
        {
            _fault = "The figures cannot be read from the database at the moment. They are kept and shown as soon as it answers.";
            _charts ??= [];
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (Time.GetUtcNow() - _readAt < Range.Refresh) continue;
                await InvokeAsync(async () =>
                {
                    await LoadAsync();
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
