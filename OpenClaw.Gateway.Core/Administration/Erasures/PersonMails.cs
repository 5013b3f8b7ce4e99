using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Channels.Email.Held;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>What the mail channels know of a person beside their sessions: the mails from and to them that later ones would be joined to, and those held back.</summary>
internal sealed class PersonMails(ISystemDbFactory databases, HeldMails? held = null)
{
    public async Task<(long Mails, long Held)> CountAsync(Guid tenant, string user, Guid? channel, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return (
            await db.MailEntries.LongCountAsync(m => m.TenantId == tenant && m.UserId == user && (channel == null || m.ChannelId == channel), cancellationToken),
            await db.HeldMessages.LongCountAsync(h => h.TenantId == tenant && h.Sender == user && (channel == null || h.ChannelId == channel), cancellationToken));
    }

    public async Task<(long Mails, long Held)> RemoveAsync(Guid tenant, string user, Guid? channel, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.HeldMessages.AsNoTracking().Where(h => h.TenantId == tenant && h.Sender == user && (channel == null || h.ChannelId == channel)).ToListAsync(cancellationToken);
        if (rows.Count > 0 && held is not null) await held.RemoveAsync(rows);
        await db.WriteAsync(d => d.DeliveryReports.Where(r => r.TenantId == tenant && r.Recipient == user && (channel == null || r.ChannelId == channel)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        var mails = await db.WriteAsync(d => d.MailEntries.Where(m => m.TenantId == tenant && m.UserId == user && (channel == null || m.ChannelId == channel)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        return (mails, rows.Count);
    }
}
