using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>
/// Makes and changes intents. An intent that a rule asks for cannot be renamed: a published version would say something else than what was
/// published. Agents that list it follow.
/// </summary>
public sealed class SaveIntent(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    private static readonly string[] Fields = ["name", "description", "examples", "warnings"];

    /// <summary>Sentences are stored as they are, readable in every script.</summary>
    internal static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes one of <c>{name,description,examples}</c>.</summary>
    public async Task<AdminResult<IntentView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (await db.Intents.CountAsync(cancellationToken) >= IntentLimits.Intents)
            return AdminResult.InUse<IntentView>($"There are {IntentLimits.Intents} intents, as many as a tenant may have. Delete one that is not needed.");
        var now = time.GetUtcNow();
        var row = new Intent { Id = RowId.New(now), Name = "", CreatedAt = now };
        db.Intents.Add(row);
        return await SaveAsync(caller, db, row, [], input, cancellationToken);
    }

    /// <summary>Changes one by an RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<IntentView>> PatchAsync(Caller caller, Guid intent, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, intent, patch, version, cancellationToken));
    }

    private async Task<AdminResult<IntentView>> PatchOnceAsync(Caller caller, Guid intent, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(caller.Tenant);
        if (await db.Intents.FirstOrDefaultAsync(i => i.Id == intent, cancellationToken) is not { } row) return AdminResult.NotFound<IntentView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<IntentView>();
        var present = new JsonObject { ["name"] = row.Name, ["description"] = row.Description, ["examples"] = JsonNode.Parse(row.Examples) };
        return await SaveAsync(caller, db, row, present, patch, cancellationToken);
    }

    private async Task<AdminResult<IntentView>> SaveAsync(Caller caller, GatewayDbContext db, Intent row, JsonObject present, JsonElement input, CancellationToken cancellationToken)
    {
        var before = row.Version == 0 ? null : IntentView.Audited(row);
        var (former, had) = (row.Name, row.Version == 0 ? [] : IntentView.ExamplesOf(row));
        var document = Document.Merge(present, input, Fields);
        await FillAsync(db, row, document, cancellationToken);
        if (document.Errors.Any) return AdminResult.Invalid<IntentView>(document.Errors);
        var set = catalog.FindIntents(caller.Tenant);
        var has = IntentView.ExamplesOf(row);
        var all = set.Intents.Where(i => i.Id != row.Id).Sum(i => i.Examples.Count) + has.Count;
        if (all > IntentLimits.Examples && has.Count > had.Count)
            return AdminResult.InUse<IntentView>(FormattableString.Invariant($"All intents together would have {all:#,0} examples; {IntentLimits.Examples:#,0} are allowed. Remove some that say the same."));
        var now = time.GetUtcNow();
        if (former.Length > 0 && !IntentNames.Same(former, row.Name))
        {
            if (RuleNaming(caller.Tenant, former) is { } rule) return AdminResult.InUse<IntentView>($"The routing rule '{rule}' asks for the intent '{former}', so it cannot be renamed. Make an intent of the new name, let the rule ask for that, then delete this one.");
            await FollowAsync(caller, db, former, row.Name, now, cancellationToken);
        }

        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, caller, now, before is null ? "intent.created" : "intent.changed", new(row.Id, row.Name), before, Changed(row, had, has));
        if (await Saving.TryAsync<IntentView>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(IntentView.Of(row, new(catalog.FindIntents(caller.Tenant))));
    }

    /// <summary>The name of the first live rule that asks for an intent, or null.</summary>
    internal static string? RuleNaming(ICatalog catalog, Guid tenant, string intent) => catalog.FindRules(tenant).Rules.FirstOrDefault(r => IntentNames.Same(r.Match.Intent, intent))?.Name;

    private string? RuleNaming(Guid tenant, string intent) => RuleNaming(catalog, tenant, intent);

    private static JsonObject Changed(Intent row, IReadOnlyList<string> had, IReadOnlyList<string> has)
    {
        var view = IntentView.Audited(row);
        if (row.Version > 1 && !had.SequenceEqual(has)) view["examplesChanged"] = new JsonObject { ["added"] = has.Except(had).Count(), ["removed"] = had.Except(has).Count() };
        return view;
    }

    private static async Task FillAsync(GatewayDbContext db, Intent row, Document document, CancellationToken cancellationToken)
    {
        row.Name = document.Name();
        row.Description = document.IsAbsent("description") ? null : document.Text("description")?.Trim() is { Length: > 0 } text ? text : null;
        if (row.Description?.Length > IntentLimits.DescriptionLength) document.Errors.Add("description", $"Must have at most {IntentLimits.DescriptionLength} characters.");
        var examples = document.Texts("examples", IntentLimits.ExamplesPerIntent, IntentLimits.ExampleLength);
        for (var i = 0; i < examples.Count; i++)
            if (string.IsNullOrWhiteSpace(examples[i])) document.Errors.Add("examples", $"Example {i + 1} is empty.");
        row.Examples = JsonSerializer.Serialize(examples.Select(e => e.Trim()).Distinct(StringComparer.Ordinal), Readable);
        await Saving.CheckNameAsync(db.Intents.Where(i => i.Id != row.Id).Select(i => i.Name), row.Name, "intent", document.Errors, cancellationToken);
    }

    private static async Task FollowAsync(Caller caller, GatewayDbContext db, string former, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var agent in await db.Agents.ToListAsync(cancellationToken))
        {
            var intents = JsonSerializer.Deserialize<string[]>(agent.Intents) ?? [];
            if (!Array.Exists(intents, i => IntentNames.Same(i, former))) continue;
            var renamed = intents.Select(i => IntentNames.Same(i, former) ? name : i).Distinct(StringComparer.Ordinal).ToArray();
            AuditTrail.Note(db, caller, now, "agent.changed", new(agent.Id, agent.Name), Listed(intents), Listed(renamed));
            (agent.Intents, agent.Version, agent.UpdatedAt) = (JsonSerializer.Serialize(renamed), agent.Version + 1, now);
        }
    }

    private static JsonObject Listed(IEnumerable<string> intents) => new() { ["intents"] = new JsonArray([.. intents.Select(i => (JsonNode)i)]) };
}
