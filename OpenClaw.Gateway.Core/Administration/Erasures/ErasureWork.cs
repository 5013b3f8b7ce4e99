using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Sessions.Removal;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Holds;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>
/// One erasure from its wish to its end. It first writes down (encrypted) what is to be removed, then removes session by session; cut off anywhere,
/// it goes on from what is written down.
/// </summary>
internal sealed partial class ErasureWork(
    ISystemDbFactory databases, PersonFinder finder, SessionRemoval removal, SharedSessionCleaner cleaner, PersonRecords records, PersonPairings pairings, PersonMails mails, ArchiveRecovery recovery, SecretProtector protector,
    TimeProvider time, ILogger<ErasureWork> log)
{
    private const int MaxFaults = 50;
    private const int SaveEvery = 20;

    /// <summary>False when something is in the way for now and it is to be run again.</summary>
    public async Task<bool> RemoveAsync(Guid erasure, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var row = await db.Erasures.FirstAsync(e => e.Id == erasure, cancellationToken);
        if (row.Person is null) return true;
        if (await ReadAsync(db, row) is not { } plan) return false;
        await recovery.RemoveLeftOversAsync(cancellationToken); // transcripts that a killed process left, which no row leads to
        if (plan.Names is null) plan = await PlanAsync(db, row, plan, cancellationToken);
        var run = new Run(row, plan, ErasureReport.Read(row.Report) with { Faults = [] });
        await RemoveOwnAsync(db, run, cancellationToken);
        await CleanSharedAsync(db, run, cancellationToken);
        await RemoveRecordsAsync(run, cancellationToken);
        if (run.IsWaiting)
        {
            await SaveAsync(db, run, cancellationToken);
            return false;
        }

        if (run.Plan.Marks.AreIn(row.Reason)) row.Reason = SharedSessionCleaner.Erased;
        row.Person = null;
        await SaveAsync(db, run, cancellationToken);
        return true;
    }

    /// <summary>Nothing of the person is left: it is done.</summary>
    public async Task FinishAsync(Guid erasure, IReadOnlyList<string> faults, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var row = await db.Erasures.FirstAsync(e => e.Id == erasure, cancellationToken);
        var report = ErasureReport.Read(row.Report);
        report = report with { Faults = [.. report.Faults, .. faults] };
        (row.State, row.FinishedAt, row.Report) = (ErasureStates.Done, now, report.ToJson());
        AuditTrail.Note(db, Caller.System(row.TenantId), now, "erasure.done", new(row.Id, row.Pseudonym), after: new { report.Sessions, report.Messages, held = report.Held.Count, faults = report.Faults.Count });
        await db.SaveChangesAsync(cancellationToken);
        LogDone(row.TenantId, erasure, report.Sessions, report.Messages, report.Held.Count);
    }

    /// <summary>Says in the report what happened; it goes on with the next run.</summary>
    public async Task NoteAsync(Guid erasure, string fault)
    {
        await using var db = databases.Create();
        var row = await db.Erasures.FirstAsync(e => e.Id == erasure);
        row.Report = (ErasureReport.Read(row.Report) with { Faults = [fault] }).ToJson();
        await db.SaveChangesAsync();
    }

    /// <summary>Null when the key that it was encrypted with is gone: then nobody knows any more who is meant.</summary>
    private async Task<ErasurePlan?> ReadAsync(GatewayDbContext db, Erasure row)
    {
        try
        {
            return ErasurePlan.Read(row, protector);
        }
        catch (CryptographicException)
        {
            (row.State, row.FinishedAt, row.Person) = (ErasureStates.Failed, time.GetUtcNow(), null);
            row.Report = (ErasureReport.Read(row.Report) with { Faults = ["Who is meant was encrypted with a key that is not there any more. Ask for the erasure again."] }).ToJson();
            await db.SaveChangesAsync();
            return null;
        }
    }

    private async Task<ErasurePlan> PlanAsync(GatewayDbContext db, Erasure row, ErasurePlan plan, CancellationToken cancellationToken)
    {
        var traces = await finder.FindAsync(row.TenantId, plan.User, row.ChannelId, cancellationToken);
        var sessions = traces.Own.Concat(traces.Shared).Select(s => s.Id).ToList();
        var letters = new List<Guid>();
        foreach (var part in traces.Own.Select(s => s.Id).Chunk(200))
            letters.AddRange(await db.DeadLetters.Where(d => d.TenantId == row.TenantId && part.Contains(d.SessionId)).Select(d => d.Id).ToListAsync(cancellationToken));
        var asked = await pairings.FindAsync(row.TenantId, plan.User, row.ChannelId, cancellationToken);
        plan = plan with
        {
            Names = [.. traces.Names.Union(asked.Select(a => a.Name).OfType<string>(), StringComparer.Ordinal)], Own = [.. traces.Own.Select(s => s.Id)], Shared = [.. traces.Shared.Select(s => s.Id)],
            Targets = [.. sessions, .. letters, .. asked.Select(a => a.Id)],
        };
        row.Person = plan.Protect(row.Id, protector);
        row.Report = (ErasureReport.Read(row.Report) with { Held = traces.Held, Faults = traces.Faults }).ToJson();
        row.State = ErasureStates.Running;
        await db.SaveChangesAsync(cancellationToken);
        LogPlanned(row.TenantId, row.Id, traces.Own.Count, traces.Shared.Count, traces.Held.Count);
        return plan;
    }

    private async Task RemoveOwnAsync(GatewayDbContext db, Run run, CancellationToken cancellationToken)
    {
        foreach (var session in run.Plan.Own)
        {
            // a hold may have been placed since
            if (await IsHeldAsync(db, run, session, cancellationToken)) continue;
            await run.TryAsync(session, () => removal.RemoveAsync(run.Row.TenantId, session, passFaults: true, cancellationToken));
            if (run.Done % SaveEvery == 0) await SaveAsync(db, run, cancellationToken);
        }
    }

    private async Task CleanSharedAsync(GatewayDbContext db, Run run, CancellationToken cancellationToken)
    {
        var marks = run.Plan.Marks;
        var person = new LeavingPerson(run.Plan.User, run.Row.Pseudonym, text => marks.AreInJson(text));
        foreach (var session in run.Plan.Shared)
        {
            if (await IsHeldAsync(db, run, session, cancellationToken)) continue;
            await run.TryAsync(session, () => cleaner.RunAsync(run.Row.TenantId, session, person, cancellationToken));
            if (run.Done % SaveEvery == 0) await SaveAsync(db, run, cancellationToken);
        }
    }

    private async Task RemoveRecordsAsync(Run run, CancellationToken cancellationToken)
    {
        var held = run.Report.Held.Select(h => h.Session).ToHashSet();
        var targets = run.Plan.Targets.Where(t => !held.Contains(t)).ToHashSet();
        await RemoveStragglersAsync(run, held, cancellationToken);
        var found = await records.RemoveAsync(run.Row.TenantId, run.Plan.Marks, targets, run.Row.Pseudonym, cancellationToken);
        var asked = await pairings.RemoveAsync(run.Row.TenantId, run.Plan.User, run.Row.ChannelId, cancellationToken);
        var (written, heldBack) = await mails.RemoveAsync(run.Row.TenantId, run.Plan.User, run.Row.ChannelId, cancellationToken);
        run.Report = run.Report with { Mails = run.Report.Mails + written, HeldMessages = run.Report.HeldMessages + heldBack, Pairings = run.Report.Pairings + asked, AuditEntries = run.Report.AuditEntries + found.AuditEntries, Filters = run.Report.Filters + found.Filters, Configuration = found.Configuration };
    }

    /// <summary>A dead letter that was on its way while its session was removed.</summary>
    private async Task RemoveStragglersAsync(Run run, HashSet<Guid> held, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        foreach (var part in run.Plan.Own.Where(s => !held.Contains(s)).Chunk(200))
        {
            var late = await db.DeadLetters.Where(d => d.TenantId == run.Row.TenantId && part.Contains(d.SessionId)).Select(d => d.Id).ToListAsync(cancellationToken);
            if (late.Count > 0 && !await db.Sessions.AnyAsync(s => part.Contains(s.Id), cancellationToken))
                await db.WriteAsync(d => d.DeadLetters.Where(l => late.Contains(l.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }

    private static async Task<bool> IsHeldAsync(GatewayDbContext db, Run run, Guid session, CancellationToken cancellationToken)
    {
        var place = await db.Sessions.Where(s => s.Id == session).Select(s => new { s.ChannelId, s.UserId }).FirstOrDefaultAsync(cancellationToken);
        if (place is null) return false;
        var holds = await HoldSet.ReadAsync(db, run.Row.TenantId, cancellationToken);
        if (holds.IsEmpty || holds.Find(session, place.ChannelId, place.UserId, run.Plan.User) is not { } hold) return false;
        if (!run.Report.Held.Any(h => h.Session == session)) run.Report = run.Report with { Held = [.. run.Report.Held, new(session, hold.Name)] };
        return true;
    }

    private static async Task SaveAsync(GatewayDbContext db, Run run, CancellationToken cancellationToken)
    {
        run.Row.Report = run.Report.ToJson();
        await db.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(7311, LogLevel.Information, "Tenant {Tenant}: erasure {Erasure} removes {Own} sessions and cleans {Shared} shared ones; {Held} are held")]
    private partial void LogPlanned(Guid tenant, Guid erasure, int own, int shared, int held);

    [LoggerMessage(7312, LogLevel.Information, "Tenant {Tenant}: erasure {Erasure} is done: {Sessions} sessions, {Messages} messages; {Held} sessions are held")]
    private partial void LogDone(Guid tenant, Guid erasure, long sessions, long messages, int held);

    private sealed class Run(Erasure row, ErasurePlan plan, ErasureReport report)
    {
        public Erasure Row => row;

        public ErasurePlan Plan => plan;

        public ErasureReport Report { get; set; } = report;

        public int Done { get; private set; }

        /// <summary>Something was in use and is tried again.</summary>
        public bool IsWaiting { get; private set; }

        /// <summary>One session's fault does not keep the others.</summary>
        public async Task TryAsync(Guid session, Func<Task<RemovedSession?>> step)
        {
            try
            {
                if (await step() is not { } removed) return; // gone already
                Done++;
                Report = Report with
                {
                    Sessions = Report.Sessions + 1, Messages = Report.Messages + removed.Messages, Archives = Report.Archives + (removed.WasArchived ? 1 : 0),
                    DeadLetters = Report.DeadLetters + removed.DeadLetters, Attachments = Report.Attachments + removed.Attachments, Notes = Report.Notes + removed.Notes,
                };
            }
            catch (SessionInUseException fault)
            {
                IsWaiting = true;
                Fault($"{fault.Message} It is tried again.");
            }
            catch (ArchiveFaultException fault)
            {
                Fault($"Session {session} of several people was not cleaned: {fault.Message}");
            }
        }

        private void Fault(string sentence)
        {
            if (Report.Faults.Count < MaxFaults) Report = Report with { Faults = [.. Report.Faults, sentence] };
        }
    }
}
