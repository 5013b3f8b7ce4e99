using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Pipeline.Watches;

/// <summary>Who waits for single messages, by session address and external id. While nobody does, a message costs one look at an empty table.</summary>
internal sealed class MessageWatches(Journal journal, IEventBus events, LiveFigures figures, TimeProvider time) : IMessageWatches
{
    private readonly ConcurrentDictionary<(Guid Root, string Id), Watch[]> _watches = new();

    /// <summary>Messages that somebody waits for.</summary>
    internal int Count => _watches.Count;

    /// <inheritdoc />
    IDisposable IMessageWatches.Watch(Guid root, string externalId, IMessageWatcher watcher)
    {
        var watch = new Watch(this, (root, externalId), watcher);
        _watches.AddOrUpdate(watch.Key, static (_, mine) => [mine], static (_, others, mine) => [.. others, mine], watch);
        return watch;
    }

    /// <inheritdoc />
    public void Delivered(IReadOnlyList<MessageRecord> replies)
    {
        foreach (var reply in replies)
        {
            if (reply.DeliveredAt != 0) continue;
            reply.DeliveredAt = Micros.Now(time);
            if (MessageTraces.IsHeard) MessageSpans.Send(reply, null, Micros.ToTime(reply.At))?.Dispose();
            journal.Append(new ReceiptEntry(reply));
            figures.Delivered(reply.TenantId, reply.ChannelId, reply.DeliveredAt - reply.At);
            if (events.IsHeard(reply.TenantId)) events.Publish(reply.TenantId, EventTypes.ResponseDelivered, reply.ChannelId, reply.SessionId, MessagePayload.Of(reply));
        }
    }

    /// <summary>An agent works on it.</summary>
    public void Work(Guid root, MessageRecord message)
    {
        foreach (var watch in Of(root, message)) watch.Watcher.OnWork();
    }

    /// <summary>A piece of its answer.</summary>
    public void Delta(Guid root, MessageRecord message, int reply, int index, Utf8Text text)
    {
        foreach (var watch in Of(root, message)) watch.Watcher.OnDelta(reply, index, text);
    }

    /// <summary>What became of it.</summary>
    public void Tell(Guid root, MessageOutcome outcome)
    {
        foreach (var watch in Of(root, outcome.Message)) watch.Watcher.OnOutcome(outcome);
    }

    /// <summary>What a conclusion means to those who wait for its message, or for those that an operator's answer settled.</summary>
    public void Concluded(ConcludeEntry entry)
    {
        if (_watches.IsEmpty) return;
        var root = entry.Session.Record.RootId;
        if (entry.Message is { } message) Tell(root, new(message, entry.State, entry.Replies, entry.DeadLetter?.Cause, entry.DeadLetter?.Detail ?? message.Error) { Usage = UsageOf(entry.Runs) });
        foreach (var together in entry.Together) Tell(root, new(together, together.State, entry.Replies, entry.DeadLetter?.Cause, entry.DeadLetter?.Detail ?? together.Error));
        foreach (var settled in entry.Settled) Tell(root, new(settled, MessageState.Answered, entry.Replies));
    }

    /// <summary>Several agents took part when one handed over to another.</summary>
    private static AnswerUsage? UsageOf(IReadOnlyList<AgentRun>? runs) =>
        runs is not { Count: > 0 } ? null : new(runs[^1].Model, Sum(runs, r => r.InputTokens), Sum(runs, r => r.OutputTokens));

    private static long? Sum(IReadOnlyList<AgentRun> runs, Func<AgentRun, long?> of) => runs.Any(r => of(r) is not null) ? runs.Sum(r => of(r) ?? 0) : null;

    private Watch[] Of(Guid root, MessageRecord message) =>
        !_watches.IsEmpty && message.ExternalId is { } id && _watches.TryGetValue((root, id), out var watches) ? watches : [];

    private void End(Watch watch)
    {
        while (_watches.TryGetValue(watch.Key, out var watches))
        {
            Watch[] rest = [.. watches.Where(w => !ReferenceEquals(w, watch))];
            if (rest.Length == 0 ? _watches.TryRemove(new(watch.Key, watches)) : _watches.TryUpdate(watch.Key, rest, watches)) return;
        }
    }

    private sealed class Watch(MessageWatches table, (Guid Root, string Id) key, IMessageWatcher watcher) : IDisposable
    {
        public (Guid Root, string Id) Key => key;

        public IMessageWatcher Watcher => watcher;

        public void Dispose() => table.End(this);
    }
}
