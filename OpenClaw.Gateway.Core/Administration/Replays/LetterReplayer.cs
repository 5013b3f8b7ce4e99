using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>How letters are to be replayed.</summary>
/// <param name="By">Who asked, for people.</param>
internal sealed record LetterOrder(string By)
{
    /// <summary>The replay of many; null = one by itself.</summary>
    public Guid? Replay { get; init; }

    /// <summary>The agent to ask; null = the routing decides.</summary>
    public Guid? Agent { get; init; }

    /// <summary>What is sent in place of the message's own words.</summary>
    public string? Payload { get; init; }

    /// <summary>Quarantined letters are released by it; else they are left alone.</summary>
    public bool Releases { get; init; }

    /// <summary>Stored in the same transaction as the beginning, with the letters that begin and those that do not and why. Runs on the journal's thread, and again when that was rolled back.</summary>
    public Action<GatewayDbContext, IReadOnlyCollection<Guid>, IReadOnlyDictionary<Guid, string>>? With { get; init; }
}

/// <summary>
/// Begins replays: in one transaction the letter becomes <c>replaying</c>, if it is open still, and its message unfinished; then the message goes into
/// its session's mailbox, and the road does the rest. Of two who try at once, the second finds it begun.
/// </summary>
internal sealed class LetterReplayer(ISystemDbFactory databases, Journal journal, ICatalog catalog, IArchivedSessions archive, IReplayPost post)
{
    private static readonly string[] Open = [DeadLetterStates.Open];
    private static readonly string[] OpenOrQuarantined = [DeadLetterStates.Open, DeadLetterStates.Quarantined];

    /// <summary>Begins what can begin, in the order of the messages.</summary>
    /// <returns>Why not, by letter, for those that did not begin.</returns>
    public async Task<IReadOnlyDictionary<Guid, string>> BeginAsync(IReadOnlyCollection<DeadLetter> letters, LetterOrder order, CancellationToken cancellationToken)
    {
        var obstacles = new Dictionary<Guid, string>();
        var ready = await ReadyAsync(letters, order, obstacles, cancellationToken);
        foreach (var (letter, message) in ready)
            if (message?.Replay is { } replay) post.Begin(letter.MessageId, replay);
        var stored = new HashSet<Guid>();
        try
        {
            stored.UnionWith(await journal.WorkAsync(db => Store(db, [.. ready.Select(r => r.Letter)], order, obstacles)));
        }
        finally
        {
            foreach (var (letter, message) in ready.Where(r => !stored.Contains(r.Letter.Id)))
            {
                if (message is not null) post.TakeBack(letter.MessageId);
                obstacles.TryAdd(letter.Id, LetterObstacles.Meanwhile);
            }
        }

        // sessions side by side, as each may have to be loaded; in a session one after the other
        await Task.WhenAll(ready.Where(r => stored.Contains(r.Letter.Id)).GroupBy(r => r.Letter.SessionId).Select(s => PostAsync(s, cancellationToken)));
        return obstacles;
    }

    /// <summary>What stands in the way of these, by letter; what can begin is not in it.</summary>
    public async Task<Dictionary<Guid, string>> ObstaclesAsync(IReadOnlyCollection<DeadLetter> letters, Guid? agent, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var (messages, sessions) = await RowsAsync(db, letters, cancellationToken);
        var found = new Dictionary<Guid, string>();
        foreach (var letter in letters)
            if (LetterObstacles.Of(letter, messages.GetValueOrDefault(letter.MessageId), sessions.GetValueOrDefault(letter.SessionId), agent, catalog) is { } why) found[letter.Id] = why;
        return found;
    }

    private async Task<List<(DeadLetter Letter, MessageRecord? Message)>> ReadyAsync(
        IReadOnlyCollection<DeadLetter> letters, LetterOrder order, Dictionary<Guid, string> obstacles, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var (messages, sessions) = await RowsAsync(db, letters, cancellationToken);
        await RestoreAsync(letters, sessions, obstacles, cancellationToken);
        if (sessions.Values.Any(s => s.State == SessionState.Archived)) (messages, sessions) = await RowsAsync(db, letters, cancellationToken);
        var counts = await ReplayingMessages.CountAsync(db, [.. letters.Select(l => l.MessageId)], cancellationToken);
        var ready = new List<(DeadLetter, MessageRecord?)>(letters.Count);
        foreach (var letter in letters.OrderBy(l => l.Position).ThenBy(l => l.Id))
        {
            if (obstacles.ContainsKey(letter.Id)) continue;
            var message = messages.GetValueOrDefault(letter.MessageId);
            var why = !order.Releases && letter.State == DeadLetterStates.Quarantined ? "It is in the quarantine. Release it there."
                : LetterObstacles.Of(letter, message, sessions.GetValueOrDefault(letter.SessionId), order.Agent, catalog);
            if (why is null && letter.Stage == Stages.Delivered && (order.Agent is not null || order.Payload is not null)) why = "It is a reply that could not be sent: it is sent again as it is. Leave agent and payload out.";
            if (why is null && message is null && letter.Stage != Stages.Delivered) why = LetterObstacles.NoMessage;
            if (why is not null) obstacles[letter.Id] = why;
            else if (letter.Stage == Stages.Delivered) ready.Add((letter, null));
            else ready.Add((letter, Again(letter, message!, order, counts.GetValueOrDefault(letter.MessageId) + 1)));
        }

        return ready;
    }

