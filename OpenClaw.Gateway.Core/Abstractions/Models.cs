using System.Collections.Frozen;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>A tenant as the running gateway knows it; replaced whole when its configuration changes.</summary>
public sealed record TenantModel(Guid Id, string Slug, string Name, bool Suspended, TenantSettingsModel Settings)
{
    /// <summary>Why it is suspended, for its members.</summary>
    public string? SuspendedReason { get; init; }

    /// <summary>What the owner of the installation allows it.</summary>
    public TenantQuotas Quotas { get; init; } = TenantQuotas.None;
}

/// <summary>The most that a tenant may have or use; null = no limit.</summary>
/// <param name="MessagesPerDay">Messages of users in one day (UTC).</param>
/// <param name="Channels">Channels, enabled or not.</param>
/// <param name="Agents">Agents, enabled or not.</param>
/// <param name="StorageBytes">Bytes of attachments.</param>
public sealed record TenantQuotas(long? MessagesPerDay = null, int? Channels = null, int? Agents = null, long? StorageBytes = null)
{
    /// <summary>No limit at all.</summary>
    public static TenantQuotas None { get; } = new();
}

/// <summary>What a tenant has set for all its channels (contract: /settings).</summary>
public sealed record TenantSettingsModel
{
    /// <summary>The agent that answers where nothing else decides; null = none.</summary>
    public Guid? DefaultAgent { get; init; }

    /// <summary>Minutes without a message until a session sleeps; a channel may say otherwise.</summary>
    public double DormantAfterMinutes { get; init; } = 30;

    /// <summary>Days without a message until a session expires; a channel may say otherwise.</summary>
    public double ExpireAfterDays { get; init; } = 7;

    /// <summary>Days after which an expired session goes to the archive; a channel may say otherwise.</summary>
    public double ArchiveAfterDays { get; init; } = 30;

    /// <summary>Days that archived conversations are kept; null = for ever.</summary>
    public double? RetentionDays { get; init; }

    /// <summary>Messages per user and minute where the channel does not say otherwise; 0 = no limit.</summary>
    public int RateLimitPerUserPerMinute { get; init; } = 60;

    /// <summary>Messages of all users of all channels together per minute; 0 = no limit.</summary>
    public int RateLimitPerMinute { get; init; }

    /// <summary>Bytes of UTF-8 in one message of a user; null = as the installation.</summary>
    public int? MaxMessageBytes { get; init; }

    /// <summary>Bytes of one attachment; null = as the installation.</summary>
    public long? MaxAttachmentBytes { get; init; }

    /// <summary>What holds of <see cref="MaxMessageBytes"/>: never more than the installation takes.</summary>
    public int MessageBytes(LimitOptions limits) => Math.Min(MaxMessageBytes ?? int.MaxValue, limits.MaxMessageBytes);

    /// <summary>What holds of <see cref="MaxAttachmentBytes"/>: never more than the installation takes.</summary>
    public long AttachmentBytes(LimitOptions limits) => Math.Min(MaxAttachmentBytes ?? long.MaxValue, limits.MaxAttachmentBytes);
}

/// <summary>How messages of a channel are grouped into sessions (contract: settings.scope).</summary>
public enum SessionScope
{
    /// <summary>Channel, conversation, thread and user.</summary>
    User,

    /// <summary>Channel, conversation and thread.</summary>
    Thread,

    /// <summary>Channel and conversation.</summary>
    Conversation,
}

/// <summary>The spans of a session's life, counted from its last message. Zero: at the job's next run.</summary>
/// <param name="DormantAfter">Without a message until it sleeps.</param>
/// <param name="ExpireAfter">Without a message until it expires.</param>
/// <param name="ArchiveAfter">From its last message, or its end, until it is archived once expired.</param>
/// <param name="Retention">From its last message until it is deleted from the archive; null = never.</param>
public sealed record SessionTimers(TimeSpan DormantAfter, TimeSpan ExpireAfter, TimeSpan ArchiveAfter, TimeSpan? Retention)
{
    /// <summary>What holds where nobody set anything.</summary>
    public static SessionTimers Default { get; } = Of(new());

    /// <summary>What a tenant has set.</summary>
    public static SessionTimers Of(TenantSettingsModel settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(
            TimeSpan.FromMinutes(settings.DormantAfterMinutes), TimeSpan.FromDays(settings.ExpireAfterDays), TimeSpan.FromDays(settings.ArchiveAfterDays),
            settings.RetentionDays is { } days ? TimeSpan.FromDays(days) : null);
    }
}

/// <summary>A channel as the running gateway uses it: built from the saved configuration, secrets decrypted, replaced whole on change.</summary>
public sealed record ChannelModel
{
    /// <summary>The channel's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant that owns it.</summary>
    public required TenantModel Tenant { get; init; }

    /// <summary><c>websocket</c>, <c>telegram</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>Unique per tenant.</summary>
    public required string Name { get; init; }

