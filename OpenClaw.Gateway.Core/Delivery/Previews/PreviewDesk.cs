using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Delivery.Previews;

/// <summary>
/// The growing answers of one channel. Each is shown at its platform's pace, its message on record before the first edit; the reply then takes that message over,
/// and what became no reply is taken away. Nothing of it holds up the road: a platform that shows nothing loses previews, never replies.
/// </summary>
internal sealed partial class PreviewDesk(Guid channelId, IChannelPreviews platform, PreviewStore store, LaneTools tools, Func<ChannelModel, bool> maySend)
{
    /// <summary>Answers that are there at once are not shown growing.</summary>
    private static readonly TimeSpan BeforeFirst = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, LivePreview> _byReply = [];
    private bool _isStopped;

    /// <summary>What an earlier run left.</summary>
    public void Restore(AnswerPreview row)
    {
        lock (_lock) _byReply[row.ReplyId] = LivePreview.Of(row, tools.Time.GetUtcNow());
    }

    /// <summary>A piece of an answer.</summary>
    public void Grow(MessageRecord question, SessionAddress address, (Guid Id, int Index) reply, int index, Utf8Text text)
    {
        if (tools.Catalog.FindChannel(channelId) is not { } channel) return;
        lock (_lock)
        {
            if (_isStopped || Find(channel, question, address, reply) is not { } preview) return;
            preview.IsWorking = true;
            preview.Grow(index, text);
            if (!preview.IsDirty || !preview.Showing.IsCompleted) return;
            var now = tools.Time.GetUtcNow();
            if (preview.Receipt is null && preview.NotBefore == default) preview.NotBefore = now + BeforeFirst;
            preview.Showing = Task.Run(() => ShowAsync(preview));
        }
    }

    /// <summary>An agent works on an answer to that message, or does not any more.</summary>
    public void Work(MessageRecord question, bool on)
    {
        lock (_lock)
            foreach (var preview in Of(question.Id)) (preview.IsWorking, preview.IdleSince) = (on, tools.Time.GetUtcNow());
    }

    /// <summary>The reply is durable: what shows it is its own from now on, and nothing more is shown before it is sent.</summary>
    public void Offered(Guid reply, Guid? question)
    {
        lock (_lock) Claim(reply, question);
    }

    /// <summary>The message that the reply takes over; null where nothing shows it. Returns when nothing more is being shown.</summary>
    public async Task<string?> ClaimAsync(OutgoingReply reply)
    {
        LivePreview? preview;
        lock (_lock) preview = Claim(reply.Id, reply.InReplyTo?.Id);
        if (preview is null) return null;
        await preview.Showing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return preview.Receipt;
    }

    /// <summary>The platform has the reply.</summary>
    public async Task SentAsync(Guid reply)
    {
        if (Take(reply) is { Receipt: not null } preview) await ForgetAsync(preview);
    }

    /// <summary>The reply will not be sent: what was shown of it is taken away.</summary>
    public Task DiscardAsync(Guid reply) => Take(reply) is { } preview ? TakeAwayAsync(preview) : Task.CompletedTask;

    /// <summary>Nothing more answers that message.</summary>
    public void Concluded(Guid question)
    {
        List<LivePreview> left;
        lock (_lock)
        {
            left = [.. Of(question).Where(p => !p.IsClaimed)];
            foreach (var preview in left) Drop(preview);
        }

        foreach (var preview in left) _ = TakeAwayAsync(preview);
    }

