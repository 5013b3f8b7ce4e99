using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Trials;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>Reads back-tests.</summary>
public sealed class BacktestQueries
{
    /// <summary>What the row of one says whose gateway stopped.</summary>
    internal const string InterruptedWords = "The gateway stopped while it ran. What it had found until then is shown; start it again for the rest.";

    private readonly ITenantDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly IBacktestStart _start;
    private readonly BacktestExcerpts _excerpts;
    private readonly TimeProvider _time;

    internal BacktestQueries(ITenantDbFactory databases, ICatalog catalog, IBacktestStart start, BacktestExcerpts excerpts, TimeProvider time) =>
        (_databases, _catalog, _start, _excerpts, _time) = (databases, catalog, start, excerpts, time);

    /// <summary>Back-tests, newest first, with their numbers and without moves and examples.</summary>
    public async Task<Page<BacktestView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var all = db.Backtests.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) all = all.Where(b => b.Id < last);
        var rows = await all.OrderByDescending(b => b.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(r => ToView(r, whole: false))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One with all it found, or null when the tenant has none of that id.</summary>
    public async Task<BacktestView?> GetAsync(Guid tenant, Guid backtest, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        if (await db.Backtests.AsNoTracking().FirstOrDefaultAsync(b => b.Id == backtest, cancellationToken) is not { } row) return null;
        var texts = await _excerpts.ReadAsync(tenant, BacktestResult.FromJson(row.Result), cancellationToken);
        return ToView(row, whole: true, texts);
    }

    /// <summary>The newest, or null when there is none.</summary>
    public async Task<Guid?> LastAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        return await db.Backtests.OrderByDescending(b => b.Id).Select(b => (Guid?)b.Id).FirstOrDefaultAsync(cancellationToken);
    }

    internal static string StateOf(Backtest row) => row.State switch
    {
        BacktestState.Running => BacktestStates.Running,
        BacktestState.Done => BacktestStates.Done,
        BacktestState.Cancelled => BacktestStates.Cancelled,
        _ => row.Error == InterruptedWords ? BacktestStates.Interrupted : BacktestStates.Failed,
    };

    internal BacktestView ToView(Backtest row, bool whole, IReadOnlyDictionary<Guid, Excerpt>? texts = null)
    {
        var (result, rules) = (BacktestResult.FromJson(row.Result), BacktestRules.Read(row.Rules));
        var live = _catalog.FindRules(row.TenantId).Rules;
        var names = new BacktestNames(_catalog, row.TenantId, live, rules);
        var progress = row.State == BacktestState.Running ? _start.Progress(row.Id) : null;
        return new()
        {
            Id = row.Id, State = StateOf(row), Since = row.Since, BaseVersion = row.BaseVersion, Total = progress?.Total ?? row.Total, Done = progress?.Judged ?? row.Judged,
            StartedBy = row.StartedBy, StartedAt = row.StartedAt, EndedAt = row.EndedAt, Error = row.Error,
            TookMs = Math.Max(0, ((row.EndedAt ?? _time.GetUtcNow()) - row.StartedAt).TotalMilliseconds), Counts = result.Counts, Rules = names.Rules(result),
            Notes = BacktestNotes.Of(result), Stamp = BacktestRules.Stamp(rules),
            Moves = whole ? [.. result.Moves.Select(m => new BacktestMove(names.Place(m.From), names.Place(m.To), m.Count, Examples(m.Examples)))] : null,
            Examples = whole ? new(Examples(result.Unmatched), Examples(result.Dropped), Examples(result.NoRoute)) : null,
        };

        IReadOnlyList<BacktestExample> Examples(IReadOnlyList<StoredExample> stored) => [.. stored.Select(e => names.Example(e, texts?.GetValueOrDefault(e.Message)))];
    }
}

/// <summary>What is to be known about the numbers.</summary>
internal static class BacktestNotes
{
    public static IReadOnlyList<string> Of(BacktestResult result)
    {
        var notes = new List<string>();
        if (result.Moves.Any(m => m.From.Kind is DestinationKind.Pool or DestinationKind.Capable || m.To.Kind is DestinationKind.Pool or DestinationKind.Capable))
            notes.Add("A pool is shown as a whole: which of its agents would have answered depended on their load at that moment.");
        if (result.Intents) notes.Add("Intents are recognised as they are today, not as they were when the message came.");
        if (result.CutShort) notes.Add("For some messages the expressions of the rules needed more work than a message may cost; the rest of them did not match, as on the road.");
        if (result.Unreadable > 0) notes.Add(result.Unreadable == 1 ? "One archived conversation could not be read and is not counted." : $"{result.Unreadable} archived conversations could not be read and are not counted.");
        return notes;
    }
}
