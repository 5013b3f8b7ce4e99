using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>One table of the model, read in the order of its key.</summary>
internal abstract class CopyTable(IEntityType type)
{
    public string Name => type.GetTableName()!;

    /// <summary>The key's numbers come from the database when a row is new.</summary>
    public IProperty? Counted => type.FindPrimaryKey()!.Properties is [{ ValueGenerated: ValueGenerated.OnAdd, ClrType: var clr } one] && (clr == typeof(int) || clr == typeof(long)) ? one : null;

    /// <summary>All tables, those that others refer to first.</summary>
    public static IReadOnlyList<CopyTable> AllOf(IModel model)
    {
        List<IEntityType> ordered = [], left = [.. model.GetEntityTypes().Where(t => !t.IsOwned() && t.GetTableName() is not null).OrderBy(t => t.GetTableName(), StringComparer.Ordinal)];
        while (left.Count > 0)
        {
            var next = left.First(t => t.GetForeignKeys().All(f => f.PrincipalEntityType == t || !left.Contains(f.PrincipalEntityType)));
            left.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered.Select(t => (CopyTable)Activator.CreateInstance(typeof(CopyTable<>).MakeGenericType(t.ClrType), t)!)];
    }

    public abstract Task<long> CountAsync(GatewayDbContext db, CancellationToken cancellationToken);

    /// <summary>Its rows in the order of the key. What a copy notes for itself is no row.</summary>
    public abstract IAsyncEnumerable<object> ReadAsync(GatewayDbContext db, long skip);

    public RowSum Sum() => new(type);

    /// <summary>The key's values, for people.</summary>
    public string KeyOf(object row) => string.Join(", ", type.FindPrimaryKey()!.Properties.Select(p => $"{p.Name} {p.GetGetter().GetClrValue(row)}"));
}

/// <inheritdoc cref="CopyTable" />
internal sealed class CopyTable<TRow>(IEntityType type) : CopyTable(type) where TRow : class
{
    private readonly IEntityType _type = type;

    public override Task<long> CountAsync(GatewayDbContext db, CancellationToken cancellationToken) => Rows(db).LongCountAsync(cancellationToken);

    public override IAsyncEnumerable<object> ReadAsync(GatewayDbContext db, long skip)
    {
        IOrderedQueryable<TRow>? ordered = null;
        foreach (var key in _type.FindPrimaryKey()!.Properties)
        {
            var row = Expression.Parameter(typeof(TRow));
            var by = Expression.Lambda<Func<TRow, object>>(Expression.Convert(Expression.Property(row, key.PropertyInfo!), typeof(object)), row);
            ordered = ordered is null ? Rows(db).OrderBy(by) : ordered.ThenBy(by);
        }

        return (skip == 0 ? ordered! : ordered!.Skip((int)skip)).AsAsyncEnumerable();
    }

    private static IQueryable<TRow> Rows(GatewayDbContext db)
    {
        var rows = db.Set<TRow>().AsNoTracking();
        return rows is IQueryable<InstallationValue> values ? (IQueryable<TRow>)values.Where(v => !v.Name.StartsWith(CopyMarks.Prefix)) : rows;
    }
}
