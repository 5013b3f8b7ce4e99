using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>Reads all that is known of one dead letter.</summary>
public sealed class DeadLetterDetails
{
    private const int MaxTries = 200;
    private const int MaxShadows = 10;
    private static readonly Dictionary<FailureKind, string> Kinds = Enum.GetValues<FailureKind>().ToDictionary(k => k, Names.Of);
    private readonly ITenantDbFactory _databases;
    private readonly MessageQueries _messages;
    private readonly Lazy<LetterReplayer> _replayer;
    private readonly ICatalog _catalog;

    internal DeadLetterDetails(ITenantDbFactory databases, MessageQueries messages, Lazy<LetterReplayer> replayer, ICatalog catalog) =>
        (_databases, _messages, _replayer, _catalog) = (databases, messages, replayer, catalog);

    /// <summary>One dead letter, or null when the tenant has none of that id.</summary>
    public async Task<DeadLetterDetail?> GetAsync(Guid tenant, Guid letter, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        if (await db.DeadLetters.AsNoTracking().FirstOrDefaultAsync(d => d.Id == letter, cancellationToken) is not { } row) return null;
        var family = await db.DeadLetters.AsNoTracking().Where(d => d.MessageId == row.MessageId).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        var trace = await _messages.GetAsync(tenant, row.MessageId, cancellationToken);
        var obstacles = row.State is DeadLetterStates.Open or DeadLetterStates.Quarantined ? await _replayer.Value.ObstaclesAsync([row], null, cancellationToken) : [];
        var view = DeadLetterQueries.ToView(row);
        return new()
        {
            Id = view.Id, Stage = view.Stage, Cause = view.Cause, Detail = view.Detail, Attempts = view.Attempts, FirstAt = view.FirstAt, LastAt = view.LastAt,
            Fingerprint = view.Fingerprint, Risk = view.Risk, MessageId = view.MessageId, SessionId = view.SessionId, Channel = view.Channel, Agent = view.Agent,
            Payload = view.Payload, State = view.State, Previous = view.Previous, Replay = view.Replay, ResolvedAt = view.ResolvedAt, ResolvedBy = view.ResolvedBy,
            Advice = CauseAdvices.For(row.Cause),
            Tries = await TriesAsync(db, row.MessageId, family, cancellationToken),
            ReplayPayload = row.ReplayPayload is { } sent ? SavedJson.Object(sent) : null,
            ReplayAgent = row.ReplayAgentId,
            Next = family.Find(d => d.PreviousId == row.Id)?.Id,
            Replays = family.Count(d => d.State == DeadLetterStates.Replayed),
            MessageState = trace?.State,
            Answers = [.. (trace?.Replies ?? []).Where(r => r.At > row.LastAt)],
            Shadows = await ShadowsAsync(db, row.Id, cancellationToken),
            HasConversation = await db.Sessions.AnyAsync(s => s.Id == row.SessionId, cancellationToken),
            Obstacle = obstacles.GetValueOrDefault(row.Id),
        };
    }

    /// <summary>What was written down of each attempt, and of each dead letter its last one, which is written down nowhere else.</summary>
    private async Task<IReadOnlyList<AttemptView>> TriesAsync(GatewayDbContext db, Guid message, List<DeadLetter> family, CancellationToken cancellationToken)
    {
        var attempts = await db.Attempts.AsNoTracking().Where(a => a.MessageId == message).OrderBy(a => a.Id).Take(MaxTries).ToListAsync(cancellationToken);
        var tries = attempts.ConvertAll(a => new AttemptView(a.Number, a.Run, a.AgentId, NameOf(a.AgentId), a.StartedAt, a.EndedAt, Kinds[a.Kind], a.Cause, a.Detail, a.NextAt));
        foreach (var letter in family.Where(d => d.Attempts > 0 && !tries.Exists(t => t.EndedAt is { } ended && (ended - d.LastAt).Duration() < TimeSpan.FromMilliseconds(1))))
        {
            var run = family.IndexOf(letter);
            if (tries.Exists(t => t.Number == letter.Attempts && t.StartedAt >= letter.FirstAt && t.StartedAt <= letter.LastAt)) continue;
            tries.Add(new(letter.Attempts, run, letter.AgentId, NameOf(letter.AgentId), letter.Attempts == 1 ? letter.FirstAt : letter.LastAt, letter.LastAt, null, letter.Cause, letter.Detail, null));
        }

        return [.. tries.OrderBy(t => t.EndedAt ?? t.StartedAt)];
    }

    private static async Task<IReadOnlyList<ShadowView>> ShadowsAsync(GatewayDbContext db, Guid letter, CancellationToken cancellationToken)
    {
        var items = await db.ReplayItems.AsNoTracking().Where(i => i.LetterId == letter && i.Answer != null).OrderByDescending(i => i.ReplayId).Take(MaxShadows).ToListAsync(cancellationToken);
        return [.. items.Where(i => i.FinishedAt is not null).Select(i => new ShadowView(i.ReplayId, i.FinishedAt!.Value, ReplayQueries.Answer(i.Answer)!))];
    }

    private string? NameOf(Guid? agent) => agent is { } id ? _catalog.FindAgent(id)?.Name : null;
}
