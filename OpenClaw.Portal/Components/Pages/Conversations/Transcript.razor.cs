using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>One session as it goes on. Stays at the bottom unless the reader scrolled up; holds a part of the session, however long that is.</summary>
public sealed partial class Transcript
{
    private const int PageSize = 50;
    private readonly CancellationTokenSource _stop = new();
    private readonly TranscriptEntries _entries = new();
    private readonly Dictionary<Guid, MessageTrace?> _traces = [];
    private ElementReference _scroll;
    private TranscriptHead? _head;
    private TranscriptScroll? _reader;
    private SessionView? _session;
    private IReadOnlyList<long> _hits = [];
    private long? _shownAt, _goTo;
    private string? _said, _unreadable;
    private bool _missing, _loading, _following, _atEnd = true;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The session; another one makes a new transcript (<c>@key</c>).</summary>
    [Parameter, EditorRequired]
    public required Guid SessionId { get; set; }

    /// <summary>The entry to begin at; null = the newest.</summary>
    [Parameter]
    public long? At { get; set; }

    /// <summary>The word that the list was searched for: the transcript begins where it was said last.</summary>
    [Parameter]
    public string? Word { get; set; }

    /// <summary>What stands beside it: <c>info</c> or <c>notes</c>.</summary>
    [Parameter]
    public string? Panel { get; set; }

    /// <summary>The message whose timeline is open.</summary>
    [Parameter]
    public Guid? Open { get; set; }

    /// <summary>Another one shall be open, or none.</summary>
    [Parameter]
    public EventCallback<Guid?> OpenChanged { get; set; }

    /// <summary>Agents that it can be moved to.</summary>
    [Parameter]
    public IReadOnlyList<Choice> Agents { get; set; } = [];

    /// <summary>The list's address.</summary>
    [Parameter, EditorRequired]
    public required string Back { get; set; }

    [CascadingParameter]
    private ConversationRights Rights { get; set; } = default!;

    [Inject]
    private SessionQueries Sessions { get; set; } = default!;

