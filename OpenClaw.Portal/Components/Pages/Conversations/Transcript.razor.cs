using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>One session as it goes on. Stays at the bottom unless the reader scrolled up.</summary>
public sealed partial class Transcript
{
    private const int PageSize = 50;
    private readonly CancellationTokenSource _stop = new();
    private readonly TranscriptEntries _entries = new();
    private ElementReference _scroll;
    private LiveEnd? _end;
    private IAsyncDisposable? _live;
    private IJSObjectReference? _place;
    private bool _atEnd = true;
    private bool _news;
    private bool _loading;
    private bool _following;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The session; another one makes a new transcript (<c>@key</c>).</summary>
    [Parameter, EditorRequired]
    public required Guid SessionId { get; set; }

    /// <summary>The message whose timeline is open.</summary>
    [Parameter]
    public Guid? Open { get; set; }

    /// <summary>Another one shall be open, or none.</summary>
    [Parameter]
    public EventCallback<Guid?> OpenChanged { get; set; }

    /// <summary>The list's address.</summary>
    [Parameter, EditorRequired]
    public required string Back { get; set; }

    [Inject]
    private SessionQueries Sessions { get; set; } = default!;

    [Inject]
    private MessageQueries Messages { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    private SessionView? Session { get; set; }

    private bool Missing { get; set; }

    /// <summary>Where earlier entries begin; null when all are shown.</summary>
    private string? Earlier { get; set; }

    private IReadOnlyList<TranscriptEntry> Entries { get; set; } = [];

    private Dictionary<Guid, MessageTrace> Traces { get; } = [];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        if (_end is not null) await _end.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await LoadNewestAsync(first: true);
        if (Session is not null) await TraceAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Session is not null && Open is { } open && !Traces.ContainsKey(open)) await TraceAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) _live = Refreshes.Start(TenantId, happened => happened is null || happened.SessionId == SessionId, () => InvokeAsync(RefreshAsync));
        // not by Session: it may have come since this was rendered, and then there is no element yet
        if (_scroll.Id is not null && !_following)
        {
            _following = true;
            _end = await LiveEnd.FollowAsync(Script, _scroll, "bottom", AtEndAsync);
        }

        if (_place is { } place && _end is not null)
        {
            _place = null;
            await _end.RestoreAsync(place);
            await place.DisposeAsync();
        }
    }

    private Task AtEndAsync(bool now) => InvokeAsync(() =>
    {
        _atEnd = now;
        if (now) _news = false;
        StateHasChanged();
    });

    private async Task RefreshAsync()
    {
        try
        {
            var newest = _entries.NewestSeq;
            await LoadNewestAsync(first: false);
            await TraceAsync(again: true);
            if (!_atEnd && _entries.NewestSeq > newest) _news = true;
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

    private async Task LoadNewestAsync(bool first)
    {
        var session = await Sessions.GetAsync(TenantId, SessionId, _stop.Token);
        var page = await Messages.ListBackwardsAsync(TenantId, SessionId, PageSize, null, _stop.Token);
        // more came than a page holds: what lies between is not shown, so begin anew from the newest
        if (first || _entries.Merge(page.Items))
        {
            _entries.Restart(page.Items);
            Earlier = page.Next;
        }

        Entries = _entries.Build(Names);
        (Session, Missing) = (session, session is null);
    }

    private async Task LoadEarlierAsync()
    {
        if (_loading || Earlier is not { } before) return;
        _loading = true;
        var page = await Messages.ListBackwardsAsync(TenantId, SessionId, PageSize, before, _stop.Token);
        if (_end is not null) _place = await _end.KeepAsync();
        _entries.Prepend(page.Items);
        Earlier = page.Next;
        Entries = _entries.Build(Names);
        await TraceAsync();
        _loading = false;
    }

    /// <summary>Traces of the open message and of the dead ones, whose cause is shown at once.</summary>
    private async Task TraceAsync(bool again = false)
    {
        foreach (var id in _entries.Dead.Take(PageSize).Append(Open ?? Guid.Empty).Where(id => id != Guid.Empty).Distinct())
            if ((again && id == Open) || !Traces.ContainsKey(id))
                if (await Messages.GetAsync(TenantId, id, _stop.Token) is { } trace) Traces[id] = trace;
    }

    private Task ToggleAsync(Guid message) => OpenChanged.InvokeAsync(Open == message ? null : message);

    private async Task ToEndAsync()
    {
        if (_end is not null) await _end.ToEndAsync();
    }
}
