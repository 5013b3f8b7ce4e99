using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OpenClaw.Storage.PostgreSql.Queries;

/// <summary>
/// LIKE tells letters by case on PostgreSQL and does not elsewhere. The product's searches ignore it, so here they ask with ILIKE. (Columns are compared
/// by code points, so only the case of a-z is ignored, as in SQLite.)
/// </summary>
internal sealed class LikeAsElsewhere : IQueryExpressionInterceptor
{
    private static readonly MethodInfo ILike = typeof(NpgsqlDbFunctionsExtensions).GetMethod(
        nameof(NpgsqlDbFunctionsExtensions.ILike), [typeof(DbFunctions), typeof(string), typeof(string), typeof(string)])!;

    private static readonly MethodInfo ILikePlain = typeof(NpgsqlDbFunctionsExtensions).GetMethod(
        nameof(NpgsqlDbFunctionsExtensions.ILike), [typeof(DbFunctions), typeof(string), typeof(string)])!;

    public static LikeAsElsewhere Instance { get; } = new();

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData) => new Rewriter().Visit(queryExpression);

    private sealed class Rewriter : ExpressionVisitor
    {
        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.DeclaringType != typeof(DbFunctionsExtensions) || node.Method.Name != nameof(DbFunctionsExtensions.Like)) return base.VisitMethodCall(node);
            return Expression.Call(node.Arguments.Count == 4 ? ILike : ILikePlain, node.Arguments.Select(a => Visit(a)!));
        }
    }
}
