using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Delivery.Previews;

/// <summary>Shows on a channel's platform that an agent works, as long as one does. One task for each message that is being answered.</summary>
internal sealed partial class TypingSigns(Guid channelId, IChannelPreviews platform, LaneTools tools, Func<ChannelModel, bool> maySend)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);
    private readonly Dictionary<Guid, CancellationTokenSource> _open = [];
    private readonly Lock _lock = new();

    public void Work(MessageRecord question, SessionAddress address, bool on)
    {
        CancellationTokenSource ending;
        lock (_lock)
        {
            if (!on)
            {
                if (_open.Remove(question.Id, out var open)) _ = open.CancelAsync();
                return;
            }

            if (_open.ContainsKey(question.Id)) return;
            _open[question.Id] = ending = new(Longest, tools.Time);
        }

        var author = question.UserId is { } user ? address with { UserId = user, UserName = question.UserName } : address;
        _ = Task.Run(() => ShowAsync(question, author, ending));
    }

    public void Stop()
    {
        lock (_lock)
        {
            foreach (var open in _open.Values) _ = open.CancelAsync();
            _open.Clear();
        }
    }

    private async Task ShowAsync(MessageRecord question, SessionAddress address, CancellationTokenSource ending)
    {
        try
        {
            var entry = new AnsweredEntry(question.Id, question.Seq, question.ExternalId);
            while (!ending.IsCancellationRequested && tools.Catalog.FindChannel(channelId) is { } channel)
            {
                if (maySend(channel)) await ShowOnceAsync(channel, address, entry, ending.Token);
                await Task.Delay(platform.TypingEvery, tools.Time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception e)
        {
            // the next message is tried again: it is no more than a sign
            if (!ending.IsCancellationRequested) LogNotShown(tools.Log, e, question.TenantId, channelId, question.SessionId, question.Id);
        }
        finally
        {
            lock (_lock)
                if (_open.GetValueOrDefault(question.Id) == ending) _open.Remove(question.Id);
            ending.Dispose();
        }
    }

    private async Task ShowOnceAsync(ChannelModel channel, SessionAddress address, AnsweredEntry entry, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestCall, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await platform.TypingAsync(channel, address, entry, either.Token);
    }

    [LoggerMessage(1643, LogLevel.Debug, "That an agent works on message {Message} of tenant {Tenant}, channel {Channel}, session {Session} is not shown any more")]
    private static partial void LogNotShown(ILogger log, Exception cause, Guid tenant, Guid channel, Guid session, Guid message);
}
