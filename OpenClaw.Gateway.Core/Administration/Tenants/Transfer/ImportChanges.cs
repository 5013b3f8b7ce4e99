using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>Brings a context to what a document says, without saving it, and reports what that takes.</summary>
internal sealed class ImportChanges(GatewayDbContext db, TenantState state, ImportFile file, bool replace, LimitOptions limits, SecretProtector protector, DateTimeOffset now)
{
    private readonly List<ImportItem> _items = [];
    private readonly List<ImportSecret> _secrets = [];

    public TenantState State => state;

    public ImportFile File => file;

    public IReadOnlyList<ImportItem> Items => _items;

    public IReadOnlyList<ImportSecret> Secrets => _secrets;

    public int Made(string resource) => _items.Count(i => i.Resource == resource && i.Action == "create");

    public async Task PrepareAsync(string by, CancellationToken cancellationToken)
    {
        foreach (var agent in file.Agents) Take(agent);
        foreach (var channel in file.Channels) Take(channel);
        foreach (var pool in file.Pools) Take(pool);
        TakeSettings();
        await new RuleImport(db, state, file, replace, now).PrepareAsync(by, _items, cancellationToken);
        foreach (var member in file.Members) await TakeAsync(member, cancellationToken);
    }

    private void Take(FileAgent wanted)
    {
        var row = state.Agent(wanted.Name);
        var before = row is null ? null : ExportTenant.Agent(row, state.Secrets[row.Id]);
        if (row is not null && row.Kind != wanted.Kind!.Kind)
        {
            file.Errors.Add($"agents[{wanted.Index}].kind", $"The tenant has an agent of this name and of the kind '{row.Kind}', which cannot be changed.");
            return;
        }

        if (row is not null && !replace && Leave("agent", wanted.Name, before!, Json(wanted, before!))) return;
        if (row is null)
        {
            row = new() { Id = RowId.New(now), Kind = wanted.Kind!.Kind, Name = wanted.Name, CreatedAt = now };
            db.Agents.Add(row);
            state.Agents.Add(row);
        }

        (row.Name, row.Enabled, row.Settings, row.Intents) = (wanted.Name, wanted.Enabled, wanted.Settings, JsonSerializer.Serialize(wanted.Intents));
        (row.MaxConcurrency, row.Weight) = (wanted.MaxConcurrency, wanted.Weight);
        var after = ExportTenant.Agent(row, state.Secrets[row.Id]);
        if (!Note("agent", row.Name, before, after)) return;
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        NameSecrets("agent", row.Name, row.Id, wanted.Secrets, wanted.Kind!.MadeSecrets, wanted.Kind.MakeSecret);
    }

    private void Take(FileChannel wanted)
    {
        var row = state.Channel(wanted.Name);
        var before = row is null ? null : ExportTenant.Channel(row, state);
        if (row is not null && row.Kind != wanted.Kind!.Kind)
        {
            file.Errors.Add($"channels[{wanted.Index}].kind", $"The tenant has a channel of this name and of the kind '{row.Kind}', which cannot be changed.");
            return;
        }

        if (wanted.Agent is { } name && state.Agent(name) is null)
        {
            // goes on, so that what names this channel is not called wrong too
            file.Errors.Add($"channels[{wanted.Index}].agent", $"Neither this document nor the tenant has an agent '{name}'.");
            wanted = wanted with { Agent = null };
        }

        if (row is not null && !replace && Leave("channel", wanted.Name, before!, Json(wanted, before!))) return;
        if (row is null)
        {
            row = new() { Id = RowId.New(now), Kind = wanted.Kind!.Kind, Name = wanted.Name, CreatedAt = now };
            db.Channels.Add(row);
            state.Channels.Add(row);
        }

        (row.Name, row.Enabled, row.Settings, row.AgentId) = (wanted.Name, wanted.Enabled, wanted.Settings, wanted.Agent is { } agent ? state.Agent(agent)!.Id : null);
        var after = ExportTenant.Channel(row, state);
        if (!Note("channel", row.Name, before, after)) return;
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        NameSecrets("channel", row.Name, row.Id, wanted.Secrets, wanted.Kind!.MadeSecrets, wanted.Kind.MakeSecret);
    }

    private void Take(FilePool wanted)
    {
        var row = state.Pool(wanted.Name);
        var before = row is null ? null : PoolTransfer.Export(row, state);
        var unknown = wanted.Members.Where(m => state.Agent(m.Agent) is null).Select(m => m.Agent).ToList();
        foreach (var name in unknown) file.Errors.Add($"pools[{wanted.Index}].members", $"Neither this document nor the tenant has an agent '{name}'.");
        var members = wanted.Members.Where(m => !unknown.Contains(m.Agent)).Select(m => new PoolMember(state.Agent(m.Agent)!.Id, m.Weight)).ToList();
        Pool made = new() { Name = wanted.Name, Strategy = wanted.Strategy, Members = JsonSerializer.Serialize(members, JsonSerializerOptions.Web), AffinityMinutes = wanted.AffinityMinutes };
        var after = PoolTransfer.Export(made, state);
        if (row is not null && !replace && Leave("pool", wanted.Name, before!, after)) return;
        if (row is null)
        {
            row = new() { Id = RowId.New(now), Name = wanted.Name, Strategy = wanted.Strategy, CreatedAt = now };
            db.Pools.Add(row);
            state.Pools.Add(row);
        }

        if (!Note("pool", wanted.Name, before, after)) return;
        (row.Name, row.Strategy, row.Members, row.AffinityMinutes) = (made.Name, made.Strategy, made.Members, made.AffinityMinutes);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
    }

