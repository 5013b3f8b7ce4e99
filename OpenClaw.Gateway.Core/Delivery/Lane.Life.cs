using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Delivery;

/// <content>How a lane is looked at and ends, and what leaves it unsent.</content>
internal sealed partial class Lane
{
    /// <inheritdoc />
    public void Grow(MessageRecord question, SessionAddress address, (Guid Id, int Index) reply, int index, Utf8Text text) => _desk?.Grow(question, address, reply, index, text);

    /// <inheritdoc />
    public void Work(MessageRecord question, SessionAddress address, bool on)
    {
        _desk?.Work(question, on);
        _typing?.Work(question, address, on);
    }

    /// <inheritdoc />
    public void Concluded(MessageRecord question) => _desk?.Concluded(question.Id);

    /// <summary>Takes up a growing answer that an earlier run left.</summary>
    public void Restore(Storage.Entities.AnswerPreview preview) => _desk?.Restore(preview);

    /// <summary>Takes away what platforms show and nobody works on any more.</summary>
    public Task SweepAsync() => _desk?.SweepAsync() ?? Task.CompletedTask;

    /// <summary>Growing answers are shown while replies could be sent.</summary>
    private bool MaySend(ChannelModel channel) => !_stopping.IsCancellationRequested && LaneHold.Of(channel, _sender, _circuit, _tools.Time.GetUtcNow()) is null;

    /// <summary>Nothing of that session is sent any more.</summary>
    public void Forget(Guid session)
    {
        lock (_lock)
        {
            _queue.Forget(session);
            foreach (var item in _missed.Where(i => i.SessionId == session)) item.IsDropped = true;
            _missed.RemoveAll(i => i.SessionId == session);
        }
    }

    /// <summary>What waits of that session is read again before it is sent.</summary>
    public void Unload(Guid session)
    {
        lock (_lock)
            foreach (var item in _queue.Idle(session)) item.Reply = null;
    }

    public int Busy
    {
        get
        {
            lock (_lock) return _queue.Busy;
        }
    }

    public bool Holds(long position)
    {
        lock (_lock) return _hasMore || _queue.Holds(position);
    }

    public LaneView Look()
    {
        lock (_lock)
        {
            var oldest = _queue.Count == 0 ? (DateTimeOffset?)null : _queue.Items.Min(i => i.At);
            return new(_queue.Count, _hasMore, oldest, _lastSentAt, _lastFailureAt, _lastFailure, _held);
        }
    }

    /// <summary>Sends nothing more, and waits a while for what is being sent; what is not done by then is cut off, and unknown at the next start.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        Task idle;
        lock (_lock)
        {
            _started = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _desk?.Stop();
            _typing?.Stop();
            if (_queue.Busy == 0) return;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }

        if (patience > TimeSpan.Zero) await idle.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync();
        // what waits for a database that takes no writes is not waited for
        await idle.WaitAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Its tenant is being removed.</summary>
    public async Task RemoveAsync()
    {
        lock (_lock)
        {
            _queue.ForgetAll();
            _missed.Clear();
            _hasMore = false;
        }

        await StopAsync(TimeSpan.Zero);
        await _stopping.CancelAsync();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stopping.Dispose();
    }
}
