using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>
/// Ends replays whose message is finished and whose letter does not say so. The road stores both together; this is for what ended otherwise (a message
/// that went with its conversation, a version that knew of no replays).
/// </summary>
internal sealed class ReplaySettlement(ISystemDbFactory databases, Journal journal, ReplayingMessages replaying, ICatalog catalog, TimeProvider time)
{
    /// <summary>One look; how many were settled. While the gateway runs, replies that are being put back into their lanes are left alone.</summary>
    public async Task<int> RunAsync(bool atStart, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var tenants = catalog.Tenants.Select(t => t.Id).ToList();
        // one statement, so that a conclusion is seen whole or not at all
        var stuck = await (
            from letter in db.DeadLetters.Where(d => tenants.Contains(d.TenantId) && d.State == DeadLetterStates.Replaying)
            join row in db.Messages on letter.Position equals row.Position into rows
            from message in rows.DefaultIfEmpty()
            where (atStart || letter.Stage != Stages.Delivered) && (message == null || message.Pending == null)
            select new { letter.Id, letter.MessageId, Dead = message != null && message.State == MessageState.Dead, Again = db.DeadLetters.Any(n => n.MessageId == letter.MessageId && n.PreviousId == letter.Id) })
            .ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        foreach (var letter in stuck)
        {
            // dead, and nothing says why: as if it had never begun
            var state = letter is { Dead: true, Again: false } ? DeadLetterStates.Open : DeadLetterStates.Replayed;
            await journal.WorkAsync(rows => rows.DeadLetters.Where(d => d.Id == letter.Id && d.State == DeadLetterStates.Replaying)
                .ExecuteUpdate(set => set.SetProperty(d => d.State, state).SetProperty(d => d.ResolvedAt, now)));
            replaying.Forget(letter.MessageId, letter.Id);
        }

        return stuck.Count;
    }
}
