using System.Collections.Frozen;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>The rows that a snapshot is made of.</summary>
internal sealed record CatalogRows(
    IReadOnlyList<Tenant> Tenants, IReadOnlyDictionary<Guid, TenantSettings> Settings, IReadOnlyList<Channel> Channels, IReadOnlyList<Agent> Agents, ILookup<Guid, Secret> Secrets,
    IReadOnlyDictionary<Guid, RuleSetModel> Rules, IReadOnlyDictionary<Guid, SubjectState> States, IReadOnlyList<Pool> Pools, IReadOnlyDictionary<Guid, IntentSetModel> Intents);

/// <summary>One state of the configuration.</summary>
internal sealed class CatalogSnapshot
{
    public static readonly CatalogSnapshot Empty = new();

    public FrozenDictionary<Guid, TenantModel> Tenants { get; init; } = FrozenDictionary<Guid, TenantModel>.Empty;
    public FrozenDictionary<string, TenantModel> Slugs { get; init; } = FrozenDictionary<string, TenantModel>.Empty;
    public FrozenDictionary<Guid, ChannelModel> Channels { get; init; } = FrozenDictionary<Guid, ChannelModel>.Empty;
    public FrozenDictionary<Guid, AgentModel> Agents { get; init; } = FrozenDictionary<Guid, AgentModel>.Empty;
    public FrozenDictionary<(Guid Tenant, string Name), AgentModel> Names { get; init; } = FrozenDictionary<(Guid, string), AgentModel>.Empty;

    public FrozenDictionary<Guid, PoolModel> Pools { get; init; } = FrozenDictionary<Guid, PoolModel>.Empty;
    public FrozenDictionary<(Guid Tenant, string Name), PoolModel> PoolNames { get; init; } = FrozenDictionary<(Guid, string), PoolModel>.Empty;

    public IReadOnlyDictionary<Guid, RuleSetModel> Rules { get; init; } = FrozenDictionary<Guid, RuleSetModel>.Empty;

    public IReadOnlyDictionary<Guid, IntentSetModel> Intents { get; init; } = FrozenDictionary<Guid, IntentSetModel>.Empty;

    /// <summary>Row version and open secrets that each channel's and agent's model was built from.</summary>
    public Dictionary<Guid, (int Version, FrozenDictionary<string, string> Secrets)> Sources { get; init; } = [];
}

/// <summary>Makes the next snapshot and takes over from the last what has not changed.</summary>
internal sealed class CatalogBuilder(CatalogRows rows, CatalogSnapshot last, Func<IEnumerable<Secret>, FrozenDictionary<string, string>> open)
{
    private readonly Dictionary<Guid, (int Version, FrozenDictionary<string, string> Secrets)> _sources = [];

    public CatalogSnapshot Build()
    {
        var tenants = rows.Tenants.Select(Tenant).ToFrozenDictionary(t => t.Id);
        var channels = rows.Channels.Where(c => tenants.ContainsKey(c.TenantId)).Select(c => Channel(c, tenants[c.TenantId])).ToFrozenDictionary(c => c.Id);
        var agents = rows.Agents.Where(a => tenants.ContainsKey(a.TenantId)).Select(a => Agent(a, tenants[a.TenantId])).ToFrozenDictionary(a => a.Id);
        var pools = rows.Pools.Where(p => tenants.ContainsKey(p.TenantId)).Select(Pool).ToFrozenDictionary(p => p.Id);
        return new()
        {
            Pools = pools,
            PoolNames = pools.Values.GroupBy(p => (p.TenantId, p.Name.ToUpperInvariant())).ToFrozenDictionary(g => g.Key, g => g.MinBy(p => p.Id)!),
            Intents = rows.Intents,
            Tenants = tenants,
            Slugs = tenants.Values.ToFrozenDictionary(t => t.Slug),
            Channels = channels,
            Agents = agents,
            Names = agents.Values.GroupBy(a => (a.Tenant.Id, a.Name.ToUpperInvariant())).ToFrozenDictionary(g => g.Key, g => g.MinBy(a => a.Id)!),
            Rules = rows.Rules,
            Sources = _sources,
        };
    }

    private TenantModel Tenant(Tenant row)
    {
        var model = new TenantModel(row.Id, row.Slug, row.Name, row.Suspended, SettingsRows.ToModel(rows.Settings.GetValueOrDefault(row.Id)))
        {
            SuspendedReason = row.SuspendedReason,
            Quotas = new(row.MaxMessagesPerDay, row.MaxChannels, row.MaxAgents, row.MaxStorageBytes),
        };
        return last.Tenants.TryGetValue(row.Id, out var former) && former == model ? former : model;
    }

    private ChannelModel Channel(Channel row, TenantModel tenant)
    {
        var (same, secrets) = Source(row.Id, row.Version);
        var control = Control(row.Id);
        if (same && last.Channels.TryGetValue(row.Id, out var former) && ReferenceEquals(former.Tenant, tenant)) return former.Control == control ? former : former with { Control = control };
        return ModelOf(row, tenant, secrets) with { Control = control };
    }

