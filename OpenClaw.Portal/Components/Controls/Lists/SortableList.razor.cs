using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OpenClaw.Portal.Components.Controls.Lists;

/// <summary>A list whose order a person changes: by dragging, by buttons, by Alt and the arrow keys (<c>js/sortable.js</c>). It says each new place aloud.</summary>
public sealed partial class SortableList<T> : IAsyncDisposable
{
    private static int _made;
    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"sortable{Interlocked.Increment(ref _made)}");
    private ElementReference _list;
    private DotNetObjectReference<SortableList<T>>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _script;
    private (int Index, string Move)? _focus;
    private bool _gone;
    private string _told = "";

    /// <summary>What is ordered: <c>Rules in order</c>.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>The items in their order.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<T> Items { get; set; }

    /// <summary>What makes an item the same: its id.</summary>
    [Parameter, EditorRequired]
    public required Func<T, object> ItemKey { get; set; }

    /// <summary>What an item is called, for screen readers.</summary>
    [Parameter, EditorRequired]
    public required Func<T, string> NameOf { get; set; }

    /// <summary>An item's content.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment<T> Row { get; set; }

    /// <summary>Raised when an item was moved. The page changes its list (<see cref="Moved.Apply"/>) and saves the order.</summary>
    [Parameter]
    public EventCallback<Moved> OnMoved { get; set; }

    /// <summary>The order cannot be changed.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter]
    public string? Class { get; set; }

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    /// <summary>Called by the script.</summary>
    [JSInvokable]
    public Task OnDropped(int from, int to, string? button) => InvokeAsync(async () =>
    {
        await MoveAsync(from, to, button);
        StateHasChanged();
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _gone = true;
        try
        {
            if (_script is not null)
            {
                await _script.InvokeVoidAsync("stop");
                await _script.DisposeAsync();
            }

            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }

        _self?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await Script.InvokeAsync<IJSObjectReference>("import", "./js/sortable.js");
            // the page may be gone before the script is there
            if (_gone) return;
            _self = DotNetObjectReference.Create(this);
            if (_module is not null) _script = await _module.InvokeAsync<IJSObjectReference>("sort", _list, _self);
        }

        if (_focus is not { } focus || _script is null) return;
        // moving an element takes the focus from it
        _focus = null;
        await _script.InvokeVoidAsync("focus", focus.Index, focus.Move);
    }

    private Task MoveAsync(int from, int to) => MoveAsync(from, to, to < from ? "up" : "down");

    private async Task MoveAsync(int from, int to, string? button)
    {
        if (Disabled || from == to || from < 0 || from >= Items.Count || to < 0 || to >= Items.Count) return;
        var name = NameOf(Items[from]);
        await OnMoved.InvokeAsync(new(from, to));
        _told = string.Create(CultureInfo.InvariantCulture, $"{name} is now at place {to + 1} of {Items.Count}.");
        if (button is not null) _focus = (to, button);
    }
}
