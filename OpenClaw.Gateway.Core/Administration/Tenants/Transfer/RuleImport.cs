using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>
/// Routing rules of a document, published as one version. New ones come behind those that are there, in the document's order; with
/// replacing, the document's order holds for its rules and they come first.
/// </summary>
internal sealed class RuleImport(GatewayDbContext db, TenantState state, ImportFile file, bool replace, DateTimeOffset now)
{
    private const long Gap = 1L << 20;

    public async Task PrepareAsync(string by, List<ImportItem> items, CancellationToken cancellationToken)
    {
        if (file.Rules.Count == 0) return;
        List<(RoutingRule? Old, FileRule? New)> wanted = [];
        foreach (var rule in file.Rules)
        {
            Resolve(rule);
            var row = state.Rules.Find(r => string.Equals(r.Name, rule.Name, StringComparison.OrdinalIgnoreCase));
            var same = row is not null && IsSame(row, rule);
            items.Add(new("routingRule", rule.Name, row is null ? "create" : same ? "unchanged" : replace ? "change" : "skip"));
            if (row is null || replace) wanted.Add((row, same ? null : rule));
        }

        var named = wanted.Select(w => w.Old).OfType<RoutingRule>().ToHashSet();
        var rest = state.Rules.Where(r => !named.Contains(r)).Select(r => (Old: (RoutingRule?)r, New: (FileRule?)null));
        List<(RoutingRule? Old, FileRule? New)> order = replace ? [.. wanted, .. rest] : [.. rest, .. wanted];
        var inOrder = order.Select(w => w.Old).OfType<RoutingRule>().SequenceEqual(state.Rules) && order.TakeWhile(w => w.Old is not null).Count() >= state.Rules.Count;
        if (inOrder && order.TrueForAll(w => w.New is null)) return;
        await PublishAsync(order, keepPlaces: inOrder, by, cancellationToken);
    }

    private async Task PublishAsync(List<(RoutingRule? Old, FileRule? New)> order, bool keepPlaces, string by, CancellationToken cancellationToken)
    {
        var number = (await db.RoutingVersions.MaxAsync(v => (int?)v.Number, cancellationToken) ?? 0) + 1;
        db.RoutingVersions.Add(new() { Number = number, PublishedAt = now, PublishedBy = by, Note = "Imported" });
        var place = 0L;
        foreach (var (old, wanted) in order)
        {
            place = keepPlaces && old is not null ? old.Ordinal : place + Gap;
            if (old is not null && wanted is null && old.Ordinal == place) continue;
            if (old is not null) old.ToVersion = number;
            db.RoutingRules.Add(new()
            {
                Id = old?.Id ?? Guid.CreateVersion7(now), FromVersion = number, Ordinal = place,
                Name = wanted?.Name ?? old!.Name, Enabled = wanted?.Enabled ?? old!.Enabled, OnlyWhenUnassigned = wanted?.OnlyWhenUnassigned ?? old!.OnlyWhenUnassigned,
                Match = wanted?.Match.ToJsonString() ?? old!.Match, Target = wanted?.Target.ToJsonString() ?? old!.Target, CreatedAt = old?.CreatedAt ?? now, UpdatedAt = now,
            });
        }
    }

    /// <summary>Puts ids where names stand.</summary>
    private void Resolve(FileRule rule)
    {
        var path = $"routingRules[{rule.Index}]";
        if (rule.Match["channels"] is JsonArray channels)
        {
            for (var i = 0; i < channels.Count; i++)
            {
                if (Text(channels[i]) is { } name && state.Channel(name) is { } channel) channels[i] = channel.Id;
                else file.Errors.Add($"{path}.match.channels[{i}]", $"Neither this document nor the tenant has a channel '{Text(channels[i])}'.");
            }
        }

        if (rule.Target["agent"] is not { } agent) return;
        if (Text(agent) is { } known && state.Agent(known) is { } row) rule.Target["agent"] = row.Id;
        else file.Errors.Add($"{path}.target.agent", $"Neither this document nor the tenant has an agent '{Text(agent)}'.");
    }

    private static bool IsSame(RoutingRule row, FileRule rule) =>
        row.Name == rule.Name && row.Enabled == rule.Enabled && row.OnlyWhenUnassigned == rule.OnlyWhenUnassigned
        && JsonNode.DeepEquals(TransferJson.Sorted(row.Match), TransferJson.Sorted(rule.Match.ToJsonString())) && JsonNode.DeepEquals(TransferJson.Sorted(row.Target), TransferJson.Sorted(rule.Target.ToJsonString()));

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