    /// <summary>Takes away what nobody works on any more and no reply has taken over.</summary>
    public async Task SweepAsync()
    {
        List<LivePreview> left;
        lock (_lock)
        {
            var before = tools.Time.GetUtcNow() - AbandonedAfter;
            left = [.. _byReply.Values.Where(p => p is { IsClaimed: false, IsWorking: false } && p.IdleSince < before)];
            foreach (var preview in left) Drop(preview);
        }

        foreach (var preview in left) await TakeAwayAsync(preview);
    }

    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            foreach (var preview in _byReply.Values) _ = preview.Pause?.CancelAsync();
        }
    }

    /// <summary>Under the lock.</summary>
    private LivePreview? Find(ChannelModel channel, MessageRecord question, SessionAddress address, (Guid Id, int Index) reply)
    {
        var author = question.UserId is { } user ? address with { UserId = user, UserName = question.UserName } : address;
        if (_byReply.TryGetValue(reply.Id, out var known)) return known;
        var former = Of(question.Id).FirstOrDefault(p => p.Run == question.Run && p.Index == reply.Index && !p.IsClaimed);
        if (former is null && !platform.Streams(channel, author)) return null;
        if (former is not null) Rename(former, reply.Id);
        var preview = former ?? new() { TenantId = question.TenantId, SessionId = question.SessionId, QuestionId = question.Id, Run = question.Run, Index = reply.Index, ReplyId = reply.Id };
        (preview.Address, preview.Question) = (author, new(question.Id, question.Seq, question.ExternalId));
        _byReply[reply.Id] = preview;
        return preview;
    }

    /// <summary>Under the lock. An attempt after a restart may answer without growing: what the one before it showed is this answer's.</summary>
    private LivePreview? Claim(Guid reply, Guid? question)
    {
        var preview = _byReply.GetValueOrDefault(reply) ?? (question is { } id ? Of(id).Where(p => !p.IsClaimed).MinBy(p => p.Index) : null);
        if (preview is null) return null;
        if (preview.ReplyId != reply) Rename(preview, reply);
        preview.IsClaimed = true;
        _ = preview.Pause?.CancelAsync();
        return preview;
    }

    private void Rename(LivePreview preview, Guid reply)
    {
        Drop(preview);
        preview.ReplyId = reply;
        _byReply[reply] = preview;
    }

    private IEnumerable<LivePreview> Of(Guid question) => _byReply.Count == 0 ? [] : _byReply.Values.Where(p => p.QuestionId == question);

    private void Drop(LivePreview preview)
    {
        if (_byReply.GetValueOrDefault(preview.ReplyId) == preview) _byReply.Remove(preview.ReplyId);
    }

    private LivePreview? Take(Guid reply)
    {
        lock (_lock) return _byReply.Remove(reply, out var preview) ? preview : null;
    }

    /// <summary>Shows it until there is nothing to be shown.</summary>
    private async Task ShowAsync(LivePreview preview)
    {
        try
        {
            while (await PauseAsync(preview) && tools.Catalog.FindChannel(channelId) is { } channel)
            {
                string text;
                lock (_lock)
                {
                    if (!preview.IsDirty || _isStopped) return;
                    text = preview.Text;
                }

                if (!maySend(channel)) Wait(preview, platform.Pace(channel, preview.Address!));
                else await ShowAsync(channel, preview, text);
            }
        }
        catch (Exception e)
        {
            lock (_lock) preview.IsOver = true;
            LogNotShown(tools.Log, e, preview.TenantId, channelId, preview.SessionId, preview.QuestionId);
        }
    }

    private async Task ShowAsync(ChannelModel channel, LivePreview preview, string text)
    {
        using var limit = new CancellationTokenSource(LongestCall, tools.Time);
        var outcome = await platform.ShowAsync(channel, new(preview.ReplyId, preview.Address!, preview.Question, Utf8Text.From(text), preview.Receipt), limit.Token);
        var isNew = outcome.Receipt is not null && outcome.Receipt != preview.Receipt;
        lock (_lock)
        {
            if (outcome.IsOver) preview.IsOver = true;
            if (outcome.Receipt is { } receipt) (preview.Receipt, preview.Shown) = (receipt, text);
        }

        Wait(preview, outcome.Pause is { } pause && pause > platform.Pace(channel, preview.Address!) ? pause : platform.Pace(channel, preview.Address!));
        if (isNew) await store.SaveAsync(preview.ToRow(channelId, tools.Time.GetUtcNow())); // before its first edit
    }

    private void Wait(LivePreview preview, TimeSpan pause)
    {
        lock (_lock) preview.NotBefore = tools.Time.GetUtcNow() + pause;
    }

    /// <summary>False: there is nothing more to be shown.</summary>
    private async Task<bool> PauseAsync(LivePreview preview)
    {
        using var end = new CancellationTokenSource();
        TimeSpan pause;
        lock (_lock)
        {
            // checked where the next piece would be: with it there is a loop again
            if (!preview.IsDirty || _isStopped) return Done(preview);
            (preview.Pause, pause) = (end, preview.NotBefore - tools.Time.GetUtcNow());
        }

        if (pause > TimeSpan.Zero) await Task.Delay(pause, tools.Time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            preview.Pause = null;
            return preview.IsDirty && !_isStopped || Done(preview);
        }
    }

    /// <summary>Under the lock: from here on a new piece begins a new loop.</summary>
    private static bool Done(LivePreview preview)
    {
        if (!preview.IsClaimed) preview.Showing = Task.CompletedTask;
        return false;
    }

    private async Task TakeAwayAsync(LivePreview preview)
    {
        try
        {
            lock (_lock)
            {
                preview.IsOver = true;
                _ = preview.Pause?.CancelAsync();
            }

            await preview.Showing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (preview.Receipt is not { } receipt) return;
            using var limit = new CancellationTokenSource(LongestCall, tools.Time);
            var address = preview.Address ?? await tools.Store.AddressAsync(preview.SessionId, limit.Token);
            var isGone = address is null || tools.Catalog.FindChannel(channelId) is not { } channel || await platform.RemoveAsync(channel, address, receipt, limit.Token);
            if (isGone) await store.RemoveAsync(preview.ToRow(channelId, tools.Time.GetUtcNow()));
            else PutBack(preview);
        }
        catch (Exception e)
        {
            LogNotRemoved(tools.Log, e, preview.TenantId, channelId, preview.SessionId, preview.QuestionId);
        }
    }

    private void PutBack(LivePreview preview)
    {
        lock (_lock)
        {
            preview.IdleSince = tools.Time.GetUtcNow();
            _byReply.TryAdd(preview.ReplyId, preview);
        }
    }

    private async Task ForgetAsync(LivePreview preview)
    {
        try
        {
            await store.RemoveAsync(preview.ToRow(channelId, tools.Time.GetUtcNow()));
        }
        catch (IOException e)
        {
            LogNotRemoved(tools.Log, e, preview.TenantId, channelId, preview.SessionId, preview.QuestionId);
        }
    }

    [LoggerMessage(1641, LogLevel.Warning, "The growing answer to message {Message} of tenant {Tenant}, channel {Channel}, session {Session} is not shown any more")]
    private static partial void LogNotShown(ILogger log, Exception cause, Guid tenant, Guid channel, Guid session, Guid message);

    [LoggerMessage(1642, LogLevel.Warning, "What was shown of an answer to message {Message} of tenant {Tenant}, channel {Channel}, session {Session} could not be taken away")]
    private static partial void LogNotRemoved(ILogger log, Exception cause, Guid tenant, Guid channel, Guid session, Guid message);
}
