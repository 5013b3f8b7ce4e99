using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Portal.Components.Pages.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Archive;

/// <summary>The rows. Where words are looked for, a little of the text around them is read from the transcripts and shown as it comes.</summary>
public sealed partial class ArchiveList
{
    private readonly Dictionary<Guid, Snippet?> _snippets = [];
    private CancellationTokenSource _run = new();
    private (ListQuery, string?)? _loaded;
    private List<ArchivedSessionView>? _rows;
    private string? _next, _fault;
    private bool _busy, _ready;

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

    /// <summary>Where a row leads: the session, and the entry that was found.</summary>
    [Parameter, EditorRequired]
    public required Func<Guid?, long?, string> Link { get; set; }

    /// <summary>The list from its newest on.</summary>
    [Parameter, EditorRequired]
    public required string Top { get; set; }

    /// <summary>Shown where there is no row.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    [Inject]
    private ArchiveQueries Archive { get; set; } = default!;

    [Inject]
    private ArchiveSnippets Snippets { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    private string More => _busy ? "Loading…" : Query.Text is null ? "Older conversations" : _rows is { Count: 0 } ? "Search on" : "Find more";

    /// <inheritdoc />
    public void Dispose()
    {
        _run.Cancel();
        _run.Dispose();
    }

    /// <summary>It is not archived any more.</summary>
    internal void Remove(Guid session)
    {
        _rows?.RemoveAll(r => r.Id == session);
        StateHasChanged();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Query, After);
        if (wanted == _loaded) return;
        _loaded = wanted;
        await _run.CancelAsync();
        _run.Dispose();
        var run = _run = new();
        try
        {
            var page = await PageAsync(After, run.Token);
            (_rows, _next, _fault) = ([.. page.Items], page.Next, null);
            _snippets.Clear();
            if (_ready) StartSnippets();
        }
        catch (InvalidInputException)
        {
            _fault = "This address names a place in the list that is not there. Clear the filters to begin anew.";
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            // other filters, or the page is gone
        }
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        _ready = true;
        StartSnippets();
    }

    private Task<Page<ArchivedSessionView>> PageAsync(string? after, CancellationToken cancellationToken) => Archive.ListAsync(
        TenantId, new() { Text = Query.Text, Channel = Query.Channel, Agent = Query.Agent, User = Query.User, Since = Query.From, Until = Query.To },
        new(PageRequest.DefaultLimit, after), cancellationToken);

    private async Task OlderAsync()
    {
        if (_busy || _next is null || _rows is null) return;
        _busy = true;
        var run = _run;
        try
        {
            var page = await PageAsync(_next, run.Token);
            _rows.AddRange(page.Items.Where(i => !_rows.Exists(r => r.Id == i.Id)));
            _next = page.Next;
            StartSnippets();
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            // other filters, or the page is gone
        }
        finally
        {
            _busy = false;
        }
    }

    private void StartSnippets()
    {
        if (Query.Text is { } text && _rows is { Count: > 0 } rows) _ = ShowSnippetsAsync([.. rows.Select(r => r.Id).Where(id => !_snippets.ContainsKey(id))], text, _run.Token);
    }

    private async Task ShowSnippetsAsync(List<Guid> sessions, string text, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var session in sessions)
            {
                var snippet = await Snippets.FindAsync(TenantId, session, text, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                _snippets[session] = snippet;
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // other filters, or the page is gone
        }
        catch (ObjectDisposedException) when (cancellationToken.IsCancellationRequested)
        {
            // the page went between two steps
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }
    }
}
