using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>
/// The rows. At their top they are live; scrolled down they stand still and tell how many came in. What is ticked stays ticked. A search
/// for a word looks through all conversations, part by part, and can be stopped.
/// </summary>
public sealed partial class SessionList
{
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource? _run;
    private SessionWindow? _window;
    private ElementReference _scroll;
    private LiveEnd? _end;
    private IAsyncDisposable? _live;
    private (ListQuery, string?)? _loaded;
    private string? _fault;
    private int _news;
    private bool _busy, _searching, _ready;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>What is shown.</summary>
    [Parameter, EditorRequired]
    public required ListQuery Query { get; set; }

    /// <summary>The place in the list where it begins; null = at the newest.</summary>
    [Parameter]
    public string? After { get; set; }

    /// <summary>The session that is open.</summary>
    [Parameter]
    public Guid? Current { get; set; }

    /// <summary>Where a row leads.</summary>
    [Parameter, EditorRequired]
    public required Func<SessionView, string> Link { get; set; }

    /// <summary>The list from its newest on.</summary>
    [Parameter, EditorRequired]
    public required string Top { get; set; }

    /// <summary>The archive, searched for the same.</summary>
    [Parameter, EditorRequired]
    public required string ArchiveSearch { get; set; }

    /// <summary>What can be done with what is ticked.</summary>
    [Parameter]
    public RenderFragment? Bulk { get; set; }

    /// <summary>Right in the line above the list.</summary>
    [Parameter]
    public RenderFragment? Tools { get; set; }

    /// <summary>Shown where there is no row.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    /// <summary>What is ticked.</summary>
    [Parameter, EditorRequired]
    public required Selection Selection { get; set; }

    /// <summary>Another choice was made.</summary>
    [Parameter]
    public EventCallback SelectionChanged { get; set; }

    [Inject]
    private SessionQueries Sessions { get; set; } = default!;

    [Inject]
    private SessionNeighbours Neighbours { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    private SessionWindow Window => _window ??= new(TenantId, Sessions, Neighbours, Time);

    private string NewsText => _news >= SessionNeighbours.MaxCount ? $"{SessionNeighbours.MaxCount} or more with news · show" : _news == 1 ? "1 with news · show" : $"{_news} with news · show";

    private string SearchText => (_searching, Window.Next, Window.Searched) switch
    {
        (true, _, 0) => "Searching…",
        (true, _, var searched) => $"Searched {Humanize.Count(searched)} conversations so far…",
        (false, null, _) => "All conversations were searched.",
        (false, _, 0) => "There may be more.",
        (false, _, var searched) => $"Searched {Humanize.Count(searched)} conversations.",
    };

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        if (_end is not null) await _end.DisposeAsync();
        _run?.Dispose();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Query, After);
        if (wanted == _loaded) return;
        _loaded = wanted;
        await StartAsync();
        if (_ready) SearchOn();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _ready = true;
        SearchOn();
        _live = Refreshes.Start(TenantId, Concerns, () => InvokeAsync(RefreshAsync));
        _end = await LiveEnd.FollowAsync(Script, _scroll, "top", _ => Task.CompletedTask);
    }

    private static bool Concerns(GatewayEvent? happened) =>
        happened is null
        || (happened.Type is EventTypes.SessionCreated or EventTypes.SessionUpdated or EventTypes.MessageReceived or EventTypes.ResponseGenerated && !LiveHints.IsHint(happened));

    private async Task StartAsync()
    {
        StopSearch();
        var run = _run = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await Window.StartAsync(Query, After, run.Token);
            (_fault, _news) = (null, 0);
        }
        catch (InvalidInputException)
        {
            _fault = "This address names a place in the list that is not there. Clear the filters to begin anew.";
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            // another filter, or the page is gone
        }
    }

    /// <summary>Looks through further parts until a page is full, in the background of the page.</summary>
    private void SearchOn()
    {
        if (!Window.IsUnfinished || _searching || _run is not { IsCancellationRequested: false } run) return;
        _searching = true;
        _ = SearchAsync(run.Token);
    }

    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (Window.IsUnfinished && !cancellationToken.IsCancellationRequested)
            {
                StateHasChanged();
                await Window.OlderAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // stopped by the person, by another filter, or by leaving
            return;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }

        if (cancellationToken.IsCancellationRequested) return;
        _searching = false;
        StateHasChanged();
    }

    private void StopSearch()
    {
        _run?.Cancel();
        _searching = false;
    }

    private async Task RefreshAsync()
    {
        try
        {
            if (_fault is not null || _busy || _searching) return;
            // a search is not made anew for every message of somebody
            if (Query.Text is null && Window.Rows is not null && !Window.HasNewer)
            {
                if (_end is { IsLive: false }) _news = await Window.CountNewerAsync(_stop.Token);
                else await Window.RefreshAsync(_stop.Token);
            }

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

    private async Task ShowNewsAsync()
    {
        if (_end is not null) await _end.ToEndAsync();
        await Window.RefreshAsync(_stop.Token);
        _news = 0;
    }

    private async Task OlderAsync()
    {
        if (_busy || _searching) return;
        if (Query.Text is not null && _run is { IsCancellationRequested: true }) _run = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await LoadAsync(Window.OlderAsync);
        SearchOn();
    }

    private Task NewerAsync() => LoadAsync(Window.NewerAsync);

    private async Task LoadAsync(Func<CancellationToken, Task> load)
    {
        if (_busy) return;
        _busy = true;
        try
        {
            await load(_stop.Token);
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task PickAll()
    {
        Selection.Add(Window.Rows ?? []);
        await SelectionChanged.InvokeAsync();
    }

    private async Task Pick(SessionView session, bool range)
    {
        Selection.Toggle(session, range, Window.Rows ?? []);
        await SelectionChanged.InvokeAsync();
    }
}
