using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.HeldMessages;

/// <summary>Bytes as they came in, and what to call the file.</summary>
public sealed record HeldSource(Stream Content, long Size, string FileName);

/// <summary>
/// Gives out the raw source of what was held back, for those who may work in conversations: it holds what a stranger wrote, with addresses. Nothing
/// looks into it, and each time is noted.
/// </summary>
public sealed class HeldMessageSource(ITenantDbFactory databases, IBlobStore blobs, ICatalog catalog, TimeProvider time)
{
    /// <summary>The source, to be disposed of by the caller; null when that channel of the tenant has none of that id, or its source was not kept.</summary>
    public async Task<HeldSource?> OpenAsync(Caller caller, Guid channel, Guid held, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        if (catalog.FindChannel(channel) is not { } model || model.Tenant.Id != caller.Tenant) return null;
        await using var db = databases.Create(caller.Tenant);
        var row = await db.HeldMessages.AsNoTracking().FirstOrDefaultAsync(h => h.Id == held && h.ChannelId == channel, cancellationToken);
        if (row?.Source is not { } blob || await blobs.OpenAsync(caller.Tenant, blob, cancellationToken) is not { } content) return null;
        try
        {
            AuditTrail.Note(db, caller, time.GetUtcNow(), "held-message.downloaded", new(row.Id, model.Name), after: new { channel, row.Reason, row.SourceSize });
            await db.SaveChangesAsync(cancellationToken);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        return new(content, row.SourceSize, $"held-{held}.eml");
    }
}
