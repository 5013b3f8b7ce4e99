using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>Restoring for a host without the road: the rows as they are afterwards, or a fault where the file is gone.</summary>
internal sealed class Restorer(ISystemDbFactory databases) : IArchivedSessions
{
    public HashSet<Guid> Damaged { get; } = [];

    public async Task RestoreAsync(Guid session, CancellationToken cancellationToken)
    {
        if (Damaged.Contains(session)) throw new ArchiveFaultException("The transcript 1.jsonl.br is cut off.");
        await using var db = databases.Create();
        await db.WriteAsync(d => d.ArchivedSessions.Where(a => a.SessionId == session).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        await db.WriteAsync(d => d.Sessions.Where(s => s.Id == session).ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SessionState.Dormant), cancellationToken), cancellationToken);
    }

    public Task<IReadOnlyList<Message>> ReadAsync(Guid session, long after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AttachmentRef>?> DeleteAsync(Guid session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RewriteAsync(Guid session, Func<Message, Message?> change, CancellationToken cancellationToken) => throw new NotSupportedException();
}
