using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions.Removal;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Holds;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>What was found of a person.</summary>
/// <param name="Names">What they were called.</param>
/// <param name="Own">Sessions that are theirs alone.</param>
/// <param name="Shared">Sessions in which others wrote as well.</param>
/// <param name="Held">Sessions that a hold keeps.</param>
/// <param name="Faults">Sessions that could not be looked into.</param>
internal sealed record PersonTraces(
    IReadOnlyCollection<string> Names, IReadOnlyList<Session> Own, IReadOnlyList<Session> Shared, IReadOnlyList<HeldSession> Held, IReadOnlyList<string> Faults);

/// <summary>
/// Finds a person's sessions: those that they opened, and those of others in which they wrote. For the latter every session that can have several
/// people is looked into; there are few of them, and no index has to be kept for what is rarely asked.
/// </summary>
internal sealed class PersonFinder(ISystemDbFactory databases, SessionPeople people)
{
    private const int Page = 2_000;

    public async Task<PersonTraces> FindAsync(Guid tenant, string user, Guid? channel, CancellationToken cancellationToken)
    {
        var (names, own, shared, held, faults) = (new HashSet<string>(StringComparer.Ordinal), new List<Session>(), new List<Session>(), new List<HeldSession>(), new List<string>());
        await using var db = databases.Create();
        var holds = await HoldSet.ReadAsync(db, tenant, cancellationToken);
        await foreach (var row in CandidatesAsync(tenant, user, channel, cancellationToken))
        {
            try
            {
                var all = await people.OfAsync(row, cancellationToken);
                if (!all.TryGetValue(user, out var theirs)) continue;
                names.UnionWith(theirs);
                if (holds.Find(row.Id, row.ChannelId, all.Keys) is { } hold) held.Add(new(row.Id, hold.Name));
                else (all.Count == 1 ? own : shared).Add(row);
            }
            catch (ArchiveFaultException fault) when (row.UserId != user)
            {
                faults.Add($"Session {row.Id} of several people could not be looked into: {fault.Message}");
            }
            catch (ArchiveFaultException)
            {
                own.Add(row); // who else wrote in it cannot be told any more; what is left of it goes
            }
        }

        return new(names, own, shared, held, faults);
    }

    private async IAsyncEnumerable<Session> CandidatesAsync(Guid tenant, string user, Guid? channel, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var sessions = db.Sessions.AsNoTracking().Where(s => s.TenantId == tenant && (channel == null || s.ChannelId == channel));
        var last = Guid.Empty;
        while (await sessions.Where(s => s.Id > last).OrderBy(s => s.Id).Take(Page).ToListAsync(cancellationToken) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
                if (row.UserId == user || !SessionPeople.IsOnePersons(row)) yield return row;
            last = rows[^1].Id;
        }
    }
}

/// <summary>Counts what an erasure would remove.</summary>
internal sealed class ErasureCount(ISystemDbFactory databases, IEntryIndex index, PersonFinder finder, PersonRecords records, PersonPairings pairings, PersonMails mails)
{
    public async Task<ErasureReport> RunAsync(Guid tenant, string user, Guid? channel, CancellationToken cancellationToken)
    {
        await index.CatchUpAsync(Guid.Empty, cancellationToken);
        var traces = await finder.FindAsync(tenant, user, channel, cancellationToken);
        var asked = await pairings.FindAsync(tenant, user, channel, cancellationToken);
        var plan = new ErasurePlan(user) { Names = [.. traces.Names.Union(asked.Select(a => a.Name).OfType<string>(), StringComparer.Ordinal)] };
        await using var db = databases.Create();
        var (messages, letters, notes, attachments) = (0L, 0L, 0L, 0L);
        foreach (var part in traces.Own.Chunk(200))
        {
            var ids = part.Select(s => s.Id).ToArray();
            messages += await db.SessionEntries.LongCountAsync(e => ids.Contains(e.SessionId), cancellationToken)
                + await db.ArchivedSessions.Where(a => ids.Contains(a.SessionId) && a.RowsRemoved).SumAsync(a => a.Messages, cancellationToken);
            letters += await db.DeadLetters.LongCountAsync(d => d.TenantId == tenant && ids.Contains(d.SessionId), cancellationToken);
            notes += await db.SessionNotes.LongCountAsync(n => ids.Contains(n.SessionId), cancellationToken);
            var roots = part.Select(s => s.RootId).Distinct().ToArray();
            attachments += await db.Uploads.LongCountAsync(u => roots.Contains(u.RootId), cancellationToken);
        }

        foreach (var session in traces.Shared)
            messages += await db.EntriesOf(session.Id).LongCountAsync(m => m.From == MessageFrom.User && (m.UserId == user || (m.UserId == null && session.UserId == user)), cancellationToken);
        var found = await records.CountAsync(tenant, plan.Marks, [.. traces.Own.Concat(traces.Shared).Select(s => s.Id), .. asked.Select(a => a.Id)], cancellationToken);
        var (written, heldBack) = await mails.CountAsync(tenant, user, channel, cancellationToken);
        return new()
        {
            Mails = written, HeldMessages = heldBack,
            Sessions = traces.Own.Count + traces.Shared.Count, Messages = messages, DeadLetters = letters, Notes = notes, Attachments = attachments,
            Archives = traces.Own.Concat(traces.Shared).Count(s => s.State == SessionState.Archived), AuditEntries = found.AuditEntries, Filters = found.Filters, Pairings = asked.Count,
            Held = traces.Held, Configuration = found.Configuration, Faults = traces.Faults,
        };
    }
}