    /// <summary>A channel's row as the running gateway sees it.</summary>
    public static ChannelModel ModelOf(Channel row, TenantModel tenant, FrozenDictionary<string, string> secrets)
    {
        var settings = JsonElement.Parse(row.Settings);
        var perUser = settings.TryGetProperty("rateLimitPerUserPerMinute", out var rate) && rate.TryGetInt32(out var limit) ? limit : tenant.Settings.RateLimitPerUserPerMinute;
        return new()
        {
            Id = row.Id, Tenant = tenant, Kind = row.Kind, Name = row.Name, Enabled = row.Enabled, Agent = row.AgentId, Settings = settings, Secrets = secrets,
            LoopGuard = LoopPolicy.Of(settings, row.Kind, perUser),
            Scope = Scope(settings),
            Retry = RetryPolicy.Of(settings),
            MaxWait = TimeSpan.FromMinutes(Number(settings, "maxWaitMinutes") ?? 60),
            IsTest = IsTest(settings),
            Timers = Timers(settings, tenant.Settings),
            UserCommands = !settings.TryGetProperty("userCommands", out var commands) || commands.ValueKind != JsonValueKind.False,
            RateLimitPerMinute = settings.TryGetProperty("rateLimitPerMinute", out var all) && all.TryGetInt32(out var most) ? most : 0,
            RateLimitPerUserPerMinute = perUser,
        };
    }

    private AgentModel Agent(Agent row, TenantModel tenant)
    {
        var (same, secrets) = Source(row.Id, row.Version);
        var control = Control(row.Id);
        if (same && last.Agents.TryGetValue(row.Id, out var former) && ReferenceEquals(former.Tenant, tenant)) return former.Control == control ? former : former with { Control = control };
        return ModelOf(row, tenant, secrets) with { Control = control };
    }

    /// <summary>An agent's row as the running gateway sees it.</summary>
    public static AgentModel ModelOf(Agent row, TenantModel tenant, FrozenDictionary<string, string> secrets)
    {
        var settings = JsonElement.Parse(row.Settings);
        return new()
        {
            Id = row.Id, Tenant = tenant, Kind = row.Kind, Name = row.Name, Enabled = row.Enabled, MaxConcurrency = row.MaxConcurrency,
            Settings = settings, Secrets = secrets, Retry = RetryPolicy.Of(settings), IsTest = IsTest(settings),
            Intents = JsonSerializer.Deserialize<string[]>(row.Intents) ?? [], Weight = row.Weight, Busy = Busy(settings),
        };
    }

    private PoolModel Pool(Pool row)
    {
        if (last.Pools.TryGetValue(row.Id, out var former) && former.Version == row.Version) return former;
        return new()
        {
            Id = row.Id, TenantId = row.TenantId, Name = row.Name, Version = row.Version,
            Strategy = PoolModel.Strategies.GetValueOrDefault(row.Strategy),
            Members = JsonSerializer.Deserialize<PoolMember[]>(row.Members, JsonSerializerOptions.Web) ?? [],
            AffinityFor = row.AffinityMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        };
    }

    private static BusyMode Busy(JsonElement settings) =>
        settings.TryGetProperty("busy", out var busy) && busy.ValueKind == JsonValueKind.String && Enum.TryParse<BusyMode>(busy.GetString(), ignoreCase: true, out var mode) ? mode : BusyMode.Queue;

    private SubjectControl Control(Guid subject) =>
        rows.States.TryGetValue(subject, out var state) ? new(state.Flow, state.Forced, state.ForcedUntil, state.ForcedReason) : SubjectControl.None;

    private static bool IsTest(JsonElement settings) => settings.TryGetProperty("test", out var test) && test.ValueKind == JsonValueKind.True;

    private (bool Same, FrozenDictionary<string, string> Secrets) Source(Guid owner, int version)
    {
        var secrets = open(rows.Secrets[owner]);
        var same = last.Sources.TryGetValue(owner, out var former) && former.Version == version && Same(former.Secrets, secrets);
        _sources[owner] = same ? former : (version, secrets);
        return (same, secrets);
    }

    private static bool Same(FrozenDictionary<string, string> a, FrozenDictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>The channel's own before the tenant's.</summary>
    private static SessionTimers Timers(JsonElement settings, TenantSettingsModel tenant) => SessionTimers.Of(tenant with
    {
        DormantAfterMinutes = Number(settings, "dormantAfterMinutes") ?? tenant.DormantAfterMinutes,
        ExpireAfterDays = Number(settings, "expireAfterDays") ?? tenant.ExpireAfterDays,
        ArchiveAfterDays = Number(settings, "archiveAfterDays") ?? tenant.ArchiveAfterDays,
        RetentionDays = Number(settings, "retentionDays") ?? tenant.RetentionDays,
    });

    private static double? Number(JsonElement settings, string name) =>
        settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static SessionScope Scope(JsonElement settings) =>
        settings.TryGetProperty("scope", out var scope) && scope.ValueKind == JsonValueKind.String && Enum.TryParse<SessionScope>(scope.GetString(), ignoreCase: true, out var value)
            ? value : SessionScope.User;
}
