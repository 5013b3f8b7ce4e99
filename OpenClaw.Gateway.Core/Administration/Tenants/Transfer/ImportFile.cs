using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>An agent of the document.</summary>
internal sealed record FileAgent(
    int Index, string Name, IAgentKind? Kind, bool Enabled, string Settings, IReadOnlyList<string> Secrets, IReadOnlyList<string> Intents, int MaxConcurrency, int Weight);

/// <summary>A channel of the document.</summary>
internal sealed record FileChannel(int Index, string Name, IChannelKind? Kind, bool Enabled, string? Agent, string Settings, IReadOnlyList<string> Secrets);

/// <summary>A pool of the document, with names where it will have ids; the members as they stand there.</summary>
internal sealed record FilePool(int Index, string Name, string Strategy, IReadOnlyList<(string Agent, int? Weight)> Members, double? AffinityMinutes);

/// <summary>A member of the document.</summary>
internal sealed record FileMember(int Index, string Email, TenantRole Role);

/// <summary>A routing rule of the document, with names where it will have ids.</summary>
internal sealed record FileRule(int Index, string Name, bool Enabled, bool OnlyWhenUnassigned, JsonObject Match, JsonObject Target);

/// <summary>An exported document, read whole; every fault is noted with its path, as in <c>agents[2].settings.url</c>.</summary>
internal sealed class ImportFile
{
    private const int MaxItems = 10_000;
    private readonly AgentKinds _agentKinds;
    private readonly ChannelKinds _channelKinds;

    public ImportFile(JsonElement document, AgentKinds agentKinds, ChannelKinds channelKinds)
    {
        (_agentKinds, _channelKinds) = (agentKinds, channelKinds);
        if (!IsOurs(document)) return;
        Settings = Object(document, "settings", required: false);
        Agents = Items(document, "agents", Agent);
        Channels = Items(document, "channels", Channel);
        Pools = Items(document, "pools", PoolTransfer.Read);
        Rules = Items(document, "routingRules", Rule);
        Members = Items(document, "members", Member);
        CheckNames("agents", Agents.Select(a => (a.Index, a.Name)));
        CheckNames("channels", Channels.Select(c => (c.Index, c.Name)));
        CheckNames("pools", Pools.Select(p => (p.Index, p.Name)));
        CheckNames("routingRules", Rules.Select(r => (r.Index, r.Name)));
        CheckNames("members", Members.Select(m => (m.Index, m.Email)), field: "email");
    }

    public FieldErrors Errors { get; } = new();

    /// <summary>Null where the document says nothing of them.</summary>
    public JsonObject? Settings { get; }

    public IReadOnlyList<FileAgent> Agents { get; } = [];

    public IReadOnlyList<FileChannel> Channels { get; } = [];

    public IReadOnlyList<FilePool> Pools { get; } = [];

    public IReadOnlyList<FileRule> Rules { get; } = [];

    public IReadOnlyList<FileMember> Members { get; } = [];

    private bool IsOurs(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            Errors.Add("", "This is no exported configuration: a JSON object is expected.");
            return false;
        }

