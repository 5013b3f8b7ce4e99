using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class RoutingRuleConfiguration : IEntityTypeConfiguration<RoutingRule>
{
    public void Configure(EntityTypeBuilder<RoutingRule> builder)
    {
        builder.ToTable("RoutingRules").HasKey(r => new { r.Id, r.FromVersion });
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.FromVersion).ValueGeneratedNever();
        builder.Property(r => r.ToVersion).IsConcurrencyToken();
        builder.Property(r => r.Name).HasMaxLength(80);
        builder.HasIndex(r => new { r.TenantId, r.ToVersion, r.Ordinal });
    }
}

internal sealed class RoutingVersionConfiguration : IEntityTypeConfiguration<RoutingVersion>
{
    public void Configure(EntityTypeBuilder<RoutingVersion> builder)
    {
        builder.ToTable("RoutingVersions").HasKey(v => new { v.TenantId, v.Number });
        builder.Property(v => v.TenantId).ValueGeneratedNever();
        builder.Property(v => v.Number).ValueGeneratedNever();
        builder.Property(v => v.PublishedBy).HasMaxLength(256);
        builder.Property(v => v.Note).HasMaxLength(400);
    }
}

internal sealed class RoutingDraftConfiguration : IEntityTypeConfiguration<RoutingDraft>
{
    public void Configure(EntityTypeBuilder<RoutingDraft> builder)
    {
        builder.ToTable("RoutingDrafts").HasKey(d => d.TenantId);
        builder.Property(d => d.TenantId).ValueGeneratedNever();
        builder.Property(d => d.UpdatedBy).HasMaxLength(256);
        builder.Property(d => d.Version).IsConcurrencyToken();
    }
}

internal sealed class RuleHitConfiguration : IEntityTypeConfiguration<RuleHit>
{
    public void Configure(EntityTypeBuilder<RuleHit> builder)
    {
        builder.ToTable("RuleHits").HasKey(h => h.RuleId);
        builder.Property(h => h.RuleId).ValueGeneratedNever();
        builder.HasIndex(h => h.TenantId);
    }
}
