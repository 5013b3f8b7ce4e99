using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>Says that nothing is to be done about a dead letter, or takes that back.</summary>
public sealed class ResolveLetter
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 2_000;

    private static readonly string[] Discardable = [DeadLetterStates.Open, DeadLetterStates.Quarantined];
    private static readonly string[] Restorable = [DeadLetterStates.Discarded];
    private readonly ITenantDbFactory _databases;
    private readonly Lazy<Journal> _journal;
    private readonly TimeProvider _time;

    internal ResolveLetter(ITenantDbFactory databases, Lazy<Journal> journal, TimeProvider time) => (_databases, _journal, _time) = (databases, journal, time);

    /// <summary>Discards an open or quarantined one, for a reason that the audit keeps.</summary>
    public Task<AdminResult<DeadLetterView>> DiscardAsync(Caller caller, Guid letter, string? reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(caller, letter, reason, Discardable, _ => DeadLetterStates.Discarded, "dead-letter.discarded", cancellationToken);

    /// <summary>A discarded one is open again; a poisonous or looped one is in the quarantine again.</summary>
    public Task<AdminResult<DeadLetterView>> RestoreAsync(Caller caller, Guid letter, string? reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(caller, letter, reason, Restorable,
            row => row.Cause is DeadLetterCauses.Poison or DeadLetterCauses.Loop ? DeadLetterStates.Quarantined : DeadLetterStates.Open, "dead-letter.restored", cancellationToken);

    private async Task<AdminResult<DeadLetterView>> ChangeAsync(
        Caller caller, Guid letter, string? reason, string[] from, Func<DeadLetter, string> to, string action, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (reason is { Length: > MaxReason }) throw new InvalidInputException("reason", $"Must have at most {MaxReason} characters.");
        await using var db = _databases.Create(caller.Tenant);
        if (await db.DeadLetters.AsNoTracking().FirstOrDefaultAsync(d => d.Id == letter, cancellationToken) is not { } row) return AdminResult.NotFound<DeadLetterView>();
        var (state, now) = (to(row), _time.GetUtcNow());
        // in the journal's order, as replays begin: of a discarding and a replay at once, one finds the other
        var changed = await _journal.Value.WorkAsync(rows =>
        {
            var count = rows.DeadLetters.Where(d => d.Id == letter && from.Contains(d.State)).ExecuteUpdate(set => set
                .SetProperty(d => d.State, state).SetProperty(d => d.ResolvedAt, now).SetProperty(d => d.ResolvedBy, caller.Name));
            if (count == 0) return 0;
            AuditTrail.Note(rows, caller, now, action, new(row.Id, row.Cause), new { state = row.State }, new { state, reason, message = row.MessageId });
            rows.SaveInJournal();
            return count;
        });
        var after = await db.DeadLetters.AsNoTracking().FirstOrDefaultAsync(d => d.Id == letter, CancellationToken.None);
        if (after is null) return AdminResult.NotFound<DeadLetterView>();
        return changed == 1 ? AdminResult.Done(DeadLetterQueries.ToView(after)) : AdminResult.InUse<DeadLetterView>(Refusal(after.State, state));
    }

    private static string Refusal(string state, string wanted) => (state, wanted) switch
    {
        (DeadLetterStates.Replaying, _) => "It is being replayed. Wait until that is over.",
        (DeadLetterStates.Replayed, _) => "It was replayed already: there is nothing left to do about it.",
        (DeadLetterStates.Discarded, DeadLetterStates.Discarded) => "It was discarded already.",
        _ => "It was not discarded: there is nothing to restore.",
    };
}
