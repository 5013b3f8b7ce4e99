using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Conversation).HasMaxLength(400);
        builder.Property(s => s.Thread).HasMaxLength(400);
        builder.Property(s => s.UserId).HasMaxLength(400);
        builder.Property(s => s.UserName).HasMaxLength(400);
        builder.HasIndex(s => new { s.RootId, s.Episode }).IsUnique();
        builder.Property(s => s.TakenByName).HasMaxLength(256);
        builder.HasIndex(s => new { s.TenantId, s.LastActivityAt });
        builder.HasIndex(s => new { s.State, s.LastActivityAt });
        builder.HasIndex(s => new { s.TenantId, s.UserId });
    }
}

/// <summary>The hot table: its key and one partial index, no more. Entries are found by session through <see cref="SessionEntry"/>.</summary>
internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.HasKey(m => m.Position);
        builder.Property(m => m.Position).ValueGeneratedNever();
        builder.Property(m => m.ExternalId).HasMaxLength(400);
        builder.Property(m => m.UserId).HasMaxLength(400);
        builder.Property(m => m.UserName).HasMaxLength(400);
        builder.HasIndex(m => new { m.Pending, m.Position }).HasFilter("\"Pending\" IS NOT NULL");
    }
}

internal sealed class SessionEntryConfiguration : IEntityTypeConfiguration<SessionEntry>
{
    public void Configure(EntityTypeBuilder<SessionEntry> builder)
    {
        builder.HasKey(e => new { e.SessionId, e.Seq });
        builder.Property(e => e.Seq).ValueGeneratedNever();
    }
}

internal sealed class DeadLetterConfiguration : IEntityTypeConfiguration<DeadLetter>
{
    public void Configure(EntityTypeBuilder<DeadLetter> builder)
    {
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Stage).HasMaxLength(20);
        builder.Property(d => d.Cause).HasMaxLength(40);
        builder.Property(d => d.Fingerprint).HasMaxLength(64);
        builder.Property(d => d.Risk).HasMaxLength(20);
        builder.Property(d => d.State).HasMaxLength(20);
        builder.Property(d => d.ResolvedBy).HasMaxLength(256);
        builder.HasIndex(d => new { d.TenantId, d.Id });
        builder.HasIndex(d => new { d.TenantId, d.State, d.Fingerprint, d.Position });
        builder.HasIndex(d => d.MessageId);
    }
}

internal sealed class UploadConfiguration : IEntityTypeConfiguration<Upload>
{
    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.Property(u => u.Id).ValueGeneratedNever();
        builder.Property(u => u.ClientId).HasMaxLength(64);
        builder.Property(u => u.Name).HasMaxLength(255);
        builder.Property(u => u.ContentType).HasMaxLength(255);
        builder.HasIndex(u => new { u.RootId, u.ClientId }).IsUnique();
        builder.HasIndex(u => u.CreatedAt);
    }
}
