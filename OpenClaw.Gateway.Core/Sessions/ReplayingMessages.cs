using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>What a replay came to.</summary>
/// <param name="Replay">The replay.</param>
/// <param name="State">The message's state now: answered, dropped or dead.</param>
/// <param name="Again">The dead letter that it ended in; null when it was answered or dropped.</param>
internal sealed record ReplayOutcome(MessageReplay Replay, MessageState State, DeadLetter? Again);

/// <summary>
/// The messages whose dead letter is being replayed, until that is over. Whoever reads such a message from the database (a restart, a late answer, a
/// rescue) asks here how it is handled, because its row does not say.
/// </summary>
internal sealed class ReplayingMessages(ISystemDbFactory databases, ICatalog catalog)
{
    private const int Slice = 500;
    private readonly ConcurrentDictionary<Guid, MessageReplay> _byMessage = new();
    private readonly ConcurrentDictionary<Guid, bool> _posting = new();

    /// <summary>A replay is over, durably. Handlers must be quick.</summary>
    public event Action<ReplayOutcome>? Over;

    /// <summary>Those of an earlier run of the process.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var tenants = catalog.Tenants.Select(t => t.Id).ToList(); // the index by state begins with the tenant
        var letters = await db.DeadLetters.AsNoTracking().Where(d => tenants.Contains(d.TenantId) && d.State == DeadLetterStates.Replaying).ToListAsync(cancellationToken);
        foreach (var part in letters.Chunk(Slice))
        {
            var counts = await CountAsync(db, part.Select(d => d.MessageId).ToList(), cancellationToken);
            foreach (var letter in part) _byMessage[letter.MessageId] = ReplayOf(letter, counts.GetValueOrDefault(letter.MessageId) + 1);
        }
    }

    /// <summary>How often each of these messages was replayed to an end; one that never was is not in it.</summary>
    public static async Task<Dictionary<Guid, int>> CountAsync(GatewayDbContext db, IReadOnlyCollection<Guid> messages, CancellationToken cancellationToken) =>
        await db.DeadLetters.AsNoTracking().Where(d => messages.Contains(d.MessageId) && d.State == DeadLetterStates.Replayed)
            .GroupBy(d => d.MessageId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);

    /// <summary>How the letter's message is handled, as its row says.</summary>
    public static MessageReplay ReplayOf(DeadLetter letter, int count) => new()
    {
        LetterId = letter.Id,
        ReplayId = letter.ReplayId,
        Count = count,
        Payload = letter.ReplayPayload is { } payload ? ReplayPayload.Read(payload) : null,
        Agent = letter.ReplayAgentId,
    };

    /// <summary>It is about to be stored that this message is handled again: nobody else puts it into a mailbox until <see cref="Posted"/>.</summary>
    public void Begin(Guid message, MessageReplay replay)
    {
        _posting[message] = true;
        _byMessage[message] = replay;
    }

    /// <summary>The message is in its mailbox, or it was not stored after all.</summary>
    public void Posted(Guid message, bool begun)
    {
        if (!begun) _byMessage.TryRemove(message, out _);
        _posting.TryRemove(message, out _);
    }

    /// <summary>Somebody is just putting that message into its mailbox.</summary>
    public bool IsBeingPosted(Guid message) => _posting.ContainsKey(message);

    /// <summary>Says of a message from the database how it is handled again, if it is.</summary>
    public void Attach(MessageRecord message)
    {
        if (message.Replay is null && _byMessage.TryGetValue(message.Id, out var replay)) message.Replay = replay;
    }

    /// <summary>A conclusion of that message is durable.</summary>
    public void Concluded(MessageRecord message, MessageState state, DeadLetter? again)
    {
        if (message.Replay is not { } replay || state is not (MessageState.Answered or MessageState.Dropped or MessageState.Dead)) return;
        Forget(message.Id, replay.LetterId);
        Over?.Invoke(new(replay, state, again));
    }

    /// <summary>That replay is over, and it was found out otherwise.</summary>
    public void Forget(Guid message, Guid letter)
    {
        if (_byMessage.TryGetValue(message, out var replay) && replay.LetterId == letter) _byMessage.TryRemove(new(message, replay));
    }
}
