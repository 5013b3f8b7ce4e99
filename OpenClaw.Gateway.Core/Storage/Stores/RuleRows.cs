using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>
/// Reads the rules that hold. Those of a tenant that has published nothing since are taken over from the last snapshot; of another only
/// what the versions since then brought and ended is read, so that thousands of changes one by one do not read all rules each time.
/// </summary>
internal static class RuleRows
{
    public static async Task<IReadOnlyDictionary<Guid, RuleSetModel>> LoadAsync(GatewayDbContext db, IReadOnlyDictionary<Guid, RuleSetModel> last, CancellationToken cancellationToken)
    {
        var versions = await db.Tenants.Select(t => new { Tenant = t.Id, Number = db.RoutingVersions.Where(v => v.TenantId == t.Id).Max(v => (int?)v.Number) })
            .Where(v => v.Number != null).ToListAsync(cancellationToken);
        var sets = new Dictionary<Guid, RuleSetModel>();
        foreach (var version in versions)
        {
            var (tenant, number) = (version.Tenant, version.Number!.Value);
            var former = last.GetValueOrDefault(tenant);
            if (former?.Version == number) sets[tenant] = former;
            else if (former is not null && former.Version < number) sets[tenant] = new(number, await ChangedAsync(db, tenant, former, number, cancellationToken));
            else sets[tenant] = new(number, await AllAsync(db, tenant, number, cancellationToken));
        }

        return sets;
    }

    public static RuleModel Of(RoutingRule row) => new()
    {
        Id = row.Id, Name = row.Name, Enabled = row.Enabled, OnlyWhenUnassigned = row.OnlyWhenUnassigned, Since = row.FromVersion, Ordinal = row.Ordinal,
        Match = JsonSerializer.Deserialize<RuleMatch>(row.Match, JsonSerializerOptions.Web) ?? new(),
        Target = JsonSerializer.Deserialize<RuleTarget>(row.Target, JsonSerializerOptions.Web) ?? new(),
    };

    /// <summary>The rules of one version, present or past, in order.</summary>
    public static async Task<IReadOnlyList<RuleModel>> AllAsync(GatewayDbContext db, Guid tenant, int version, CancellationToken cancellationToken)
    {
        var rows = await db.RoutingRules.AsNoTracking().Where(r => r.TenantId == tenant && r.ToVersion > version && r.FromVersion <= version).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken);
        return [.. rows.Select(Of)];
    }

    private static async Task<IReadOnlyList<RuleModel>> ChangedAsync(GatewayDbContext db, Guid tenant, RuleSetModel former, int version, CancellationToken cancellationToken)
    {
        var since = former.Version;
        var rows = db.RoutingRules.AsNoTracking().Where(r => r.TenantId == tenant);
        var ended = await rows.Where(r => r.ToVersion > since && r.ToVersion <= version).Select(r => r.Id).ToHashSetAsync(cancellationToken);
        var fresh = await rows.Where(r => r.ToVersion > version && r.FromVersion > since && r.FromVersion <= version).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken);
        return Merge(former.Rules.Where(r => !ended.Contains(r.Id)), [.. fresh.Select(Of)], former.Rules.Count);
    }

    private static List<RuleModel> Merge(IEnumerable<RuleModel> kept, List<RuleModel> fresh, int count)
    {
        var (all, next) = (new List<RuleModel>(count + fresh.Count), 0);
        foreach (var rule in kept)
        {
            while (next < fresh.Count && fresh[next].Ordinal < rule.Ordinal) all.Add(fresh[next++]);
            all.Add(rule);
        }

        all.AddRange(fresh[next..]);
        return all;
    }
}
