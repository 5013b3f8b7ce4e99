using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery.Previews;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>
/// One channel's replies on their way out: many sessions side by side up to the sender's limit, a session's replies strictly in order. Its memory is bounded:
/// above that the rest stays in the database and is read when there is room. One timer; a task only for what is being sent.
/// </summary>
internal sealed partial class Lane : IOutboxLane, IDisposable
{
    /// <summary>So many replies are in memory at most (and some that come out of turn).</summary>
    internal const int Capacity = 2_000;

    private const int Page = 1_000;
    private const int TooOldAtOnce = 64;
    private const int SmallText = 8_192;
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly LaneQueue _queue = new();
    private readonly LaneTools _tools;
    private readonly IChannelSender? _sender;
    private readonly Circuit _circuit;
    private readonly Courier? _courier;
    private readonly PreviewDesk? _desk;
    private readonly TypingSigns? _typing;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<LaneItem> _missed = [];
    private TaskCompletionSource? _idle;
    private bool _started;
    private bool _hasMore;
    private bool _reading;
    private bool _wasStopped;
    private DateTimeOffset _resumedAt;
    private DateTimeOffset _tooOldAt = DateTimeOffset.MaxValue;
    private DateTimeOffset? _lastSentAt;
    private DateTimeOffset? _lastFailureAt;
    private string? _lastFailure;
    private string? _held;

    /// <summary>Of the configuration that was last seen: another object with each change of it.</summary>
    private object? _secrets;

    /// <summary>How often that changed: what failed by the one before says nothing of the one that holds.</summary>
    private int _changes;

