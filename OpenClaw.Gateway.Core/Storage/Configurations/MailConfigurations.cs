using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class MailEntryConfiguration : IEntityTypeConfiguration<MailEntry>
{
    public void Configure(EntityTypeBuilder<MailEntry> builder)
    {
        builder.HasKey(m => new { m.ChannelId, m.Hash });
        builder.Property(m => m.Hash).HasMaxLength(64);
        builder.Property(m => m.Thread).HasMaxLength(64);
        builder.Property(m => m.UserId).HasMaxLength(400);
        builder.Property(m => m.TextHash).HasMaxLength(64);
        builder.HasIndex(m => new { m.ChannelId, m.Thread, m.At });
        builder.HasIndex(m => new { m.TenantId, m.UserId });
        builder.HasIndex(m => m.At);
    }
}

internal sealed class DeliveryReportConfiguration : IEntityTypeConfiguration<DeliveryReport>
{
    public void Configure(EntityTypeBuilder<DeliveryReport> builder)
    {
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.ExternalId).HasMaxLength(64);
        builder.Property(r => r.Recipient).HasMaxLength(400);
        builder.Property(r => r.Status).HasMaxLength(16);
        builder.Property(r => r.Detail).HasMaxLength(2_000);
        builder.HasIndex(r => r.ReplyId);
        builder.HasIndex(r => r.SessionId);
        builder.HasIndex(r => new { r.ChannelId, r.Id });
    }
}

internal sealed class HeldMessageConfiguration : IEntityTypeConfiguration<HeldMessage>
{
    public void Configure(EntityTypeBuilder<HeldMessage> builder)
    {
        builder.Property(h => h.Id).ValueGeneratedNever();
        builder.Property(h => h.Place).HasMaxLength(200);
        builder.Property(h => h.Reason).HasMaxLength(40);
        builder.Property(h => h.Detail).HasMaxLength(2_000);
        builder.Property(h => h.Sender).HasMaxLength(400);
        builder.Property(h => h.Subject).HasMaxLength(1_000);
        builder.HasIndex(h => new { h.ChannelId, h.Place }).IsUnique();
        builder.HasIndex(h => new { h.ChannelId, h.Id });
        builder.HasIndex(h => h.At);
    }
}
