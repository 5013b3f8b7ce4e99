using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class SubjectStateConfiguration : IEntityTypeConfiguration<SubjectState>
{
    public void Configure(EntityTypeBuilder<SubjectState> builder)
    {
        builder.HasKey(s => s.SubjectId);
        builder.Property(s => s.SubjectId).ValueGeneratedNever();
        builder.Property(s => s.FlowReason).HasMaxLength(400);
        builder.Property(s => s.FlowBy).HasMaxLength(256);
        builder.Property(s => s.ForcedReason).HasMaxLength(400);
        builder.Property(s => s.ForcedBy).HasMaxLength(256);
    }
}

internal sealed class AttemptConfiguration : IEntityTypeConfiguration<Attempt>
{
    public void Configure(EntityTypeBuilder<Attempt> builder)
    {
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Cause).HasMaxLength(40);
        builder.HasIndex(a => new { a.SessionId, a.MessageId, a.Number });
        builder.HasIndex(a => a.MessageId);
    }
}

internal sealed class DeliveryConfiguration : IEntityTypeConfiguration<Entities.Delivery>
{
    public void Configure(EntityTypeBuilder<Entities.Delivery> builder)
    {
        builder.HasKey(d => d.Position);
        builder.Property(d => d.Position).ValueGeneratedNever();
        builder.Property(d => d.State).HasMaxLength(20);
        builder.HasIndex(d => d.SessionId);
        builder.HasIndex(d => d.MessageId);
    }
}

internal sealed class DrillConfiguration : IEntityTypeConfiguration<Drill>
{
    public void Configure(EntityTypeBuilder<Drill> builder)
    {
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.StartedBy).HasMaxLength(256);
        builder.HasIndex(d => new { d.TenantId, d.Id });
    }
}

internal sealed class ReplayConfiguration : IEntityTypeConfiguration<Replay>
{
    public void Configure(EntityTypeBuilder<Replay> builder)
    {
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.State).HasMaxLength(20);
        builder.Property(r => r.StartedBy).HasMaxLength(256);
        builder.HasIndex(r => new { r.TenantId, r.Id });
    }
}

internal sealed class ReplayItemConfiguration : IEntityTypeConfiguration<ReplayItem>
{
    public void Configure(EntityTypeBuilder<ReplayItem> builder)
    {
        builder.HasKey(i => new { i.ReplayId, i.Ordinal });
        builder.Property(i => i.Ordinal).ValueGeneratedNever();
        builder.Property(i => i.State).HasMaxLength(20);
        builder.HasIndex(i => new { i.ReplayId, i.State, i.Ordinal });
        builder.HasIndex(i => i.LetterId);
    }
}

internal sealed class EventWebhookConfiguration : IEntityTypeConfiguration<EventWebhook>
{
    public void Configure(EntityTypeBuilder<EventWebhook> builder)
    {
        builder.Property(w => w.Id).ValueGeneratedNever();
        builder.Property(w => w.Name).HasMaxLength(80);
        builder.Property(w => w.Version).IsConcurrencyToken();
        builder.HasIndex(w => new { w.TenantId, w.Name }).IsUnique();
    }
}

internal sealed class EventDeliveryConfiguration : IEntityTypeConfiguration<EventDelivery>
{
    public void Configure(EntityTypeBuilder<EventDelivery> builder)
    {
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Type).HasMaxLength(40);
        builder.Property(d => d.State).HasMaxLength(20);
        builder.HasIndex(d => new { d.WebhookId, d.Id });
        builder.HasIndex(d => d.SessionId);
        builder.HasIndex(d => new { d.WebhookId, d.NextAt }).HasFilter("\"NextAt\" IS NOT NULL");
    }
}

internal sealed class AlertRuleConfiguration : IEntityTypeConfiguration<AlertRule>
{
    public void Configure(EntityTypeBuilder<AlertRule> builder)
    {
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Name).HasMaxLength(80);
        builder.Property(r => r.Condition).HasMaxLength(40);
        builder.Property(r => r.Means).HasMaxLength(20);
        builder.Property(r => r.Version).IsConcurrencyToken();
        builder.HasIndex(r => new { r.TenantId, r.Name }).IsUnique();
    }
}

internal sealed class AlertConfiguration : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Subject).HasMaxLength(200);
        builder.HasIndex(a => new { a.TenantId, a.Id });
        builder.HasIndex(a => new { a.RuleId, a.Subject, a.EndedAt });
    }
}