    [Inject]
    private MessageQueries Messages { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    private IReadOnlyList<TranscriptEntry> Entries { get; set; } = [];

    /// <summary>What its mails are about, by the newest.</summary>
    private string? Subject => MailWords.Subject(Entries);

    private bool IsMail => MailWords.IsMail(_session, Entries);

    private bool HasEarlier => _entries.OldestSeq > 1;

    /// <summary>The newest entry is among the loaded ones: only then new ones follow by themselves.</summary>
    private bool IsTail { get; set; } = true;

    /// <summary>The entry that is looked for.</summary>
    private long? Place => At ?? (_hits is [var hit, ..] ? hit : null);

    private DateTimeOffset Now => Time.GetUtcNow();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        if (_typingEnds is not null) await _typingEnds.DisposeAsync();
        if (_reader is not null) await _reader.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _shownAt = At;
        _session = await Sessions.GetAsync(TenantId, SessionId, _stop.Token);
        _missing = _session is null;
        if (_missing) return;
        try
        {
            if (Word is not null) _hits = await Messages.SearchAsync(TenantId, SessionId, Word, FindBar.Most, _stop.Token);
            if (Place is { } seq) await LoadAroundAsync(seq);
            else await LoadNewestAsync();
            await TraceAsync();
        }
        catch (ArchiveFaultException fault)
        {
            _unreadable = fault.Message;
        }
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_session is null) return;
        if (Open is { } open && !_traces.ContainsKey(open)) await TraceAsync();
        if (At == _shownAt) return;
        _shownAt = At;
        if (At is not { } seq || _unreadable is not null) return;
        if (seq < _entries.OldestSeq || seq > _entries.NewestSeq) await LoadAroundAsync(seq);
        _goTo = seq;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) StartLive();
        // not by the session: it may have come since this was rendered, and then there is no element yet
        if (_scroll.Id is not null && !_following && _head is not null)
        {
            _following = true;
            _reader = await TranscriptScroll.FollowAsync(Script, _scroll, _head.Heading, Place, AtEndAsync, () => InvokeAsync(NearStartAsync), () => InvokeAsync(NearEndAsync));
        }
        else if (_goTo is { } seq && _reader is not null)
        {
            _goTo = null;
            await _reader.ToAsync(seq);
        }
    }

    private async Task LoadNewestAsync()
    {
        var page = await Messages.ListBackwardsAsync(TenantId, SessionId, PageSize, null, _stop.Token);
        _entries.Restart(page.Items, Now);
        IsTail = true;
        Show();
    }

    private async Task LoadAroundAsync(long seq)
    {
        var before = await Messages.ListBackwardsAsync(TenantId, SessionId, PageSize, Text(Math.Max(seq, 1) + 1), _stop.Token);
        var after = await Messages.ListAsync(TenantId, SessionId, new(PageSize, Text(Math.Max(seq, 0))), _stop.Token);
        if (before.Items.Count + after.Items.Count == 0 || (after.Items.Count == 0 && before.Items[^1].Seq < seq))
        {
            await LoadNewestAsync();
            return;
        }

        _entries.Restart([.. before.Items, .. after.Items], Now);
        IsTail = after.Next is null;
        Show();
    }

    private Task LoadEarlierAsync() => LoadAsync(async () =>
    {
        if (!HasEarlier) return;
        var page = await Messages.ListBackwardsAsync(TenantId, SessionId, PageSize, Text(_entries.OldestSeq), _stop.Token);
        if (_entries.Prepend(page.Items, Now)) IsTail = false;
    });

    private Task LoadLaterAsync() => LoadAsync(async () =>
    {
        if (IsTail) return;
        var page = await Messages.ListAsync(TenantId, SessionId, new(PageSize, Text(_entries.NewestSeq)), _stop.Token);
        _entries.Append(page.Items, Now);
        IsTail = page.Next is null;
    });

    private async Task ToStartAsync()
    {
        await LoadAsync(async () =>
        {
            var page = await Messages.ListAsync(TenantId, SessionId, new(PageSize), _stop.Token);
            _entries.Restart(page.Items, Now);
            IsTail = page.Next is null;
        });
        StateHasChanged();
        if (_reader is not null) await _reader.ToStartAsync();
    }

    private async Task ToEndAsync()
    {
        if (!IsTail) await LoadAsync(LoadNewestAsync);
        _hits = [];
        if (At is not null) Navigation.SetQuery(("at", null));
        StateHasChanged();
        if (_reader is not null) await _reader.ToEndAsync();
    }

    private async Task LoadAsync(Func<Task> load)
    {
        if (_loading) return;
        _loading = true;
        try
        {
            await load();
            Show();
            await TraceAsync();
        }
        catch (ArchiveFaultException fault)
        {
            _unreadable = fault.Message;
        }
        finally
        {
            _loading = false;
        }
    }

    private void Show() => Entries = _entries.Build(Names, _firstNew);

    /// <summary>Traces of the open message and of the dead ones, whose cause is shown at once.</summary>
    private async Task TraceAsync(bool again = false)
    {
        foreach (var id in _entries.Dead.Take(PageSize).Append(Open ?? Guid.Empty).Where(id => id != Guid.Empty).Distinct())
            if ((again && id == Open) || !_traces.ContainsKey(id))
                _traces[id] = await Messages.GetAsync(TenantId, id, _stop.Token) is { } trace && trace.SessionId == SessionId ? trace : null;
    }

    private Task ToggleAsync(Guid message) => OpenChanged.InvokeAsync(Open == message ? null : message);

    /// <summary>Somebody here did something: shown at once; the event that tells everybody else comes too.</summary>
    private Task ChangedAsync(SessionView session)
    {
        _session = session;
        return ReadAsync();
    }

    private string LinkTo(long seq) => Navigation.With(("at", Text(seq)));

    private static string Text(long seq) => seq.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