    /// <summary>A disabled channel accepts and sends nothing.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The channel's own agent.</summary>
    public Guid? Agent { get; init; }

    /// <summary>How its messages are grouped into sessions.</summary>
    public SessionScope Scope { get; init; }

    /// <summary>Messages per user and minute; 0 = no limit. The burst is the minute's amount.</summary>
    public int RateLimitPerUserPerMinute { get; init; } = 60;

    /// <summary>Messages of all its users together per minute; 0 = no limit. The burst is the minute's amount.</summary>
    public int RateLimitPerMinute { get; init; }

    /// <summary>When it stops answering what seems to be no person.</summary>
    public LoopPolicy LoopGuard { get; init; } = LoopPolicy.None;

    /// <summary>When its sessions sleep, expire, are archived and deleted.</summary>
    public SessionTimers Timers { get; init; } = SessionTimers.Default;

    /// <summary>When and how often a reply that the platform did not take is sent again.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>How long a message, or a reply, may wait for what cannot be reached before it becomes a dead letter.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Faults may be put in its way on purpose.</summary>
    public bool IsTest { get; init; }

    /// <summary>What people have set about its running.</summary>
    public SubjectControl Control { get; init; } = SubjectControl.None;

    /// <summary>The gateway answers the users' commands <c>/new</c>, <c>/stop</c> and <c>/help</c> itself.</summary>
    public bool UserCommands { get; init; } = true;

    /// <summary>All settings as saved, an object.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>Decrypted secrets by name. Never logged, never serialised.</summary>
    public FrozenDictionary<string, string> Secrets { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <inheritdoc />
    public override string ToString() => $"channel {Id} ({Kind})";
}

/// <summary>An agent as the running gateway uses it; replaced whole on change.</summary>
public sealed record AgentModel
{
    /// <summary>The agent's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant that owns it.</summary>
    public required TenantModel Tenant { get; init; }

    /// <summary><c>echo</c>, <c>webhook</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>Unique per tenant.</summary>
    public required string Name { get; init; }

    /// <summary>A disabled agent is never chosen.</summary>
    public required bool Enabled { get; init; }

    /// <summary>How many requests may be open at once.</summary>
    public int MaxConcurrency { get; init; } = 16;

    /// <summary>When and how often a failed request is made again.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>The names of the intents that it is for.</summary>
    public IReadOnlyList<string> Intents { get; init; } = [];

    /// <summary>Its share in a weighted pool, from 0 to 1,000.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>What it does with messages that come while it works on an earlier one of the session.</summary>
    public BusyMode Busy { get; init; }

    /// <summary>Faults may be put in its way on purpose.</summary>
    public bool IsTest { get; init; }

    /// <summary>What people have set about its running.</summary>
    public SubjectControl Control { get; init; } = SubjectControl.None;

    /// <summary>All settings as saved, an object.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>Decrypted secrets by name. Never logged, never serialised.</summary>
    public FrozenDictionary<string, string> Secrets { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <inheritdoc />
    public override string ToString() => $"agent {Id} ({Kind})";
}

/// <summary>The running gateway's view of what is configured. Lock-free reads of an immutable snapshot.</summary>
public interface ICatalog
{
    /// <summary>A tenant by id, or null.</summary>
    TenantModel? FindTenant(Guid id);

    /// <summary>A tenant by slug, or null.</summary>
    TenantModel? FindTenant(string slug);

    /// <summary>A channel by id, whether enabled or not, or null.</summary>
    ChannelModel? FindChannel(Guid id);

    /// <summary>An agent by id, whether enabled or not, or null.</summary>
    AgentModel? FindAgent(Guid id);

    /// <summary>An agent of a tenant by name (ordinal, ignoring case), or null.</summary>
    AgentModel? FindAgent(Guid tenant, string name);

    /// <summary>A tenant's published routing rules; the same instance until another version is published.</summary>
    RuleSetModel FindRules(Guid tenant);

    /// <summary>A pool by id, or null.</summary>
    PoolModel? FindPool(Guid id);

    /// <summary>A pool of a tenant by name (ordinal, ignoring case), or null.</summary>
    PoolModel? FindPool(Guid tenant, string name);

    /// <summary>A tenant's intents; the same instance until something of them is changed.</summary>
    IntentSetModel FindIntents(Guid tenant);

    /// <summary>All agents of all tenants.</summary>
    IReadOnlyCollection<AgentModel> Agents { get; }

    /// <summary>All tenants.</summary>
    IReadOnlyCollection<TenantModel> Tenants { get; }

    /// <summary>All channels of all tenants.</summary>
    IReadOnlyCollection<ChannelModel> Channels { get; }

    /// <summary>Raised after a snapshot was replaced, on the thread that replaced it; handlers must be quick.</summary>
    event Action? Changed;

    /// <summary>Reads the configuration again and replaces the snapshot. Called after every saved change.</summary>
    Task ReloadAsync(CancellationToken cancellationToken);
}
