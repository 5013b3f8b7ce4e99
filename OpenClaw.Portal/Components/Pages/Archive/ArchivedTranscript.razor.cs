using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Components.Pages.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Archive;

/// <summary>One archived session as it was: the entries of a living one's transcript, read from its file, and what can be done with it.</summary>
public sealed partial class ArchivedTranscript
{
    private const int PageSize = 50;
    private readonly CancellationTokenSource _stop = new();
    private readonly TranscriptEntries _entries = new();
    private readonly Dictionary<long, MessageTrace> _traces = [];
    private ElementReference _scroll, _heading;
    private TranscriptScroll? _reader;
    private ArchivedSessionView? _session;
    private string? _fault;
    private long? _shownAt, _goTo;
    private bool _missing, _loading, _restoring, _following;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The session; another one makes a new transcript (<c>@key</c>).</summary>
    [Parameter, EditorRequired]
    public required Guid SessionId { get; set; }

    /// <summary>The entry to begin at; null = the newest.</summary>
    [Parameter]
    public long? At { get; set; }

    /// <summary>The entry whose timeline is open.</summary>
    [Parameter]
    public long? Open { get; set; }

    /// <summary>The list's address.</summary>
    [Parameter, EditorRequired]
    public required string Back { get; set; }

    /// <summary>It was restored.</summary>
    [Parameter]
    public EventCallback<Guid> OnRestored { get; set; }

    [CascadingParameter]
    private ConversationRights Rights { get; set; } = default!;

    [Inject]
    private ArchiveQueries Archive { get; set; } = default!;

    [Inject]
    private RestoreSession Restore { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    private IReadOnlyList<TranscriptEntry> Entries { get; set; } = [];

    private bool HasEarlier => _entries.OldestSeq > 1;

    /// <summary>The newest entry is among the loaded ones.</summary>
    private bool IsTail { get; set; } = true;

    /// <summary>What reading met now, else what was noted before.</summary>
    private string? Fault => _fault ?? _session?.Fault;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_reader is not null) await _reader.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _shownAt = At;
        _session = await Archive.GetAsync(TenantId, SessionId, _stop.Token);
        _missing = _session is null;
        if (_missing) return;
        await LoadAsync(() => At is { } seq ? AroundAsync(seq) : NewestAsync());
        await TraceAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_session is null) return;
        await TraceAsync();
        if (At == _shownAt) return;
        _shownAt = At;
        if (At is not { } seq) return;
        if (seq < _entries.OldestSeq || seq > _entries.NewestSeq) await LoadAsync(() => AroundAsync(seq));
        _goTo = seq;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_scroll.Id is not null && !_following)
        {
            _following = true;
            _reader = await TranscriptScroll.FollowAsync(Script, _scroll, _heading, At, _ => Task.CompletedTask, () => InvokeAsync(NearStartAsync), () => InvokeAsync(NearEndAsync));
        }
        else if (_goTo is { } seq && _reader is not null)
        {
            _goTo = null;
            await _reader.ToAsync(seq);
        }
    }

    private async Task NewestAsync()
    {
        var page = await Archive.MessagesBackwardsAsync(TenantId, SessionId, PageSize, null, _stop.Token);
        _entries.Restart(page?.Items ?? [], Now);
        IsTail = true;
    }

    private async Task AroundAsync(long seq)
    {
        var before = (await Archive.MessagesBackwardsAsync(TenantId, SessionId, PageSize, Text(Math.Max(seq, 1) + 1), _stop.Token))?.Items ?? [];
        var after = await Archive.MessagesAsync(TenantId, SessionId, new(PageSize, Text(Math.Max(seq, 0))), _stop.Token);
        _entries.Restart([.. before, .. after?.Items ?? []], Now);
        IsTail = after?.Next is null;
    }

    private Task EarlierAsync() => LoadAsync(async () =>
    {
        if (!HasEarlier) return;
        var page = await Archive.MessagesBackwardsAsync(TenantId, SessionId, PageSize, Text(_entries.OldestSeq), _stop.Token);
        if (_entries.Prepend(page?.Items ?? [], Now)) IsTail = false;
    });

    private Task LaterAsync() => LoadAsync(async () =>
    {
        if (IsTail) return;
        var page = await Archive.MessagesAsync(TenantId, SessionId, new(PageSize, Text(_entries.NewestSeq)), _stop.Token);
        _entries.Append(page?.Items ?? [], Now);
        IsTail = page?.Next is null;
    });

    private async Task NearStartAsync()
    {
        if (!HasEarlier) return;
        await EarlierAsync();
        StateHasChanged();
    }

    private async Task NearEndAsync()
    {
        if (IsTail) return;
        await LaterAsync();
        StateHasChanged();
    }

    private async Task LoadAsync(Func<Task> load)
    {
        if (_loading) return;
        _loading = true;
        try
        {
            await load();
            Entries = _entries.Build(Names);
        }
        catch (ArchiveFaultException fault)
        {
            _fault = fault.Message;
        }
        finally
        {
            _loading = false;
        }
    }

    /// <summary>The traces of the open entry and of the dead ones, whose cause is shown at once.</summary>
    private async Task TraceAsync()
    {
        var wanted = Entries.Where(e => e.Message.State == "dead").Select(e => e.Message.Seq).Take(PageSize).Append(Open ?? 0);
        foreach (var seq in wanted.Where(s => s > 0 && !_traces.ContainsKey(s)).ToList())
        {
            try
            {
                if (await Archive.TraceAsync(TenantId, SessionId, seq, _stop.Token) is { } trace) _traces[seq] = trace;
            }
            catch (ArchiveFaultException fault)
            {
                _fault = fault.Message;
                return;
            }
        }
    }

    private async Task RestoreAsync()
    {
        if (_session is not { } session || _restoring) return;
        if (!await Confirm.AskAsync(
            $"Restore the conversation with {SessionNames.Of(session)}?", "Its messages go back among the living conversations, where it can be answered and goes on when its user writes. It is archived again when it has been quiet long enough.", "Restore"))
            return;
        _restoring = true;
        try
        {
            var result = await Restore.RunAsync(await Rights.Caller(), SessionId, _stop.Token);
            if (result.Status == AdminStatus.Done) await OnRestored.InvokeAsync(SessionId);
            else if (result.Status == AdminStatus.NotFound) (_session, _missing) = (null, true);
            else Toasts.Fail(result.Reason ?? "The conversation could not be restored.");
        }
        finally
        {
            _restoring = false;
        }
    }

    private void Toggle(long seq) => Navigation.SetQuery(("entry", Open == seq ? null : Text(seq)));

    private string LinkTo(long seq) => Navigation.With(("at", Text(seq)));

    private string ExportLink(string format) => $"{Rights.Base}/archive/{SessionId}/export?format={format}";

    private DateTimeOffset Now => Time.GetUtcNow();

    private static string Text(long seq) => seq.ToString(CultureInfo.InvariantCulture);
}
