using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>Puts a refresh token that the provider has exchanged in the place of the former one. No person did that, so the audit has nothing of it; the log does.</summary>
internal sealed partial class RefreshTokens(Journal journal, ISystemDbFactory databases, SecretProtector protector, ICatalog catalog, TimeProvider time, ILogger<RefreshTokens> log)
{
    /// <summary>Durable at return. What somebody has changed meanwhile stays. Channels that are not saved are passed over.</summary>
    public async Task ExchangeAsync(IReadOnlyCollection<ChannelModel> channels, string former, string next, CancellationToken cancellationToken)
    {
        var owners = channels.Select(c => c.Id).ToList();
        await using var db = databases.Create();
        var rows = await db.Secrets.AsNoTracking().Where(s => owners.Contains(s.OwnerId) && s.Name == EmailSettings.RefreshTokenSecret).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        List<(Secret Row, string Protected)> changes = [.. rows.Where(r => IsValue(r, former)).Select(r => (r, protector.Protect(r.OwnerId, r.Name, new(next))))];
        if (changes.Count == 0) return;
        await journal.WorkAsync(work =>
        {
            foreach (var (row, value) in changes)
                work.Secrets.Where(s => s.Id == row.Id && s.Protected == row.Protected).ExecuteUpdate(s => s.SetProperty(x => x.Protected, value).SetProperty(x => x.UpdatedAt, now));
            return true;
        });
        foreach (var (row, _) in changes) LogExchanged(log, row.TenantId, row.OwnerId);
        await catalog.ReloadAsync(CancellationToken.None);
    }

    private bool IsValue(Secret row, string value)
    {
        try
        {
            return protector.Unprotect(row).Value == value;
        }
        catch (CryptographicException)
        {
            return false; // the catalog tells of it
        }
    }

    [LoggerMessage(4661, LogLevel.Information, "The mail provider of tenant {Tenant}, channel {Channel} has exchanged the refresh token; the new one is stored")]
    private static partial void LogExchanged(ILogger log, Guid tenant, Guid channel);
}
