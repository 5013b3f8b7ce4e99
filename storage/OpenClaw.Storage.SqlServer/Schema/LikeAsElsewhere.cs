using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OpenClaw.Storage.SqlServer.Schema;

/// <summary>
/// LIKE goes by the column's collation, which here tells letters by case, and takes a bracket for the beginning of a set of characters. The product's
/// searches do neither: so they ask in a collation that ignores case, with brackets escaped.
/// </summary>
internal sealed class LikeAsElsewhere : IQueryExpressionInterceptor
{
    /// <summary>Accents count, as elsewhere.</summary>
    public const string Collation = "Latin1_General_100_CI_AS_SC";

    public static LikeAsElsewhere Instance { get; } = new();

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData) => new Rewriter().Visit(queryExpression);

    private sealed class Rewriter : ExpressionVisitor
    {
        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.DeclaringType != typeof(DbFunctionsExtensions) || node.Method.Name != nameof(DbFunctionsExtensions.Like)) return base.VisitMethodCall(node);
            var (functions, text, pattern) = (node.Arguments[0], Visit(node.Arguments[1]), Visit(node.Arguments[2]));
            var collated = Expression.Call(typeof(RelationalDbFunctionsExtensions), nameof(RelationalDbFunctionsExtensions.Collate), [typeof(string)], functions, text, Expression.Constant(Collation));
            return node.Arguments is [_, _, _, ConstantExpression { Value: string { Length: 1 } escape }]
                ? Expression.Call(node.Method, functions, collated, Escaped(pattern, escape + "["), node.Arguments[3])
                : Expression.Call(node.Method, [functions, collated, Escaped(pattern, "[[]"), .. node.Arguments.Skip(3)]);
        }

        private static MethodCallExpression Escaped(Expression pattern, string bracket) =>
            Expression.Call(pattern, nameof(string.Replace), null, Expression.Constant("["), Expression.Constant(bracket));
    }
}
