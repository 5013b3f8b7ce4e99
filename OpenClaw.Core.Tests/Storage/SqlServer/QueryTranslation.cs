using System.Collections;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>
/// Translates for SQL Server every query that any test has EF compile for another database, up to the command's text, which Microsoft's parser then reads.
/// A query that cannot be translated fails the test that asked it: so no new one comes in that works on SQLite alone.
/// </summary>
internal sealed class QueryTranslation
{
    private readonly OfflineServer _server = new();
    private readonly Lock _one = new();

    /// <summary>Queries translated so far.</summary>
    public int Count { get; private set; }

    /// <summary>The statements for a query that was compiled for another database. Throws where SQL Server cannot be asked it.</summary>
    public IReadOnlyList<string> Translate(QueryExpressionEventData query)
    {
        lock (_one)
        {
            using var db = _server.Open();
            var roots = new Roots(db);
            var expression = roots.Visit(query.Expression);
            if (roots.IsRaw) return [];
            _server.Take();
            typeof(QueryTranslation).GetMethod(nameof(Run), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                .MakeGenericMethod(ResultOf(expression.Type)).Invoke(null, System.Reflection.BindingFlags.DoNotWrapExceptions, null, [db, expression, roots.Parameters], null);
            Count++;
            return _server.Take();
        }
    }

    private static Type ResultOf(Type type) =>
        type.IsGenericType && typeof(IQueryable).IsAssignableFrom(type) ? typeof(IEnumerable<>).MakeGenericType(type.GetInterfaces().Append(type).First(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQueryable<>)).GetGenericArguments()) : type;

    private static void Run<T>(DbContext db, Expression expression, IReadOnlyDictionary<string, Type> parameters)
    {
        var query = db.GetService<IQueryCompilationContextFactory>().Create(async: false).CreateQueryExecutor<T>(expression);
        var context = db.GetService<IQueryContextFactory>().Create();
        foreach (var (name, type) in parameters) context.Parameters[name] = Sample(type);
        try
        {
            if (query(context) is IEnumerable rows and not string) foreach (var _ in rows) break;
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException or IndexOutOfRangeException or ArgumentException && IsAnswered(e))
        {
            // an answer without rows or columns is none to a query for one number
        }
    }

    /// <summary>Raised behind the command, while its empty answer was read.</summary>
    private static bool IsAnswered(Exception e) => e.StackTrace?.Contains("lambda_method", StringComparison.Ordinal) == true || e.StackTrace?.Contains("DataTableReader", StringComparison.Ordinal) == true
        || e.Message.StartsWith("Sequence contains no", StringComparison.Ordinal);

    private static object? Sample(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "a%[b_c";
        if (type == typeof(byte[])) return new byte[16];
        if (type.IsValueType) return Activator.CreateInstance(type);
        var item = type.IsArray ? type.GetElementType() : type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
        if (item is null) return null;
        var items = Array.CreateInstance(item, 2);
        for (var i = 0; i < items.Length; i++) items.SetValue(Sample(item), i);
        if (type.IsInstanceOfType(items)) return items;
        return Activator.CreateInstance(type.IsInterface ? typeof(HashSet<>).MakeGenericType(item) : type, items);
    }

    /// <summary>Asks the same tables of another context.</summary>
    private sealed class Roots(DbContext db) : ExpressionVisitor
    {
        public bool IsRaw { get; private set; }

        public Dictionary<string, Type> Parameters { get; } = new(StringComparer.Ordinal);

        protected override Expression VisitExtension(Expression node)
        {
            switch (node)
            {
                case EntityQueryRootExpression root when root.GetType() == typeof(EntityQueryRootExpression):
                    return new EntityQueryRootExpression(db.GetService<IAsyncQueryProvider>(), db.Model.FindEntityType(root.EntityType.Name)!);
                case QueryRootExpression:
                    IsRaw = true;
                    return node;
                case QueryParameterExpression parameter:
                    Parameters[parameter.Name] = parameter.Type;
                    return node;
                default:
                    return base.VisitExtension(node);
            }
        }
    }
}
