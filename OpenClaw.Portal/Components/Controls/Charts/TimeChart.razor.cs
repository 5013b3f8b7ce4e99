using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OpenClaw.Portal.Components.Controls.Charts;

/// <summary>
/// A line chart over time, with its numbers in words, a legend that hides lines, and the same as a table. It is drawn anew only when its view is another one.
/// </summary>
public sealed partial class TimeChart : IAsyncDisposable
{
    /// <summary>Colours and strokes that can be told apart.</summary>
    public const int Looks = 6;

    private readonly string _id = $"chart-{Guid.NewGuid():N}";
    private readonly HashSet<string> _hidden = new(StringComparer.Ordinal);
    private ElementReference _element;
    private IJSObjectReference? _module;
    private double _top = 1;
    private bool _asTable;

    /// <summary>What is drawn.</summary>
    [Parameter, EditorRequired]
    public required ChartView View { get; set; }

    /// <summary>What is said where nothing was recorded.</summary>
    [Parameter]
    public string? Empty { get; set; }

    /// <summary>Into how many parts of the same length the axis is divided.</summary>
    [Parameter]
    public int Ticks { get; set; } = 6;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }
    }

    /// <inheritdoc />
    protected override void OnParametersSet() => Measure();

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        try
        {
            _module = await Script.InvokeAsync<IJSObjectReference>("import", "./js/charts.js");
            await _module.InvokeVoidAsync("start", _element);
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }
    }

    private static double? Value(ChartLine line, int index) => index < line.Values.Count ? line.Values[index] : null;

    private void Toggle(string name)
    {
        // the last one that is shown stays
        if (!_hidden.Remove(name) && View.Lines.Count(l => !_hidden.Contains(l.Name)) > 1) _hidden.Add(name);
        Measure();
    }

    private void Measure() => _top = View.Lines.Count == 0 ? 1 : ChartScale.Top(View.Lines.Where(l => !_hidden.Contains(l.Name)).DefaultIfEmpty(View.Lines[0]), View.Unit);
}
