using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>Reads the tenants' intents, and takes over from the last state what has not changed.</summary>
internal static class IntentRows
{
    /// <summary>The name of the secret that is the embeddings server's key; its owner is the tenant.</summary>
    public const string KeyName = "embeddingsKey";

    public static async Task<IReadOnlyDictionary<Guid, IntentSetModel>> LoadAsync(
        GatewayDbContext db, IReadOnlyDictionary<Guid, IntentSetModel> last, Func<Guid, IReadOnlyList<Secret>, string?> open, CancellationToken cancellationToken)
    {
        var versions = await db.Intents.AsNoTracking().OrderBy(i => i.Id).Select(i => new { i.Id, i.TenantId, i.Version }).ToListAsync(cancellationToken);
        if (versions.Count == 0) return new Dictionary<Guid, IntentSetModel>();
        var options = await db.IntentOptions.AsNoTracking().ToDictionaryAsync(o => o.TenantId, cancellationToken);
        var keys = (await db.Secrets.AsNoTracking().Where(s => s.OwnerId == s.TenantId && s.Name == KeyName).ToListAsync(cancellationToken)).ToLookup(s => s.TenantId);
        var sets = new Dictionary<Guid, IntentSetModel>();
        foreach (var own in versions.GroupBy(v => v.TenantId))
        {
            var option = options.GetValueOrDefault(own.Key);
            var mark = string.Join(' ', own.Select(v => $"{v.Id:N}.{v.Version}").Append($"{option?.Version ?? 0}").Concat(keys[own.Key].Select(k => k.UpdatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture))));
            sets[own.Key] = last.TryGetValue(own.Key, out var former) && former.Mark == mark
                ? former
                : await ReadAsync(db, own.Key, option, open(own.Key, [.. keys[own.Key]]), mark, cancellationToken);
        }

        return sets;
    }

    private static async Task<IntentSetModel> ReadAsync(GatewayDbContext db, Guid tenant, IntentOptions? options, string? key, string mark, CancellationToken cancellationToken)
    {
        var rows = await db.Intents.AsNoTracking().Where(i => i.TenantId == tenant).OrderBy(i => i.Name).ToListAsync(cancellationToken);
        return new()
        {
            TenantId = tenant,
            Intents = [.. rows.Select(r => new IntentModel(r.Id, r.Name, JsonSerializer.Deserialize<string[]>(r.Examples) ?? []))],
            Threshold = options?.Threshold,
            Embeddings = options is { EmbeddingsUrl: { } url, EmbeddingsModel: { } model } ? new(url, model, key) : null,
            Mark = mark,
        };
    }
}
