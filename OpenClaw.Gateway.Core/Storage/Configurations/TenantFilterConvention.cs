using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

/// <summary>Puts the tenant filter on every entity that is a tenant's.</summary>
internal static class TenantFilterConvention
{
    public static void Apply(ModelBuilder builder, GatewayDbContext context)
    {
        foreach (var entity in builder.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).ToList())
        {
            var row = Expression.Parameter(entity.ClrType, "row");
            var self = Expression.Constant(context);
            var own = Expression.Equal(
                Expression.Property(row, nameof(ITenantOwned.TenantId)),
                Expression.Property(self, nameof(GatewayDbContext.TenantId)));
            var body = Expression.OrElse(Expression.Property(self, nameof(GatewayDbContext.IsSystem)), own);
            builder.Entity(entity.ClrType).HasQueryFilter(GatewayDbContext.TenantFilter, Expression.Lambda(body, row));
        }
    }
}
