using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class MetricPointConfiguration : IEntityTypeConfiguration<MetricPoint>
{
    public void Configure(EntityTypeBuilder<MetricPoint> builder)
    {
        // in the order in which a chart reads: one measure of one tenant at one resolution over time
        builder.ToTable("MetricPoints").HasKey(p => new { p.TenantId, p.Measure, p.Resolution, p.At, p.Subject, p.Node });
        builder.Property(p => p.TenantId).ValueGeneratedNever();
        builder.Property(p => p.Measure).HasMaxLength(40);
        builder.Property(p => p.Node).HasMaxLength(64);
        builder.HasIndex(p => new { p.Resolution, p.At });
    }
}
