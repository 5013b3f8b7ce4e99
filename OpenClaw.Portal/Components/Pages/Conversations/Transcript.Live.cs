using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <content>What happens while somebody reads: new entries, the line above what they have not seen, and the user's typing.</content>
public sealed partial class Transcript
{
    private const int LongestSaid = 200;
    private const int MostLate = 5;
    private static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(6);
    private IAsyncDisposable? _live;
    private ITimer? _typingEnds;
    private long? _firstNew;
    private long _typedAt;
    private int _stored;

    private bool IsTyping => Volatile.Read(ref _typedAt) is var at && at != 0 && Time.GetElapsedTime(at) < TypingLasts;

    private void StartLive()
    {
        _typingEnds = Time.CreateTimer(_ => _ = InvokeAsync(StateHasChanged), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _live = Refreshes.Start(TenantId, Concerns, () => InvokeAsync(RefreshAsync));
    }

    /// <summary>Called for every event of the tenant, from another thread.</summary>
    private bool Concerns(GatewayEvent? happened)
    {
        if (happened is not null && happened.SessionId != SessionId) return false;
        if (happened is null || !LiveHints.IsHint(happened))
        {
            Interlocked.Exchange(ref _stored, 1);
            return true;
        }

        if (LiveHints.Typing(happened) is not { } types) return false;
        Volatile.Write(ref _typedAt, types ? Time.GetTimestamp() : 0);
        _typingEnds?.Change(TypingLasts + TimeSpan.FromMilliseconds(100), Timeout.InfiniteTimeSpan);
        return true;
    }

    private async Task RefreshAsync()
    {
        try
        {
            // typing is nowhere stored: there is nothing to read
            if (Interlocked.Exchange(ref _stored, 0) == 1) await ReadAsync();
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

    private async Task ReadAsync()
    {
        _session = await Sessions.GetAsync(TenantId, SessionId, _stop.Token);
        _missing = _session is null;
        if (_session is { State: not "archived" }) _unreadable = null;
        if (_session is null || _unreadable is not null || !IsTail || _loading) return;
        var newest = _entries.NewestSeq;
        var page = await Messages.ListBackwardsAsync(TenantId, SessionId, PageSize, null, _stop.Token);
        // more came than a page holds: what lies between is not shown, so begin anew from the newest
        if (_entries.Merge(page.Items, Now)) _entries.Restart(page.Items, Now);
        await ReadAnsweredAsync(page.Items);
        if (_atEnd || _entries.Count > 2 * TranscriptEntries.Most) _entries.Append([], Now);
        if (page.Items.Count > 0 && _entries.NewestSeq > newest) Tell(page.Items, newest);
        Show();
        await TraceAsync(again: true);
    }

    /// <summary>A late answer changes its question too, which stands above the newest ones.</summary>
    private async Task ReadAnsweredAsync(IReadOnlyList<MessageView> newest)
    {
        if (newest.Count == 0) return;
        foreach (var seq in newest.Where(m => m.Question is { } question && question.Seq < newest[0].Seq && question.Seq >= _entries.OldestSeq).Select(m => m.Question!.Seq).Distinct().Take(MostLate))
            _entries.Merge((await Messages.ListAsync(TenantId, SessionId, new(1, Text(seq - 1)), _stop.Token)).Items, Now);
    }

    private void Tell(IReadOnlyList<MessageView> page, long newest)
    {
        _firstNew = _atEnd ? null : _firstNew ?? newest + 1;
        var last = page[^1];
        if (last.From == "user") Volatile.Write(ref _typedAt, 0);
        var text = last.Text.Length > LongestSaid ? last.Text[..LongestSaid] + "…" : last.Text;
        _said = $"{(last.From == "user" ? SessionNames.Of(_session!) : last.From == "operator" ? last.Author?.Name ?? "Operator" : Names.Agent(last.AgentId) ?? "Agent")}: {text}";
    }

    private Task AtEndAsync(bool now) => InvokeAsync(() =>
    {
        _atEnd = now;
        StateHasChanged();
    });

    private async Task NearStartAsync()
    {
        if (!HasEarlier) return;
        await LoadEarlierAsync();
        StateHasChanged();
    }

    private async Task NearEndAsync()
    {
        if (IsTail) return;
        await LoadLaterAsync();
        StateHasChanged();
    }
}
