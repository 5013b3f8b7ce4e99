using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class PoolConfiguration : IEntityTypeConfiguration<Pool>
{
    public void Configure(EntityTypeBuilder<Pool> builder)
    {
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Name).HasMaxLength(80);
        builder.Property(p => p.Strategy).HasMaxLength(20);
        builder.Property(p => p.Version).IsConcurrencyToken();
        builder.HasIndex(p => new { p.TenantId, p.Name }).IsUnique();
    }
}

internal sealed class IntentConfiguration : IEntityTypeConfiguration<Intent>
{
    public void Configure(EntityTypeBuilder<Intent> builder)
    {
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Name).HasMaxLength(80);
        builder.Property(i => i.Description).HasMaxLength(400);
        builder.Property(i => i.Version).IsConcurrencyToken();
        builder.HasIndex(i => new { i.TenantId, i.Name }).IsUnique();
    }
}

internal sealed class IntentOptionsConfiguration : IEntityTypeConfiguration<IntentOptions>
{
    public void Configure(EntityTypeBuilder<IntentOptions> builder)
    {
        builder.ToTable("IntentOptions").HasKey(o => o.TenantId);
        builder.Property(o => o.TenantId).ValueGeneratedNever();
        builder.Property(o => o.EmbeddingsUrl).HasMaxLength(2_000);
        builder.Property(o => o.EmbeddingsModel).HasMaxLength(200);
        builder.Property(o => o.Version).IsConcurrencyToken();
    }
}

internal sealed class SuggestedExampleConfiguration : IEntityTypeConfiguration<SuggestedExample>
{
    public void Configure(EntityTypeBuilder<SuggestedExample> builder)
    {
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.Text).HasMaxLength(2_000);
        builder.Property(e => e.Intent).HasMaxLength(80);
        builder.Property(e => e.Recognised).HasMaxLength(80);
        builder.Property(e => e.ByName).HasMaxLength(256);
        builder.HasIndex(e => new { e.TenantId, e.Id });
        builder.HasIndex(e => e.SessionId);
        builder.HasIndex(e => e.MessageId).IsUnique();
    }
}

internal sealed class AgentRunConfiguration : IEntityTypeConfiguration<AgentRun>
{
    public void Configure(EntityTypeBuilder<AgentRun> builder)
    {
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Model).HasMaxLength(200);
        builder.HasIndex(r => r.MessageId);
        builder.HasIndex(r => r.SessionId);
        builder.HasIndex(r => new { r.AgentId, r.Id });
    }
}

internal sealed class BacktestConfiguration : IEntityTypeConfiguration<Backtest>
{
    public void Configure(EntityTypeBuilder<Backtest> builder)
    {
        builder.Property(b => b.Id).ValueGeneratedNever();
        builder.Property(b => b.StartedBy).HasMaxLength(256);
        builder.Property(b => b.Error).HasMaxLength(2_000);
        builder.HasIndex(b => new { b.TenantId, b.Id });
    }
}
