using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>One tenant, what it has, changed by the test.</summary>
internal sealed class FakeCatalog : ICatalog
{
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, ChannelModel> _channels = [];
    private readonly Dictionary<Guid, AgentModel> _agents = [];

    public FakeCatalog() => Tenant = new(Guid.CreateVersion7(), "acme", "Acme", Suspended: false, new());

    public TenantModel Tenant { get; private set; }

    public IReadOnlyCollection<TenantModel> Tenants => [Tenant];

    public IReadOnlyCollection<ChannelModel> Channels => [.. _channels.Values];

    public event Action? Changed;

    public ChannelModel AddChannel(Func<ChannelModel, ChannelModel>? with = null)
    {
        var channel = new ChannelModel { Id = Guid.CreateVersion7(), Tenant = Tenant, Kind = "websocket", Name = "Web chat", Enabled = true, RateLimitPerUserPerMinute = 0, Settings = Nothing };
        if (with is not null) channel = with(channel);
        _channels[channel.Id] = channel;
        Changed?.Invoke();
        return channel;
    }

    /// <summary>What agents are added with: one attempt, no pauses, unless the test is about more.</summary>
    public RetryPolicy Retry { get; set; } = new(1, TimeSpan.Zero, TimeSpan.Zero);

    public AgentModel AddAgent(string kind, string name, bool isDefault = false, string settings = "{}")
    {
        var agent = new AgentModel { Id = Guid.CreateVersion7(), Tenant = Tenant, Kind = kind, Name = name, Enabled = true, Settings = JsonElement.Parse(settings), Retry = Retry };
        _agents[agent.Id] = agent;
        if (isDefault) Tenant = Tenant with { Settings = new() { DefaultAgent = agent.Id } };
        foreach (var channel in _channels.Values.ToList()) _channels[channel.Id] = channel with { Tenant = Tenant };
        return agent;
    }

    /// <summary>Changes the tenant, as a save would: with all that it has, and told.</summary>
    public void Change(Func<TenantModel, TenantModel> with)
    {
        Tenant = with(Tenant);
        foreach (var channel in _channels.Values.ToList()) _channels[channel.Id] = channel with { Tenant = Tenant };
        Changed?.Invoke();
    }

    /// <summary>Saves a channel.</summary>
    public void Put(ChannelModel channel)
    {
        _channels[channel.Id] = channel;
        Changed?.Invoke();
    }

    public void RemoveChannel(Guid id)
    {
        _channels.TryRemove(id, out _);
        Changed?.Invoke();
    }

    public void Replace(AgentModel agent)
    {
        _agents[agent.Id] = agent;
        Changed?.Invoke();
    }

    public void Replace(ChannelModel channel)
    {
        _channels[channel.Id] = channel;
        Changed?.Invoke();
    }

    public TenantModel? FindTenant(Guid id) => id == Tenant.Id ? Tenant : null;

    public TenantModel? FindTenant(string slug) => slug == Tenant.Slug ? Tenant : null;

    public ChannelModel? FindChannel(Guid id) => _channels.GetValueOrDefault(id);

    /// <summary>Rules by tenant.</summary>
    public Dictionary<Guid, RuleSetModel> Rules { get; } = [];

    public RuleSetModel FindRules(Guid tenant) => Rules.GetValueOrDefault(tenant) ?? RuleSetModel.Empty;

    /// <summary>What is published of pools; a test fills it.</summary>
    public Dictionary<Guid, PoolModel> Pools { get; } = [];

    /// <summary>A test sets it.</summary>
    public IntentSetModel Intents { get; set; } = IntentSetModel.Empty;

    public IReadOnlyCollection<AgentModel> Agents => [.. _agents.Values];

    public PoolModel? FindPool(Guid id) => Pools.GetValueOrDefault(id);

    public PoolModel? FindPool(Guid tenant, string name) => Pools.Values.FirstOrDefault(p => p.TenantId == tenant && string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    public IntentSetModel FindIntents(Guid tenant) => Intents;

    public AgentModel? FindAgent(Guid id) => _agents.GetValueOrDefault(id);

    public AgentModel? FindAgent(Guid tenant, string name) => _agents.Values.FirstOrDefault(a => a.Tenant.Id == tenant && string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase));

    public Task ReloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
