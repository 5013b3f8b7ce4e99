using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>What one dead letter of a replay came to: an end of <see cref="ReplayItemStates"/>.</summary>
internal sealed record ItemOutcome(Guid Letter, string State, string? Detail, string? Answer);

/// <summary>One replay's rows: which come next, what has begun, what has ended. Items and counters are written together, so that they agree after a restart.</summary>
internal sealed class ReplayBook(ISystemDbFactory databases, Journal journal, TimeProvider time)
{
    private const int MaxDetail = 500;
    private static readonly string[] Running = [ReplayStates.Running];
    private static readonly string[] Unfinished = [ReplayStates.Running, ReplayStates.Paused, ReplayStates.Stopped];

    public async Task<Replay?> LoadAsync(Guid replay, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.Replays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == replay, cancellationToken);
    }

    /// <summary>The next ones that have not begun, with their letters; a letter is null when it is not there any more.</summary>
    public async Task<IReadOnlyList<(ReplayItem Item, DeadLetter? Letter)>> NextAsync(Guid replay, string state, int count, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var items = await db.ReplayItems.AsNoTracking().Where(i => i.ReplayId == replay && i.State == state).OrderBy(i => i.Ordinal).Take(count).ToListAsync(cancellationToken);
        var ids = items.ConvertAll(i => i.LetterId);
        var letters = await db.DeadLetters.AsNoTracking().Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellationToken);
        return items.ConvertAll(i => (i, letters.GetValueOrDefault(i.LetterId)));
    }

    /// <summary>In a transaction: these have begun, those are left out.</summary>
    public void Began(GatewayDbContext rows, Guid replay, IReadOnlyCollection<int> begun, IReadOnlyCollection<(int Ordinal, string Why)> skipped)
    {
        var now = time.GetUtcNow();
        var (started, left) = (0, 0);
        if (begun.Count > 0)
            started = rows.ReplayItems.Where(i => i.ReplayId == replay && begun.Contains(i.Ordinal) && i.State == ReplayItemStates.Waiting).ExecuteUpdate(set => set.SetProperty(i => i.State, ReplayItemStates.Started));
        foreach (var same in skipped.GroupBy(s => s.Why, s => s.Ordinal))
        {
            var (why, ordinals) = (Cut(same.Key), same.ToList());
            left += rows.ReplayItems.Where(i => i.ReplayId == replay && ordinals.Contains(i.Ordinal) && i.State == ReplayItemStates.Waiting)
                .ExecuteUpdate(set => set.SetProperty(i => i.State, ReplayItemStates.Skipped).SetProperty(i => i.Detail, why).SetProperty(i => i.FinishedAt, now));
        }

        rows.Replays.Where(r => r.Id == replay).ExecuteUpdate(set => set.SetProperty(r => r.Started, r => r.Started + started).SetProperty(r => r.Skipped, r => r.Skipped + left));
    }

    public Task BeganAsync(Guid replay, IReadOnlyCollection<int> begun, IReadOnlyCollection<(int Ordinal, string Why)> skipped) =>
        journal.WorkAsync(rows =>
        {
            Began(rows, replay, begun, skipped);
            return 0;
        });

    /// <summary>These have ended.</summary>
    public Task EndedAsync(Guid replay, IReadOnlyCollection<(int Ordinal, ItemOutcome Outcome)> ended) => journal.WorkAsync(rows =>
    {
        var now = time.GetUtcNow();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var same in ended.GroupBy(e => (e.Outcome.State, e.Outcome.Detail, e.Outcome.Answer), e => e.Ordinal))
        {
            var ((state, detail, answer), ordinals) = (same.Key, same.ToList());
            detail = Cut(detail);
            var changed = rows.ReplayItems.Where(i => i.ReplayId == replay && ordinals.Contains(i.Ordinal) && i.State == ReplayItemStates.Started).ExecuteUpdate(set => set
                .SetProperty(i => i.State, state).SetProperty(i => i.Detail, detail).SetProperty(i => i.Answer, answer).SetProperty(i => i.FinishedAt, now));
            counts[state] = counts.GetValueOrDefault(state) + changed;
        }

        var (answered, failed) = (counts.GetValueOrDefault(ReplayItemStates.Answered), counts.GetValueOrDefault(ReplayItemStates.Failed));
        var skipped = counts.GetValueOrDefault(ReplayItemStates.Skipped); // what turns out to be gone has not begun
        return rows.Replays.Where(r => r.Id == replay).ExecuteUpdate(set => set
            .SetProperty(r => r.Answered, r => r.Answered + answered).SetProperty(r => r.Failed, r => r.Failed + failed)
            .SetProperty(r => r.Started, r => r.Started - skipped).SetProperty(r => r.Skipped, r => r.Skipped + skipped));
    });

    /// <summary>What had begun begins anew: shadows, of which a restart knows nothing.</summary>
    public Task AgainAsync(Guid replay) => journal.WorkAsync(rows =>
    {
        var again = rows.ReplayItems.Where(i => i.ReplayId == replay && i.State == ReplayItemStates.Started).ExecuteUpdate(set => set.SetProperty(i => i.State, ReplayItemStates.Waiting));
        return rows.Replays.Where(r => r.Id == replay).ExecuteUpdate(set => set.SetProperty(r => r.Started, r => r.Started - again));
    });

    /// <summary>How those ended that began as the n-th to m-th: how many, and how many failed again.</summary>
    public async Task<(int Ended, int Failed)> StepAsync(Guid replay, int skip, int size, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var states = await db.ReplayItems.AsNoTracking().Where(i => i.ReplayId == replay && (i.State == ReplayItemStates.Answered || i.State == ReplayItemStates.Failed))
            .OrderBy(i => i.Ordinal).Skip(skip).Take(size).Select(i => i.State).ToListAsync(cancellationToken);
        return (states.Count, states.Count(s => s == ReplayItemStates.Failed));
    }

    /// <summary>The last reason for which one failed again; null when none did.</summary>
    public async Task<string?> LastFailureAsync(Guid replay, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ReplayItems.AsNoTracking().Where(i => i.ReplayId == replay && i.State == ReplayItemStates.Failed).OrderByDescending(i => i.Ordinal).Select(i => i.Detail).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The next step, if it still runs.</summary>
    public Task NextStepAsync(Guid replay, int step) =>
        journal.WorkAsync(rows => rows.Replays.Where(r => r.Id == replay && r.Step == step && r.State == ReplayStates.Running).ExecuteUpdate(set => set.SetProperty(r => r.Step, step + 1)));

    /// <summary>It stops by itself, if it still runs; or it is done, also if it was held in.</summary>
    public Task CloseAsync(Guid replay, string state, string reason)
    {
        DateTimeOffset? finished = state == ReplayStates.Done ? time.GetUtcNow() : null;
        var from = state == ReplayStates.Done ? Unfinished : Running;
        return journal.WorkAsync(rows => rows.Replays.Where(r => r.Id == replay && from.Contains(r.State))
            .ExecuteUpdate(set => set.SetProperty(r => r.State, state).SetProperty(r => r.Reason, reason).SetProperty(r => r.FinishedAt, finished)));
    }

    /// <summary>What became of those that had begun: of each letter that is being replayed no more, how it ended; the others are still on their way.</summary>
    public async Task<(List<(int Ordinal, ItemOutcome Outcome)> Ended, Dictionary<Guid, int> OnTheirWay)> FindEndedAsync(Guid replay, CancellationToken cancellationToken)
    {
        var (ended, onTheirWay) = (new List<(int, ItemOutcome)>(), new Dictionary<Guid, int>());
        await using var db = databases.Create();
        var started = await (
            from item in db.ReplayItems.AsNoTracking().Where(i => i.ReplayId == replay && i.State == ReplayItemStates.Started)
            join row in db.DeadLetters on item.LetterId equals row.Id into rows
            from letter in rows.DefaultIfEmpty()
            select new
            {
                item.Ordinal, item.LetterId, State = (string?)letter.State,
                Again = letter == null ? null : db.DeadLetters.Where(n => n.MessageId == letter.MessageId && n.PreviousId == letter.Id).Select(n => n.Detail).FirstOrDefault(),
            }).ToListAsync(cancellationToken);
        foreach (var item in started)
        {
            if (item.State == DeadLetterStates.Replaying) onTheirWay[item.LetterId] = item.Ordinal;
            else if (item.State is null) ended.Add((item.Ordinal, new(item.LetterId, ReplayItemStates.Skipped, LetterObstacles.NoMessage, null)));
            else if (item.Again is { } why) ended.Add((item.Ordinal, new(item.LetterId, ReplayItemStates.Failed, why, null)));
            else if (item.State == DeadLetterStates.Replayed) ended.Add((item.Ordinal, new(item.LetterId, ReplayItemStates.Answered, null, null)));
            else ended.Add((item.Ordinal, new(item.LetterId, ReplayItemStates.Failed, "Its replay broke off; it is open again.", null)));
        }

        return (ended, onTheirWay);
    }

    private static string? Cut(string? detail) => detail is { Length: > MaxDetail } ? detail[..MaxDetail] : detail;
}
