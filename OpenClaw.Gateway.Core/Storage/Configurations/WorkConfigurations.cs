using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class SessionNoteConfiguration : IEntityTypeConfiguration<SessionNote>
{
    public void Configure(EntityTypeBuilder<SessionNote> builder)
    {
        builder.ToTable("SessionNotes");
        builder.Property(n => n.Id).ValueGeneratedNever();
        builder.Property(n => n.AuthorName).HasMaxLength(256);
        builder.HasIndex(n => new { n.SessionId, n.Id });
    }
}

internal sealed class SavedFilterConfiguration : IEntityTypeConfiguration<SavedFilter>
{
    public void Configure(EntityTypeBuilder<SavedFilter> builder)
    {
        builder.ToTable("SavedFilters");
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Page).HasMaxLength(40);
        builder.Property(f => f.Name).HasMaxLength(80);
        builder.HasIndex(f => new { f.TenantId, f.PersonId, f.Page, f.Name }).IsUnique();
    }
}

internal sealed class JobRunConfiguration : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> builder)
    {
        builder.ToTable("JobRuns");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Job).HasMaxLength(60);
        builder.Property(r => r.Outcome).HasMaxLength(20);
        builder.Property(r => r.StartedBy).HasMaxLength(256);
        builder.Property(r => r.Node).HasMaxLength(256);
        builder.HasIndex(r => new { r.Job, r.Id });
    }
}
