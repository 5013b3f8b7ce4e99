using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>A removed tenant's words and transcripts.</summary>
internal sealed class ArchiveRemoval(ISystemDbFactory databases, ArchiveFiles files, IArchiveSearch search) : ITenantRemoval
{
    private const int Page = 200;

    public async ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        await using var db = databases.Create();
        while (await db.ArchivedSessions.AsNoTracking().Where(a => a.TenantId == tenant && a.SessionId > last).OrderBy(a => a.SessionId).Take(Page).ToListAsync(cancellationToken) is { Count: > 0 } rows)
        {
            foreach (var row in rows) await search.RemoveAsync([WordsOf(row, cancellationToken)], cancellationToken);
            last = rows[^1].SessionId;
        }

        files.RemoveTenant(tenant, cancellationToken);
    }

    private ArchiveText WordsOf(Entities.ArchivedSession row, CancellationToken cancellationToken)
    {
        try
        {
            return ArchiveContent.Read(files, row, cancellationToken).Words;
        }
        catch (ArchiveFaultException)
        {
            // what cannot be read cannot be named word by word; it goes all the same
            return ArchiveContent.Nothing(row).Words;
        }
    }
}
