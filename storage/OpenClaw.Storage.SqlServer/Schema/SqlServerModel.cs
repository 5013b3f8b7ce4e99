using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Storage.SqlServer.Schema;

/// <summary>
/// What SQL Server needs to be said beside the model that all databases share: ids as <c>binary(16)</c> in the order of their bytes, texts compared by
/// code points as elsewhere whatever the database's own collation is, keys within its limits (900 bytes clustered, 1,700 others), and rows in the
/// order in which they come where the key is a hash.
/// </summary>
internal sealed class SqlServerModel(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
{
    /// <summary>Case, accents and width count. (Blanks at the end do not: SQL Server compares so in every collation.)</summary>
    public const string Collation = "Latin1_General_100_BIN2";

    private const int IdBytes = 16;

    /// <summary>Identity's own keys of texts are as long as the tables' keys may be for one column alone; two of them would be too long.</summary>
    private const int MostOfIdentityKey = 128;

    /// <inheritdoc />
    public override void Customize(ModelBuilder modelBuilder, DbContext context)
    {
        base.Customize(modelBuilder, context);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => !e.IsMappedToJson()))
        {
            foreach (var property in entity.GetProperties()) Shape(property);
            foreach (var index in entity.GetIndexes().Where(i => i.GetFilter() is not null)) index.SetFilter(Bracketed(index.GetFilter()!));
        }

        // A session's id is a hash: rows in its order would be split and scattered by every new one. Its narrow index may be.
        var session = modelBuilder.Entity<Session>();
        session.HasKey(s => s.Id).IsClustered(false);
        session.HasIndex(s => new { s.CreatedAt, s.Id }).IsUnique().IsClustered();
        var archived = modelBuilder.Entity<ArchivedSession>();
        archived.HasKey(a => a.SessionId).IsClustered(false);
        archived.HasIndex(a => new { a.TenantId, a.LastActivityAt }).IsClustered();
        // up to 1,024 bytes
        modelBuilder.Entity<IdentityUserPasskey<Guid>>().HasKey(p => p.CredentialId).IsClustered(false);
        Shorten(modelBuilder.Entity<IdentityUserLogin<Guid>>().Metadata);
        Shorten(modelBuilder.Entity<IdentityUserToken<Guid>>().Metadata);
    }

    private static void Shape(IMutableProperty property)
    {
        if (property.ClrType == typeof(string))
        {
            property.SetCollation(Collation);
        }
        else if (property.ClrType == typeof(Guid) || property.ClrType == typeof(Guid?))
        {
            property.SetMaxLength(IdBytes);
            property.SetIsFixedLength(true);
        }
    }

    private static void Shorten(IMutableEntityType entity)
    {
        foreach (var property in entity.FindPrimaryKey()!.Properties.Where(p => p.ClrType == typeof(string))) property.SetMaxLength(MostOfIdentityKey);
    }

    /// <summary>The model names columns as the standard does; a script run by sqlcmd would read that as a text.</summary>
    private static string Bracketed(string filter)
    {
        var parts = filter.Split('"');
        return string.Concat(parts.Select((part, i) => i == parts.Length - 1 ? part : part + (i % 2 == 0 ? "[" : "]")));
    }
}
