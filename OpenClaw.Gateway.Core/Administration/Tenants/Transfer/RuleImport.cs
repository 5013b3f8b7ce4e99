using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Routing.Checks;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;

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
        foreach (var named in file.Rules)
        {
            var rule = Read(named);
            var row = state.Rules.Find(r => string.Equals(r.Name, rule.Name, StringComparison.OrdinalIgnoreCase));
            var same = row is not null && IsSame(row, rule);
            items.Add(new("routingRule", rule.Name, row is null ? "create" : same ? "unchanged" : replace ? "change" : "skip"));
            if (row is null || replace) wanted.Add((row, same ? null : rule));
        }

        var kept = wanted.Select(w => w.Old).OfType<RoutingRule>().ToHashSet();
        var rest = state.Rules.Where(r => !kept.Contains(r)).Select(r => (Old: (RoutingRule?)r, New: (FileRule?)null));
        List<(RoutingRule? Old, FileRule? New)> order = replace ? [.. wanted, .. rest] : [.. rest, .. wanted];
        if (!file.Errors.Any && wanted.Exists(w => w.New is not null) && RuleCheck.ListFault([.. order.Select(Model)]) is { } fault) file.Errors.Add("routingRules", fault);
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
                Id = old?.Id ?? RowId.New(now), FromVersion = number, Ordinal = place,
                Name = wanted?.Name ?? old!.Name, Enabled = wanted?.Enabled ?? old!.Enabled, OnlyWhenUnassigned = wanted?.OnlyWhenUnassigned ?? old!.OnlyWhenUnassigned,
                Match = wanted is null ? old!.Match : RuleJson.Text(wanted.Match), Target = wanted is null ? old!.Target : RuleJson.Text(wanted.Target), CreatedAt = old?.CreatedAt ?? now, UpdatedAt = now,
            });
        }
    }

    private static RuleModel Model((RoutingRule? Old, FileRule? New) wanted) => wanted.New is not { } rule ? RuleRows.Of(wanted.Old!) : new()
    {
        Id = wanted.Old?.Id ?? Guid.NewGuid(), Name = rule.Name, Match = rule.Match.Deserialize<RuleMatch>(JsonSerializerOptions.Web)!, Target = rule.Target.Deserialize<RuleTarget>(JsonSerializerOptions.Web)!,
    };

    /// <summary>The rule as it is saved; read as every rule is, once its names are ids.</summary>
    private FileRule Read(FileRule rule)
    {
        var path = $"routingRules[{rule.Index}]";
        if (!Resolve(rule, path)) return rule;
        var errors = new FieldErrors();
        var match = RuleReader.Match(JsonSerializer.SerializeToElement(rule.Match), errors);
        var target = RuleReader.Target(JsonSerializer.SerializeToElement(rule.Target), errors);
        if (!errors.Any) foreach (var fault in RuleCheck.Faults(match)) errors.Add(fault.Field, fault.Message);
        file.Errors.AddAll(path, errors);
        return errors.Any ? rule : rule with { Match = RuleJson.Of(match), Target = RuleJson.Of(target) };
    }

    /// <summary>Puts ids where names stand; false when one is not known.</summary>
    private bool Resolve(FileRule rule, string path)
    {
        var known = true;
        if (rule.Match["channels"] is JsonArray channels)
        {
            for (var i = 0; i < channels.Count; i++)
            {
                if (Text(channels[i]) is { } name && state.Channel(name) is { } channel) channels[i] = channel.Id;
                else known = Unknown($"{path}.match.channels[{i}]", $"channel '{Text(channels[i])}'");
            }
        }

        if (rule.Target["pool"] is { } pool)
        {
            if (Text(pool) is { } poolName && state.Pool(poolName) is { } there) rule.Target["pool"] = there.Id;
            else known = Unknown($"{path}.target.pool", $"pool '{Text(pool)}'");
        }

        if (rule.Target["agent"] is not { } agent) return known;
        if (Text(agent) is not { } agentName || state.Agent(agentName) is not { } row) return Unknown($"{path}.target.agent", $"agent '{Text(agent)}'");
        rule.Target["agent"] = row.Id;
        if (rule.Target["fallback"] is not JsonArray fallback) return known;
        for (var i = 0; i < fallback.Count; i++)
        {
            if (Text(fallback[i]) is { } name && state.Agent(name) is { } next) fallback[i] = next.Id;
            else known = Unknown($"{path}.target.fallback[{i}]", $"agent '{Text(fallback[i])}'");
        }

        return known;
    }

    private bool Unknown(string path, string what)
    {
        file.Errors.Add(path, $"Neither this document nor the tenant has the {what}.");
        return false;
    }

    private static bool IsSame(RoutingRule row, FileRule rule) =>
        row.Name == rule.Name && row.Enabled == rule.Enabled && row.OnlyWhenUnassigned == rule.OnlyWhenUnassigned
        && JsonNode.DeepEquals(TransferJson.Sorted(row.Match), TransferJson.Sorted(rule.Match.ToJsonString())) && JsonNode.DeepEquals(TransferJson.Sorted(row.Target), TransferJson.Sorted(rule.Target.ToJsonString()));

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
