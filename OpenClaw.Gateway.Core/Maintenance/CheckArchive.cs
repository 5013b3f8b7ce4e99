using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Reads transcripts back, a part of them with every run and round and round, so that a file which went bad on the disk is known while a back-up
/// still has it. A fault is noted with the session, and taken back when the file is right again.
/// </summary>
internal sealed class CheckArchive(ISystemDbFactory databases, ArchiveFiles files, ArchiveRecovery recovery, ArchivedSessions archived, Journal journal, TimeProvider time) : IMaintenanceJob
{
    private const string CheckedUpTo = "archive.checked";
    private const int Page = 100;

    /// <summary>So many transcripts are read in one run.</summary>
    internal const int Most = 10_000;

    public string Name => "archive-check";

    public string Title => "Check archived conversations";

    public string Summary => "Reads transcripts back and names those that are missing, cut off or changed; removes left-over files.";

    public string DefaultCron => "0 40 4 * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var pace = new ArchivePace(journal, time);
        if (!progress.IsDryRun) await recovery.RemoveLeftOversAsync(cancellationToken);
        var first = await ReadAsync(cancellationToken);
        var (last, wrapped) = (first, first == Guid.Empty);
        while (progress.Items < Most)
        {
            var page = await NextAsync(last, cancellationToken);
            if (page.Count == 0)
            {
                last = Guid.Empty;
                if (wrapped) break;
                wrapped = true;
                continue;
            }

            foreach (var row in page)
            {
                if (wrapped && first != Guid.Empty && row.SessionId > first) break; // once round
                if (!progress.IsDryRun) await pace.RunAsync(() => CheckAsync(row, progress, cancellationToken), cancellationToken);
                progress.Count();
            }

            last = page[^1].SessionId;
            if (wrapped && first != Guid.Empty && last > first) break;
        }

        if (!progress.IsDryRun) await NoteAsync(last, cancellationToken);
    }

    private async Task<bool> CheckAsync(ArchivedSession row, JobProgress progress, CancellationToken cancellationToken)
    {
        var fault = Fault(row, cancellationToken);
        // one that was restored or rewritten meanwhile has another file, or no row
        if (fault is not null && !await IsCurrentAsync(row, cancellationToken)) return true;
        if (fault != row.Fault) await archived.NoteAsync(row, fault);
        if (fault is not null) progress.Fault($"Session {row.SessionId}: {fault}");
        return fault is null;
    }

    private string? Fault(ArchivedSession row, CancellationToken cancellationToken)
    {
        try
        {
            files.Verify(row.TenantId, row.SessionId, row.File, TranscriptSeal.Of(row), cancellationToken);
            return null;
        }
        catch (ArchiveFaultException e)
        {
            return e.Message;
        }
    }

    private async Task<bool> IsCurrentAsync(ArchivedSession row, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ArchivedSessions.AnyAsync(a => a.SessionId == row.SessionId && a.File == row.File, cancellationToken);
    }

    private async Task<List<ArchivedSession>> NextAsync(Guid last, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ArchivedSessions.AsNoTracking().Where(a => a.SessionId > last).OrderBy(a => a.SessionId).Take(Page).ToListAsync(cancellationToken);
    }

    private async Task<Guid> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var value = await db.InstallationValues.Where(v => v.Name == CheckedUpTo).Select(v => v.Value).FirstOrDefaultAsync(cancellationToken);
        return Guid.TryParse(value, out var last) ? last : Guid.Empty;
    }

    private async Task NoteAsync(Guid last, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        if (await db.InstallationValues.FindAsync([CheckedUpTo], cancellationToken) is { } row) row.Value = last.ToString();
        else db.InstallationValues.Add(new() { Name = CheckedUpTo, Value = last.ToString() });
        await db.SaveChangesAsync(cancellationToken);
    }
}