    private void TakeSettings()
    {
        if (file.Settings is not { } wanted) return;
        var values = (JsonObject)TransferJson.Sorted(wanted)!;
        var agent = values["defaultAgent"];
        values.Remove("defaultAgent");
        SettingsTransfer.Check(values, limits, file.Errors);
        var name = agent?.GetValueKind() == JsonValueKind.String ? agent.GetValue<string>() : null;
        if (agent is not null && (name is null || state.Agent(name) is null))
        {
            file.Errors.Add("settings.defaultAgent", name is null ? "Must be an agent's name or null." : $"Neither this document nor the tenant has an agent '{name}'.");
            return;
        }

        var before = ExportTenant.Settings(state);
        var after = new JsonObject { ["defaultAgent"] = name is null ? null : state.Agent(name)!.Name };
        foreach (var (field, value) in values) after[field] = value?.DeepClone();
        if (!replace && Leave("settings", "Settings", before, after)) return;
        if (!Note("settings", "Settings", before, after)) return;
        var row = state.Settings;
        if (row is null) db.Settings.Add(row = new());
        (row.DefaultAgent, row.Values, row.Version, row.UpdatedAt) = (name is null ? null : state.Agent(name)!.Id, values.ToJsonString(), row.Version + 1, now);
    }

    private async Task TakeAsync(FileMember wanted, CancellationToken cancellationToken)
    {
        var role = wanted.Role.ToString().ToLowerInvariant();
        var known = state.Members.Find(m => string.Equals(m.Email, wanted.Email, StringComparison.OrdinalIgnoreCase)).Place;
        if (known is not null)
        {
            var (before, after) = (new JsonObject { ["role"] = known.Role.ToString().ToLowerInvariant() }, new JsonObject { ["role"] = role });
            if (!replace && Leave("member", wanted.Email, before, after)) return;
            if (Note("member", wanted.Email, before, after)) known.Role = wanted.Role;
            return;
        }

        var normalized = Input.EmailRule.Normalize(wanted.Email);
        if (await db.Users.AsNoTracking().Where(p => p.NormalizedEmail == normalized).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken) is { } person)
        {
            db.Memberships.Add(new() { PersonId = person, Role = wanted.Role, CreatedAt = now });
            _items.Add(new("member", wanted.Email, "create"));
        }
        else
        {
            _items.Add(new("member", wanted.Email, "invite"));
        }
    }

    /// <summary>True: it is there and is left, as the same or as another.</summary>
    private bool Leave(string resource, string name, JsonObject before, JsonObject after)
    {
        var fields = Differing(before, after);
        _items.Add(new(resource, name, fields.Count == 0 ? "unchanged" : "skip", fields.Count == 0 ? null : fields));
        return true;
    }

    /// <summary>True where something has to be done.</summary>
    private bool Note(string resource, string name, JsonObject? before, JsonObject after)
    {
        var fields = before is null ? [] : Differing(before, after);
        _items.Add(new(resource, name, before is null ? "create" : fields.Count == 0 ? "unchanged" : "change", fields.Count == 0 ? null : fields));
        return before is null || fields.Count > 0;
    }

    private static List<string> Differing(JsonObject before, JsonObject after) =>
        [.. before.Select(f => f.Key).Union(after.Select(f => f.Key)).Where(f => f != "secrets" && !JsonNode.DeepEquals(before[f], after[f])).Order(StringComparer.Ordinal)];

    private static JsonObject Json(FileAgent wanted, JsonObject before) => new()
    {
        ["name"] = wanted.Name, ["kind"] = before["kind"]?.DeepClone(), ["enabled"] = wanted.Enabled, ["settings"] = TransferJson.Sorted(wanted.Settings),
        ["intents"] = JsonSerializer.SerializeToNode(wanted.Intents), ["maxConcurrency"] = wanted.MaxConcurrency, ["weight"] = wanted.Weight,
    };

    private static JsonObject Json(FileChannel wanted, JsonObject before) => new()
    {
        ["name"] = wanted.Name, ["kind"] = before["kind"]?.DeepClone(), ["enabled"] = wanted.Enabled, ["agent"] = wanted.Agent, ["settings"] = TransferJson.Sorted(wanted.Settings),
    };

    /// <summary>Makes what the gateway makes where it is absent; what the document names and is not set has to be set by somebody.</summary>
    private void NameSecrets(string resource, string name, Guid owner, IReadOnlyList<string> named, IReadOnlyList<string> made, Func<string, string> make)
    {
        var present = state.Secrets[owner].Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var secret in named.Union(made).Where(s => !present.Contains(s)).Order(StringComparer.Ordinal))
        {
            var isMade = made.Contains(secret);
            _secrets.Add(new(resource, name, secret, isMade));
            if (isMade) db.Secrets.Add(new() { Id = RowId.New(now), OwnerId = owner, Name = secret, Protected = protector.Protect(owner, secret, new(make(secret))), UpdatedAt = now });
        }
    }
}