    private static async Task<(Dictionary<Guid, Message> Messages, Dictionary<Guid, Session> Sessions)> RowsAsync(GatewayDbContext db, IReadOnlyCollection<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var (positions, ids) = (letters.Select(l => l.Position).Distinct().ToList(), letters.Select(l => l.SessionId).Distinct().ToList());
        return (await db.Messages.AsNoTracking().Where(m => positions.Contains(m.Position)).ToDictionaryAsync(m => m.Id, cancellationToken),
            await db.Sessions.AsNoTracking().Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellationToken));
    }

    /// <summary>An archived conversation comes back first, as it does for a message of its user.</summary>
    private async Task RestoreAsync(IReadOnlyCollection<DeadLetter> letters, Dictionary<Guid, Session> sessions, Dictionary<Guid, string> obstacles, CancellationToken cancellationToken)
    {
        foreach (var session in sessions.Values.Where(s => s.State == SessionState.Archived))
        {
            var mine = letters.Where(l => l.SessionId == session.Id).ToList();
            if (mine.TrueForAll(l => LetterObstacles.Of(l, null, session, null, catalog) is not null)) continue;
            try
            {
                await archive.RestoreAsync(session.Id, cancellationToken);
            }
            catch (ArchiveFaultException fault)
            {
                foreach (var letter in mine) obstacles[letter.Id] = $"Its conversation is in the archive and cannot be restored: {fault.Message}";
            }
        }
    }

    private async Task PostAsync(IEnumerable<(DeadLetter Letter, MessageRecord? Message)> session, CancellationToken cancellationToken)
    {
        foreach (var (letter, message) in session)
        {
            if (message is not null) await post.PostAsync(message, cancellationToken);
            else await SendAsync(letter, cancellationToken);
        }
    }

    /// <summary>A reply that is not there any more, or was sent after all, is as good as replayed.</summary>
    private async Task SendAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (await post.SendAsync(letter, cancellationToken)) return;
        await journal.WorkAsync(db => db.DeadLetters.Where(d => d.Id == letter.Id && d.State == DeadLetterStates.Replaying).ExecuteUpdate(set => set.SetProperty(d => d.State, DeadLetterStates.Replayed)));
    }

    /// <summary>The message as it is once it has begun again: its own words stay, and its number does.</summary>
    private static MessageRecord Again(DeadLetter letter, Message row, LetterOrder order, int count)
    {
        var message = MessageRows.ToRecord(row);
        (message.State, message.Run, message.Attempts, message.Error) = (MessageState.Accepted, row.Run + 1, 0, null);
        (message.RoutedAt, message.DispatchedAt, message.AnsweredAt, message.DueAt) = (0, 0, 0, 0);
        message.Replay = new()
        {
            LetterId = letter.Id, ReplayId = order.Replay, Count = count, Agent = order.Agent,
            Payload = order.Payload is { } payload ? ReplayPayload.Read(payload) : null,
        };
        return message;
    }

    /// <summary>In the journal's order: what is still as it was when it was looked at begins.</summary>
    private static List<Guid> Store(GatewayDbContext db, DeadLetter[] ready, LetterOrder order, Dictionary<Guid, string> obstacles)
    {
        var (ids, states) = (ready.Select(l => l.Id).ToList(), order.Releases ? OpenOrQuarantined : Open);
        var begun = ids.Count == 0 ? [] : db.DeadLetters.AsNoTracking()
            .Where(d => ids.Contains(d.Id) && states.Contains(d.State)
                && (d.Stage == Stages.Delivered || db.Messages.Any(m => m.Position == d.Position && m.Id == d.MessageId && m.State == MessageState.Dead)))
            .Select(d => new { d.Id, d.Position, d.Stage }).ToList();
        if (begun.Count > 0)
        {
            var (letters, positions) = (begun.Select(b => b.Id).ToList(), begun.Where(b => b.Stage != Stages.Delivered).Select(b => b.Position).ToList());
            db.DeadLetters.Where(d => letters.Contains(d.Id)).ExecuteUpdate(set => set
                .SetProperty(d => d.State, DeadLetterStates.Replaying).SetProperty(d => d.ReplayId, order.Replay).SetProperty(d => d.ReplayPayload, order.Payload)
                .SetProperty(d => d.ReplayAgentId, order.Agent).SetProperty(d => d.ResolvedBy, order.By));
            db.Messages.Where(m => positions.Contains(m.Position)).ExecuteUpdate(set => set
                .SetProperty(m => m.State, MessageState.Accepted).SetProperty(m => m.Pending, (PendingWork?)PendingWork.Handle).SetProperty(m => m.Run, m => m.Run + 1)
                .SetProperty(m => m.Attempts, 0).SetProperty(m => m.DueAt, (DateTimeOffset?)null).SetProperty(m => m.Error, (string?)null)
                .SetProperty(m => m.RoutedAt, (DateTimeOffset?)null).SetProperty(m => m.DispatchedAt, (DateTimeOffset?)null).SetProperty(m => m.AnsweredAt, (DateTimeOffset?)null));
        }

        var stored = begun.ConvertAll(b => b.Id);
        var not = new Dictionary<Guid, string>(obstacles);
        foreach (var id in ids.Except(stored)) not[id] = LetterObstacles.Meanwhile;
        order.With?.Invoke(db, stored, not);
        return stored;
    }
}
