using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A catalog of channels that the test fills and changes from any thread.</summary>
internal sealed class ChannelCatalog : ICatalog
{
    private readonly Lock _lock = new();
    private List<ChannelModel> _channels = [];

    public event Action? Changed;

    public IReadOnlyCollection<TenantModel> Tenants => [.. _channels.Select(c => c.Tenant).Distinct()];

    public IReadOnlyCollection<ChannelModel> Channels => _channels;

    public TenantModel? FindTenant(Guid id) => Tenants.FirstOrDefault(t => t.Id == id);

    public TenantModel? FindTenant(string slug) => Tenants.FirstOrDefault(t => string.Equals(t.Slug, slug, StringComparison.Ordinal));

    public ChannelModel? FindChannel(Guid id) => _channels.Find(c => c.Id == id);

    /// <summary>Rules by tenant.</summary>
    public Dictionary<Guid, RuleSetModel> Rules { get; } = [];

    public RuleSetModel FindRules(Guid tenant) => Rules.GetValueOrDefault(tenant) ?? RuleSetModel.Empty;

    public IReadOnlyCollection<AgentModel> Agents => [];

    public PoolModel? FindPool(Guid id) => null;

    public PoolModel? FindPool(Guid tenant, string name) => null;

    public IntentSetModel FindIntents(Guid tenant) => IntentSetModel.Empty;

    public AgentModel? FindAgent(Guid id) => null;

    public AgentModel? FindAgent(Guid tenant, string name) => null;

    public Task ReloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Adds or replaces a channel and says so.</summary>
    public void Put(ChannelModel channel)
    {
        lock (_lock) _channels = [.. _channels.Where(c => c.Id != channel.Id), channel];
        Changed?.Invoke();
    }

    public void Remove(Guid id)
    {
        lock (_lock) _channels = [.. _channels.Where(c => c.Id != id)];
        Changed?.Invoke();
    }
}
