using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>Whether a tenant may have one more; null, or a sentence that says what the limit is and who can raise it.</summary>
internal static class Quotas
{
    public static async Task<string?> ChannelsAsync(ICatalog catalog, GatewayDbContext db, Guid tenant, CancellationToken cancellationToken, int more = 1) =>
        catalog.FindTenant(tenant)?.Quotas.Channels is { } most && await db.Channels.CountAsync(cancellationToken) + more > most ? Told(most, "channel") : null;

    public static async Task<string?> AgentsAsync(ICatalog catalog, GatewayDbContext db, Guid tenant, CancellationToken cancellationToken, int more = 1) =>
        catalog.FindTenant(tenant)?.Quotas.Agents is { } most && await db.Agents.CountAsync(cancellationToken) + more > most ? Told(most, "agent") : null;

    public static string Told(int most, string what) =>
        $"This tenant may have at most {most} {what}{(most == 1 ? "" : "s")}, which is its quota. Delete one that is not needed, or ask the owner of the gateway to raise the quota.";
}
