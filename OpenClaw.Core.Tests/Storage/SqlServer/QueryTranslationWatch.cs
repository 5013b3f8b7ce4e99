using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>Listens to EF in the whole test run: see <see cref="QueryTranslation"/>. EF compiles a query once, so this costs each query once.</summary>
internal sealed class QueryTranslationWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly string Event = CoreEventId.QueryCompilationStarting.Name!;
    private readonly QueryTranslation _translation = new();

    public static QueryTranslationWatch Instance { get; } = new();

    public int Count => _translation.Count;

    [ModuleInitializer]
    internal static void Start() => DiagnosticListener.AllListeners.Subscribe(Instance);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name) value.Subscribe(this, name => name == Event);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not QueryExpressionEventData { Context: GatewayDbContext db } query || db.Database.ProviderName?.Contains("SqlServer", StringComparison.Ordinal) == true) return;
        IReadOnlyList<string> statements;
        try
        {
            statements = _translation.Translate(query);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"SQL Server cannot be asked this: {e.Message}\n{query.ExpressionPrinter.PrintExpression(query.Expression)}", e);
        }

        foreach (var statement in statements)
        {
            var refused = SqlScript.Parse(statement).RefusedByTheServer();
            if (refused.Count > 0) throw new InvalidOperationException($"SQL Server refuses '{refused[0]}' in {statement}");
        }
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }
}
