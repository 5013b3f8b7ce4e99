using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using OpenClaw.Gateway.Core.Storage.Configurations;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage;

/// <summary>
/// Schema, configuration and queries. Made by <see cref="ITenantDbFactory"/> for one tenant; saving stamps that tenant on new
/// rows and throws <see cref="TenantMismatchException"/> for another's. On SQLite a save takes the journal's write gate.
/// </summary>
public sealed class GatewayDbContext(DbContextOptions<GatewayDbContext> options, TenantScope scope, IWriteGate gate)
    : IdentityDbContext<Person, IdentityRole<Guid>, Guid>(options)
{
    /// <summary>The name of the query filter that keeps tenants apart.</summary>
    public const string TenantFilter = "tenant";

#pragma warning disable CS1591 // the entities say it
    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<TenantSettings> Settings => Set<TenantSettings>();
    public DbSet<Channel> Channels => Set<Channel>();
    public DbSet<Agent> Agents => Set<Agent>();
    public DbSet<Secret> Secrets => Set<Secret>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<IdempotentRequest> IdempotentRequests => Set<IdempotentRequest>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<SignIn> SignIns => Set<SignIn>();
    public DbSet<RoutingRule> RoutingRules => Set<RoutingRule>();
    public DbSet<RoutingVersion> RoutingVersions => Set<RoutingVersion>();
    public DbSet<RoutingDraft> RoutingDrafts => Set<RoutingDraft>();
    public DbSet<RuleHit> RuleHits => Set<RuleHit>();
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();
    public DbSet<UsageDay> UsageDays => Set<UsageDay>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();
    public DbSet<InstallationValue> InstallationValues => Set<InstallationValue>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<SessionEntry> SessionEntries => Set<SessionEntry>();
    public DbSet<DeadLetter> DeadLetters => Set<DeadLetter>();
    public DbSet<Upload> Uploads => Set<Upload>();
    public DbSet<ArchivedSession> ArchivedSessions => Set<ArchivedSession>();
    public DbSet<LegalHold> LegalHolds => Set<LegalHold>();
    public DbSet<Erasure> Erasures => Set<Erasure>();
    public DbSet<SessionNote> SessionNotes => Set<SessionNote>();
    public DbSet<SavedFilter> SavedFilters => Set<SavedFilter>();
    public DbSet<JobRun> JobRuns => Set<JobRun>();
    public DbSet<SubjectState> SubjectStates => Set<SubjectState>();
    public DbSet<Attempt> Attempts => Set<Attempt>();
    public DbSet<Entities.Delivery> Deliveries => Set<Entities.Delivery>();
    public DbSet<Drill> Drills => Set<Drill>();
    public DbSet<Replay> Replays => Set<Replay>();
    public DbSet<ReplayItem> ReplayItems => Set<ReplayItem>();
    public DbSet<EventWebhook> EventWebhooks => Set<EventWebhook>();
    public DbSet<EventDelivery> EventDeliveries => Set<EventDelivery>();
    public DbSet<AlertRule> AlertRules => Set<AlertRule>();
    public DbSet<Alert> Alerts => Set<Alert>();
    public DbSet<ChannelNote> ChannelNotes => Set<ChannelNote>();
    public DbSet<ChannelGap> ChannelGaps => Set<ChannelGap>();
    public DbSet<ConversationAlias> ConversationAliases => Set<ConversationAlias>();
    public DbSet<Pairing> Pairings => Set<Pairing>();
    public DbSet<AnswerPreview> AnswerPreviews => Set<AnswerPreview>();
    public DbSet<MailEntry> MailEntries => Set<MailEntry>();
    public DbSet<DeliveryReport> DeliveryReports => Set<DeliveryReport>();
    public DbSet<HeldMessage> HeldMessages => Set<HeldMessage>();
    public DbSet<Pool> Pools => Set<Pool>();
    public DbSet<Intent> Intents => Set<Intent>();
    public DbSet<IntentOptions> IntentOptions => Set<IntentOptions>();
    public DbSet<SuggestedExample> SuggestedExamples => Set<SuggestedExample>();
    public DbSet<AgentRun> AgentRuns => Set<AgentRun>();
    public DbSet<Backtest> Backtests => Set<Backtest>();
    public DbSet<MetricPoint> MetricPoints => Set<MetricPoint>();
#pragma warning restore CS1591

    /// <summary>The tenant whose rows this context sees; read by the query filter.</summary>
    public Guid TenantId => scope.TenantId;

    /// <summary>True for the gateway's own workers; read by the query filter.</summary>
    public bool IsSystem => scope.IsSystem;

    /// <inheritdoc />
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Stamp();
        using var entered = await gate.EnterAsync(cancellationToken);
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc />
    [SuppressMessage("Usage", "CA1065", Justification = "A synchronous save would block a thread on the gate.")]
    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException("Save asynchronously.");

    /// <summary>Runs bulk statements (ExecuteUpdate, ExecuteDelete) under the write gate, which they need on SQLite.</summary>
    public async Task<T> WriteAsync<T>(Func<GatewayDbContext, Task<T>> statements, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(statements);
        using var entered = await gate.EnterAsync(cancellationToken);
        return await statements(this);
    }

    /// <summary>Saves inside the journal's transaction, on its thread and under its turn. Only for what the journal runs.</summary>
    internal void SaveInJournal()
    {
        base.SaveChanges(acceptAllChangesOnSuccess: true);
        ChangeTracker.Clear();
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        PortableTypes.Apply(configurationBuilder, Database.ProviderName ?? "");
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(GatewayDbContext).Assembly);
        TenantFilterConvention.Apply(builder, this);
    }

    private void Stamp()
    {
        if (scope.IsSystem) return;
        foreach (var entry in ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State == EntityState.Added && entry.Entity.TenantId == Guid.Empty) entry.Entity.TenantId = scope.TenantId;
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && !IsOwn(entry))
                throw new TenantMismatchException(entry.Metadata.ShortName());
        }
    }

    private bool IsOwn(EntityEntry<ITenantOwned> entry) =>
        entry.Entity.TenantId == scope.TenantId
        && (entry.State == EntityState.Added || (Guid)entry.Property(nameof(ITenantOwned.TenantId)).OriginalValue! == scope.TenantId);
}

/// <summary>A row of another tenant was about to be written: a fault of the program, never of the user.</summary>
public sealed class TenantMismatchException(string entity)
    : InvalidOperationException($"A {entity} of another tenant was about to be written; nothing was saved.");
