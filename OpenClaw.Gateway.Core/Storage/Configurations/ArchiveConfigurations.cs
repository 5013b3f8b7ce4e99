using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class ArchivedSessionConfiguration : IEntityTypeConfiguration<ArchivedSession>
{
    public void Configure(EntityTypeBuilder<ArchivedSession> builder)
    {
        builder.ToTable("ArchivedSessions").HasKey(a => a.SessionId);
        builder.Property(a => a.SessionId).ValueGeneratedNever();
        builder.HasIndex(a => new { a.TenantId, a.LastActivityAt });
        builder.HasIndex(a => a.RowsRemoved);
    }
}

internal sealed class LegalHoldConfiguration : IEntityTypeConfiguration<LegalHold>
{
    public void Configure(EntityTypeBuilder<LegalHold> builder)
    {
        builder.ToTable("LegalHolds");
        builder.Property(h => h.Id).ValueGeneratedNever();
        builder.Property(h => h.Name).HasMaxLength(80);
        builder.Property(h => h.UserId).HasMaxLength(400);
        builder.Property(h => h.CreatedBy).HasMaxLength(256);
        builder.Property(h => h.Version).IsConcurrencyToken();
        builder.HasIndex(h => new { h.TenantId, h.Name }).IsUnique();
    }
}

internal sealed class ErasureConfiguration : IEntityTypeConfiguration<Erasure>
{
    public void Configure(EntityTypeBuilder<Erasure> builder)
    {
        builder.ToTable("Erasures");
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.Pseudonym).HasMaxLength(40);
        builder.Property(e => e.State).HasMaxLength(20);
        builder.Property(e => e.RequestedBy).HasMaxLength(256);
        builder.HasIndex(e => new { e.TenantId, e.Id });
    }
}
