using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>What became of one that was to be released; <c>Reason</c> says why it was not, null when it was.</summary>
public sealed record Released(Guid Id, string? Reason);

/// <summary>Looped and poisonous messages: they are set aside until somebody releases them, which handles them once more, or discards them.</summary>
public sealed class Quarantine
{
    /// <summary>So many are released at once, at most.</summary>
    public const int MaxAtOnce = 200;

    private readonly ITenantDbFactory _databases;
    private readonly DeadLetterQueries _letters;
    private readonly Lazy<LetterReplayer> _replayer;
    private readonly ResolveLetter _resolve;
    private readonly TimeProvider _time;

    internal Quarantine(ITenantDbFactory databases, DeadLetterQueries letters, Lazy<LetterReplayer> replayer, ResolveLetter resolve, TimeProvider time) =>
        (_databases, _letters, _replayer, _resolve, _time) = (databases, letters, replayer, resolve, time);

    /// <summary>What is in it, newest first, narrowed by all of the filter but its state.</summary>
    public Task<Page<DeadLetterView>> ListAsync(Guid tenant, DeadLetterFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return _letters.ListAsync(tenant, filter with { State = DeadLetterStates.Quarantined }, page, cancellationToken);
    }

    /// <summary>One that is, or was, in it: a dead letter of a cause that brings one there.</summary>
    public async Task<DeadLetterView?> GetAsync(Guid tenant, Guid letter, CancellationToken cancellationToken = default) =>
        await _letters.GetAsync(tenant, letter, cancellationToken) is { Cause: DeadLetterCauses.Poison or DeadLetterCauses.Loop } view ? view : null;

    /// <summary>Releases one: its message is handled once more.</summary>
    public async Task<AdminResult<DeadLetterView>> ReleaseAsync(Caller caller, Guid letter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        var result = await ReleaseAllAsync(caller, [letter], cancellationToken);
        if (result.Count == 0) return AdminResult.NotFound<DeadLetterView>();
        if (result[0].Reason is { } reason) return AdminResult.InUse<DeadLetterView>(reason);
        return await _letters.GetAsync(caller.Tenant, letter, CancellationToken.None) is { } view ? AdminResult.Done(view) : AdminResult.NotFound<DeadLetterView>();
    }

    /// <summary>Releases several, in the order of their messages. Ids that are not in the quarantine's list are not in the answer.</summary>
    public async Task<IReadOnlyList<Released>> ReleaseAsync(Caller caller, IReadOnlyCollection<Guid> letters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(letters);
        caller.Demand(ApiScopeNames.Operate);
        if (letters.Count is 0 or > MaxAtOnce) throw new InvalidInputException("ids", $"1 to {MaxAtOnce} ids are needed.");
        return await ReleaseAllAsync(caller, letters, cancellationToken);
    }

    /// <summary>Discards one, for a reason that the audit keeps.</summary>
    public async Task<AdminResult<DeadLetterView>> DiscardAsync(Caller caller, Guid letter, string? reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        return await GetAsync(caller.Tenant, letter, cancellationToken) is null ? AdminResult.NotFound<DeadLetterView>() : await _resolve.DiscardAsync(caller, letter, reason, cancellationToken);
    }

    private async Task<IReadOnlyList<Released>> ReleaseAllAsync(Caller caller, IReadOnlyCollection<Guid> letters, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(caller.Tenant, letters, cancellationToken);
        var now = _time.GetUtcNow();
        var obstacles = await _replayer.Value.BeginAsync(rows, new(caller.Name)
        {
            Releases = true,
            With = (db, begun, _) =>
            {
                foreach (var row in rows.Where(r => begun.Contains(r.Id)))
                    AuditTrail.Note(db, caller, now, "quarantine.released", new(row.Id, row.Cause), after: new { message = row.MessageId });
                db.SaveInJournal();
            },
        }, cancellationToken);
        return [.. rows.Select(r => new Released(r.Id, obstacles.GetValueOrDefault(r.Id)))];
    }

    private async Task<List<DeadLetter>> RowsAsync(Guid tenant, IReadOnlyCollection<Guid> letters, CancellationToken cancellationToken)
    {
        string[] causes = [DeadLetterCauses.Poison, DeadLetterCauses.Loop];
        await using var db = _databases.Create(tenant);
        return await db.DeadLetters.AsNoTracking().Where(d => letters.Contains(d.Id) && causes.Contains(d.Cause)).OrderBy(d => d.Position).ToListAsync(cancellationToken);
    }
}
