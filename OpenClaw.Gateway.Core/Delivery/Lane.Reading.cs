using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Delivery;

/// <content>What does not fit in memory is read page by page.</content>
internal sealed partial class Lane
{
    /// <summary>Under the lock.</summary>
    private void StartReading()
    {
        _reading = true;
        var above = _queue.Highest;
        _ = Task.Run(() => ReadAsync(above));
    }

    private async Task ReadAsync(long above)
    {
        try
        {
            var page = await _tools.Store.WaitingAsync(above, Channel, Page, _stopping.Token);
            lock (_lock) Take(page.ConvertAll(p => p.Item));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            LogNotRead(_tools.Log, e, Channel);
            await Task.Delay(AfterFault, _tools.Time, CancellationToken.None);
            lock (_lock)
            {
                _missed.Clear(); // the next page has them
                _reading = false;
            }
        }

        Pump();
    }

    /// <summary>
    /// The page, and of what came while it was read that which it is too early for: a page of the full length is followed by another, which has what stands
    /// behind it; a shorter one was the last, and from here on what comes is told.
    /// </summary>
    private void Take(List<LaneItem> page)
    {
        foreach (var item in page) Add(item);
        var last = page.Count < Page;
        if (page.Count > 0) _queue.RaiseTo(page[^1].Position);
        var reached = _queue.Highest;
        foreach (var item in _missed.Where(i => last || i.Position <= reached)) Add(item);
        _missed.Clear();
        (_reading, _hasMore) = (false, !last);
    }

    [LoggerMessage(1621, LogLevel.Error, "Lane of channel {Channel}: the waiting replies could not be read; tried again")]
    private static partial void LogNotRead(ILogger log, Exception cause, Guid channel);

    [LoggerMessage(1622, LogLevel.Error, "Reply {Message} of tenant {Tenant}, channel {Channel}, session {Session} could not be handled by its lane; tried again")]
    private static partial void LogFault(ILogger log, Exception cause, Guid tenant, Guid channel, Guid session, Guid message);
}
