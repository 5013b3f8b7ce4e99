using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Sessions;

/// <content>Unfinished messages that no mailbox has any more: what an agent answered was refused by the database, and the mailbox went on.</content>
internal sealed partial class SessionTable
{
    /// <summary>Ended episodes that may have something in their mailbox: the table of the living has their successors.</summary>
    private readonly ConcurrentDictionary<Guid, LiveSession> _ended = new();

    /// <summary>Of these messages, those that nobody is about to handle.</summary>
    public async Task<IReadOnlyList<MessageRecord>> LostAsync(IReadOnlyCollection<UnfinishedMessage> unfinished, CancellationToken cancellationToken)
    {
        var rows = await store.SessionsAsync([.. unfinished.Select(m => m.SessionId).Distinct()], cancellationToken);
        // one whose replay is just being stored is in no mailbox yet: whoever stores it puts it there
        var lost = unfinished.Where(m => !replaying.IsBeingPosted(m.Id) && rows.TryGetValue(m.SessionId, out var row) && InMemory(row)?.Holds(m.Position) != true).Select(m => m.Position).ToList();
        // What was in a mailbox left it after its end was durable: whoever is unfinished still was in none when looked for.
        if (lost.Count == 0) return [];
        var messages = await store.StillUnfinishedAsync(lost, cancellationToken);
        foreach (var message in messages) replaying.Attach(message);
        return messages;
    }

    /// <summary>Puts a lost message into its session's mailbox again. The asker sees to it that nobody else does at the same time.</summary>
    public async Task PostAgainAsync(MessageRecord message, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!(await store.SessionsAsync([message.SessionId], cancellationToken)).TryGetValue(message.SessionId, out var row)) return;
            var session = InMemory(row) ?? (row.EndedAt == 0 ? await LoadAsync(row.RootId, null, null) : _ended.GetOrAdd(row.Id, _ => Incomplete(row)));
            if (session.Record.Id != row.Id || !session.TryHold()) continue; // it ended, or was given back, in this moment
            Interlocked.Increment(ref _undispatched);
            replaying.Attach(message);
            session.Post(message);
            session.Release();
            return;
        }
    }

    /// <summary>Ended episodes in memory.</summary>
    internal int EndedInMemory => _ended.Count;

    private LiveSession? InMemory(SessionRecord row) =>
        _live.TryGetValue(row.RootId, out var live) && live.Record.Id == row.Id ? live : _ended.GetValueOrDefault(row.Id);

    private void KeepEnded(LiveSession session) => _ended[session.Record.Id] = session;

    /// <summary>Lets go of ended episodes in which nothing has gone on for a while.</summary>
    private void ForgetEnded(long before)
    {
        foreach (var (id, session) in _ended)
            if (session.TouchedAt <= before && !session.HasWork) _ended.TryRemove(new(id, session));
    }
}