        if (!document.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String || !format.ValueEquals(TransferJson.Format))
            Errors.Add("format", $"This is no exported configuration: \"{TransferJson.Format}\" is expected here.");
        else if (!document.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != TransferJson.Version)
            Errors.Add("version", $"This gateway reads version {TransferJson.Version}.");
        string[] known = ["format", "version", "settings", "agents", "channels", "pools", "routingRules", "members"];
        foreach (var field in document.EnumerateObject().Where(f => !known.Contains(f.Name))) Errors.Add(field.Name, $"There is no such part. There are: {string.Join(", ", known)}.");
        return !Errors.Any;
    }

    private JsonObject? Object(JsonElement document, string name, bool required)
    {
        if (!document.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            if (required) Errors.Add(name, "A value is needed.");
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object) return JsonObject.Create(value);
        Errors.Add(name, "Must be an object.");
        return null;
    }

    private List<T> Items<T>(JsonElement document, string list, Func<int, JsonElement, FieldErrors, T> read)
    {
        List<T> items = [];
        if (!document.TryGetProperty(list, out var value) || value.ValueKind == JsonValueKind.Null) return items;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MaxItems)
        {
            Errors.Add(list, $"Must be a list of at most {MaxItems} items.");
            return items;
        }

        foreach (var (index, element) in value.EnumerateArray().Index())
        {
            var errors = new FieldErrors();
            items.Add(read(index, element, errors));
            Errors.AddAll($"{list}[{index}]", errors);
        }

        return items;
    }

    private FileAgent Agent(int index, JsonElement element, FieldErrors errors)
    {
        var document = Document.Merge([], element, "name", "kind", "enabled", "settings", "secrets", "intents", "maxConcurrency", "weight");
        var kind = Kind(document, _agentKinds.Find, "agent");
        var agent = new FileAgent(
            index, document.Name(), kind, document.Flag("enabled", absent: true), document.Saved("settings"), SecretNames(document),
            document.Texts("intents", maxItems: 200, maxLength: 80), document.Number("maxConcurrency", absent: 16, 1, 10_000), document.Number("weight", absent: 1, 0, 1_000));
        if (kind is not null) CheckSettings(document, AgentKinds.Specs(kind), closed: kind.Settings.Count > 0, kind.Validate);
        errors.AddAll("", document.Errors);
        return agent;
    }

    private FileChannel Channel(int index, JsonElement element, FieldErrors errors)
    {
        var document = Document.Merge([], element, "name", "kind", "enabled", "agent", "settings", "secrets");
        var kind = Kind(document, _channelKinds.Find, "channel");
        var channel = new FileChannel(
            index, document.Name(), kind, document.Flag("enabled", absent: true), document.IsAbsent("agent") ? null : document.Text("agent"), document.Saved("settings"), SecretNames(document));
        if (kind is not null) CheckSettings(document, ChannelKinds.Specs(kind), closed: true, kind.Validate);
        errors.AddAll("", document.Errors);
        return channel;
    }

    private static FileRule Rule(int index, JsonElement element, FieldErrors errors)
    {
        var document = Document.Merge([], element, "name", "enabled", "onlyWhenUnassigned", "match", "target");
        if (document.IsAbsent("target")) document.Errors.Add("target", "A value is needed.");
        var rule = new FileRule(
            index, document.Name(), document.Flag("enabled", absent: true), document.Flag("onlyWhenUnassigned", absent: false),
            JsonObject.Create(document.Object("match"))!, JsonObject.Create(document.Object("target"))!);
        errors.AddAll("", document.Errors);
        return rule;
    }

    private static FileMember Member(int index, JsonElement element, FieldErrors errors)
    {
        var document = Document.Merge([], element, "email", "role");
        var email = document.Text("email")?.Trim() ?? "";
        if (email.Length > 0 && !EmailRule.Fits(email)) document.Errors.Add("email", EmailRule.Fault);
        var name = document.Text("role");
        var role = Enum.GetValues<TenantRole>().FirstOrDefault(r => string.Equals(r.ToString(), name, StringComparison.OrdinalIgnoreCase));
        if (name is not null && role == default) document.Errors.Add("role", "One of: viewer, operator, admin.");
        errors.AddAll("", document.Errors);
        return new(index, email, role);
    }

    private static T? Kind<T>(Document document, Func<string, T?> find, string what)
        where T : class
    {
        if (document.Text("kind") is not { } name) return null;
        var kind = find(name);
        if (kind is null) document.Errors.Add("kind", $"This gateway has no {what} kind '{name}'.");
        return kind;
    }

    private static void CheckSettings(Document document, IReadOnlyList<SettingSpec> specs, bool closed, Func<JsonElement, IEnumerable<(string Field, string Message)>> validate)
    {
        var settings = document.Object("settings");
        SettingsCheck.Check(settings, specs, "settings", closed, document.Errors);
        if (!document.Errors.Any) foreach (var (field, message) in validate(settings)) document.Errors.Add(field, message);
    }

    /// <summary>Names only; a value beside them is refused, as it would be thrown away.</summary>
    private static List<string> SecretNames(Document document)
    {
        List<string> names = [];
        foreach (var secret in document.Object("secrets").EnumerateObject())
        {
            if (secret.Value.ValueKind == JsonValueKind.Object && secret.Value.TryGetProperty("set", out var set) && set.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                if (set.ValueKind == JsonValueKind.True) names.Add(secret.Name);
            }
            else
            {
                document.Errors.Add($"secrets.{secret.Name}", "A configuration that is imported names secrets as {\"set\":true}; set their values afterwards.");
            }
        }

        return names;
    }

    private void CheckNames(string list, IEnumerable<(int Index, string Name)> items, string field = "name")
    {
        foreach (var twice in items.Where(i => i.Name.Length > 0).GroupBy(i => i.Name, StringComparer.OrdinalIgnoreCase).SelectMany(g => g.Skip(1)))
            Errors.Add($"{list}[{twice.Index}].{field}", "It is in the list twice.");
    }
}