    /// <param name="channel">The channel.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="sender">Its kind's; null when this gateway does not have that kind, or the channel is gone.</param>
    /// <param name="tools">What all lanes use.</param>
    public Lane(Guid channel, Guid tenant, IChannelSender? sender, LaneTools tools)
    {
        (Channel, Tenant, _sender, _tools, _secrets) = (channel, tenant, sender, tools, tools.Catalog.FindChannel(channel)?.Secrets);
        _circuit = tools.Circuits.For(SubjectKind.Channel, channel, tenant);
        if (sender is IChannelPreviews platform)
        {
            _desk = new(channel, platform, tools.Previews, tools, MaySend);
            _typing = new(channel, platform, tools, MaySend);
        }

        _courier = sender is null ? null : new(channel, sender, _circuit, _desk, tools);
        _timer = tools.Time.CreateTimer(static lane => ((Lane)lane!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Guid Channel { get; }

    public Guid Tenant { get; }

    /// <summary>Takes what an earlier run left, oldest first. Before <see cref="Start"/>.</summary>
    public void Restore(LaneItem item)
    {
        lock (_lock)
        {
            if (_queue.Count < Capacity && !_hasMore) Add(item);
            else _hasMore = true;
        }
    }

    /// <summary>Begins to send.</summary>
    /// <param name="resumedAt">Since when it is not paused any more.</param>
    public void Start(DateTimeOffset? resumedAt)
    {
        lock (_lock) (_started, _resumedAt) = (true, resumedAt ?? default);
        Pump();
    }

    /// <inheritdoc />
    public void Offer(MessageRecord reply, SessionAddress address)
    {
        _desk?.Offered(reply.Id, reply.InReplyTo?.Id);
        var question = reply.InReplyTo;
        var content = reply.Text.Length > SmallText ? null : new OutgoingReply
        {
            Id = reply.Id,
            SessionId = reply.SessionId,
            Seq = reply.Seq,
            From = reply.From,
            Author = reply.UserName,
            Text = reply.Text,
            Extras = reply.Extras,
            At = Micros.ToTime(reply.At),
            Address = question?.UserId is { } user ? address with { UserId = user, UserName = question.UserName } : address,
            InReplyTo = question is null ? null : new(question.Id, question.Seq, question.ExternalId),
        };
        Offer(LaneItem.Of(reply, content));
    }

    /// <summary>A reply that waits, wherever it comes from. Nothing happens when it is here already.</summary>
    public void Offer(LaneItem item)
    {
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested || _queue.Holds(item.Position)) return;
            if (_queue.Count >= Capacity && item.Position > _queue.Highest) _hasMore = true;
            if (_hasMore && item.Position > _queue.Highest)
            {
                if (_reading) _missed.Add(item); // the page that is being read may, or may not, have it
                return;
            }

            Add(item);
        }

        Pump();
    }

    /// <summary>What is in the way may have changed. When its configuration did, what failed before says nothing any more, and what waits is tried at once.</summary>
    public void Wake()
    {
        var isChanged = false;
        lock (_lock)
        {
            _tooOldAt = default;
            if (_tools.Catalog.FindChannel(Channel)?.Secrets is { } now) (isChanged, _secrets) = (_secrets is not null && !ReferenceEquals(now, _secrets), now);
            if (isChanged)
            {
                _changes++;
                _queue.Hasten();
            }
        }

        if (isChanged) _circuit.Reset();
        Pump();
    }

    private void Add(LaneItem item)
    {
        _queue.Add(item);
        if (_tools.Catalog.FindChannel(Channel) is { } channel && Deadline(channel, item) is var deadline && deadline < _tooOldAt) _tooOldAt = deadline;
    }

    /// <summary>Starts what may go, and sets the timer for what may go later.</summary>
    private void Pump()
    {
        List<(LaneSession Session, bool IsTooOld)> begun = [];
        ChannelModel? channel;
        lock (_lock)
        {
            if (!_started) return;
            channel = _tools.Catalog.FindChannel(Channel);
            Begin(channel, begun);
        }

        foreach (var (session, tooOld) in begun) _ = Task.Run(() => RunAsync(channel, session, session.Head, tooOld));
    }

    private void Begin(ChannelModel? channel, List<(LaneSession, bool)> begun)
    {
        var now = _tools.Time.GetUtcNow();
        var hold = channel is null ? null : LaneHold.Of(channel, _sender, _circuit, now);
        var isStopped = hold is { Ages: false };
        if (_wasStopped && !isStopped) (_resumedAt, _tooOldAt) = (now, default);
        _wasStopped = isStopped;
        if (channel is not null && !isStopped) TakeTooOld(channel, now, begun);
        if (hold is null && _courier is not null && channel is not null) BeginSome(channel, now, begun);
        else if (hold is null) BeginLost(now, begun);
        _held = hold?.Why;
        if (_hasMore && !_reading && _queue.Count < Capacity / 2) StartReading();
        SetTimer(now, hold is null ? _queue.NextDue() : hold.Until, isStopped);
    }

    /// <summary>Of an open circuit whose probe is due one goes: it is the probe.</summary>
    private void BeginSome(ChannelModel channel, DateTimeOffset now, List<(LaneSession, bool)> begun)
    {
        var most = _circuit.State == CircuitState.Closed || channel.Control.Forced == CircuitState.Closed ? _sender!.MaxConcurrency : 1;
        while (_queue.Busy < most && _queue.Take(now) is { } session) begun.Add((session, false));
    }

    /// <summary>Nobody can send these: the channel, or its kind, is gone.</summary>
    private void BeginLost(DateTimeOffset now, List<(LaneSession, bool)> begun)
    {
        while (_queue.Busy < TooOldAtOnce && _queue.Take(now) is { } session) begun.Add((session, true));
    }

    private void TakeTooOld(ChannelModel channel, DateTimeOffset now, List<(LaneSession, bool)> begun)
    {
        if (now < _tooOldAt) return;
        foreach (var session in _queue.TakeAll(i => Deadline(channel, i) <= now, TooOldAtOnce)) begun.Add((session, true));
        _tooOldAt = begun.Count == TooOldAtOnce ? now : _queue.Items.Select(i => Deadline(channel, i)).Where(d => d > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    private DateTimeOffset Deadline(ChannelModel channel, LaneItem item)
    {
        var since = item.Since ?? item.At;
        return (since > _resumedAt ? since : _resumedAt) + channel.MaxWait;
    }

    private async Task RunAsync(ChannelModel? channel, LaneSession session, LaneItem item, bool isTooOld)
    {
        var changes = Volatile.Read(ref _changes);
        var step = LaneStep.At(_tools.Time.GetUtcNow() + AfterFault);
        try
        {
            if (isTooOld || channel is null) await BuryAsync(channel, item);
            step = isTooOld || channel is null ? LaneStep.Over : await _courier!.TryAsync(channel, item, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the next start finds it as it was left
        }
        catch (Exception e)
        {
            LogFault(_tools.Log, e, item.TenantId, Channel, item.SessionId, item.Id);
        }

        Finish(session, item, step, isTooOld, changes);
    }

    private void Finish(LaneSession session, LaneItem item, LaneStep step, bool isTooOld, int changes)
    {
        lock (_lock)
        {
            if (isTooOld) _tooOldAt = default; // the next of its session may be too
            Note(item);
            if (item.Reply?.Text.Length > SmallText) item.Reply = null; // read again when its time comes
            if (step.Again is not null && changes != _changes) step = LaneStep.At(_tools.Time.GetUtcNow());
            _queue.Finish(session, item, step);
            if (_queue.Busy == 0) _idle?.TrySetResult();
        }

        Pump();
    }

    private void Note(LaneItem item)
    {
        if (item.SentAt is { } sent) _lastSentAt = sent;
        else if (item.FailedAt is { } failed && failed != _lastFailureAt) (_lastFailureAt, _lastFailure) = (failed, item.Error);
    }

    private Task BuryAsync(ChannelModel? channel, LaneItem item)
    {
        if (channel is null) return BuryAsync(item, DeadLetterCauses.ChannelRejected, "The channel was deleted before the reply was sent.");
        if (_sender is null) return BuryAsync(item, DeadLetterCauses.ChannelRejected, $"This gateway cannot send to channels of the kind '{channel.Kind}'.");
        var last = item.Error is null ? "" : $" The last failure: {item.Error}";
        return BuryAsync(item, item.Cause ?? DeadLetterCauses.ChannelUnavailable, $"The reply could not be sent within {channel.MaxWait.TotalMinutes:0.##} minutes (maxWaitMinutes).{last}");
    }

    private async Task BuryAsync(LaneItem item, string cause, string detail)
    {
        item.Reply ??= await _tools.Store.ReadAsync(item.Position, _stopping.Token);
        if (item.Reply is not null && !item.IsDropped) await _tools.Book.BuryAsync(item, item.Reply, Channel, cause, detail, null);
    }

    private void SetTimer(DateTimeOffset now, DateTimeOffset? next, bool isStopped)
    {
        if (!isStopped && _queue.Count > _queue.Busy) next = Earlier(next, _tooOldAt == DateTimeOffset.MaxValue ? null : _tooOldAt);
        if (next is not { } due)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = due - now;
        _timer.Change(wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait > TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : wait, Timeout.InfiniteTimeSpan);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
