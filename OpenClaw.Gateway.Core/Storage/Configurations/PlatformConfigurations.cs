using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

internal sealed class ChannelNoteConfiguration : IEntityTypeConfiguration<ChannelNote>
{
    public void Configure(EntityTypeBuilder<ChannelNote> builder)
    {
        builder.HasKey(n => new { n.ChannelId, n.Name });
        builder.Property(n => n.Name).HasMaxLength(200);
    }
}

internal sealed class ChannelGapConfiguration : IEntityTypeConfiguration<ChannelGap>
{
    public void Configure(EntityTypeBuilder<ChannelGap> builder)
    {
        builder.Property(g => g.Id).ValueGeneratedNever();
        builder.Property(g => g.Reason).HasMaxLength(400);
        builder.HasIndex(g => new { g.ChannelId, g.Id });
    }
}

internal sealed class ConversationAliasConfiguration : IEntityTypeConfiguration<ConversationAlias>
{
    public void Configure(EntityTypeBuilder<ConversationAlias> builder)
    {
        builder.HasKey(a => new { a.ChannelId, a.Alias });
        builder.Property(a => a.Alias).HasMaxLength(400);
        builder.Property(a => a.Conversation).HasMaxLength(400);
    }
}

internal sealed class PairingConfiguration : IEntityTypeConfiguration<Pairing>
{
    public void Configure(EntityTypeBuilder<Pairing> builder)
    {
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.UserId).HasMaxLength(400);
        builder.Property(p => p.UserName).HasMaxLength(400);
        builder.Property(p => p.Code).HasMaxLength(16);
        builder.Property(p => p.DecidedBy).HasMaxLength(256);
        builder.HasIndex(p => new { p.ChannelId, p.UserId }).IsUnique();
        builder.HasIndex(p => new { p.TenantId, p.State, p.Id });
    }
}

internal sealed class AnswerPreviewConfiguration : IEntityTypeConfiguration<AnswerPreview>
{
    public void Configure(EntityTypeBuilder<AnswerPreview> builder)
    {
        builder.HasKey(p => new { p.MessageId, p.Run, p.Index });
        builder.Property(p => p.Run).ValueGeneratedNever();
        builder.Property(p => p.Index).ValueGeneratedNever();
        builder.Property(p => p.Receipt).HasMaxLength(400);
        builder.HasIndex(p => p.SessionId);
    }
}
