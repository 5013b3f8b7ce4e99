using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>Reads the rules that hold; those of a tenant that has published nothing since are taken over from the last snapshot.</summary>
internal static class RuleRows
{
    public static async Task<IReadOnlyDictionary<Guid, RuleSetModel>> LoadAsync(GatewayDbContext db, IReadOnlyDictionary<Guid, RuleSetModel> last, CancellationToken cancellationToken)
    {
        var versions = await db.RoutingVersions.GroupBy(v => v.TenantId).Select(g => new { Tenant = g.Key, Number = g.Max(v => v.Number) }).ToListAsync(cancellationToken);
        var sets = new Dictionary<Guid, RuleSetModel>();
        foreach (var version in versions)
        {
            if (last.TryGetValue(version.Tenant, out var same) && same.Version == version.Number) sets[version.Tenant] = same;
            else sets[version.Tenant] = new(version.Number, await RulesAsync(db, version.Tenant, cancellationToken));
        }

        return sets;
    }

    public static RuleModel Of(RoutingRule row) => new()
    {
        Id = row.Id, Name = row.Name, Enabled = row.Enabled, OnlyWhenUnassigned = row.OnlyWhenUnassigned,
        Match = JsonSerializer.Deserialize<RuleMatch>(row.Match, JsonSerializerOptions.Web) ?? new(),
        Target = JsonSerializer.Deserialize<RuleTarget>(row.Target, JsonSerializerOptions.Web) ?? new(),
    };

    private static async Task<IReadOnlyList<RuleModel>> RulesAsync(GatewayDbContext db, Guid tenant, CancellationToken cancellationToken)
    {
        var rows = await db.RoutingRules.AsNoTracking().Where(r => r.TenantId == tenant && r.ToVersion == RoutingRule.Live).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken);
        return [.. rows.Select(Of)];
    }
}
