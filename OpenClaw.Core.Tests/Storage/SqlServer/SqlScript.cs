using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>T-SQL read by Microsoft's own parser, as SQL Server 2019 reads it.</summary>
internal static class SqlScript
{
    public static TSqlFragment Parse(string sql)
    {
        using var reader = new StringReader(sql);
        var fragment = new TSql150Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        Assert.True(errors.Count == 0, $"{string.Join("; ", errors.Select(e => $"line {e.Line}, column {e.Column}: {e.Message}"))}\n{sql}");
        return fragment;
    }

    /// <summary>All parts of that sort, in order.</summary>
    public static List<T> All<T>(this TSqlFragment fragment)
        where T : TSqlFragment
    {
        var found = new Finder<T>();
        fragment.Accept(found);
        return found.Found;
    }

    /// <summary>The text of a part as it was written.</summary>
    public static string Text(this TSqlFragment fragment) =>
        string.Concat(fragment.ScriptTokenStream.Skip(fragment.FirstTokenIndex).Take(fragment.LastTokenIndex - fragment.FirstTokenIndex + 1).Select(t => t.Text));

    /// <summary>Names with an @ that are used and not declared in the script itself.</summary>
    public static IReadOnlyList<string> Parameters(this TSqlFragment fragment)
    {
        var declared = fragment.All<DeclareVariableElement>().Select(d => d.VariableName.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // @Name = value of a procedure's call is the procedure's own
        var named = fragment.All<ExecuteParameter>().Where(p => p.Variable is not null).Select(p => p.Variable.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. fragment.All<VariableReference>().Select(v => v.Name).Where(n => !declared.Contains(n) && !named.Contains(n)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
    }

    /// <summary>What the parser reads and the server refuses: an aggregate of a subquery or of another aggregate (130), a group by a subquery (144).</summary>
    public static IReadOnlyList<string> RefusedByTheServer(this TSqlFragment fragment)
    {
        var aggregates = fragment.All<FunctionCall>().Where(IsAggregate).Where(a => a.Parameters.Any(p => p.All<ScalarSubquery>().Count + p.All<ExistsPredicate>().Count > 0 || p.All<FunctionCall>().Any(IsAggregate)));
        var groups = fragment.All<GroupByClause>().Where(g => g.All<ScalarSubquery>().Count > 0 || g.All<FunctionCall>().Any(IsAggregate));
        return [.. aggregates.Select(a => a.Text()), .. groups.Select(g => g.Text())];
    }

    private static bool IsAggregate(FunctionCall call) => call.OverClause is null && call.FunctionName.Value.ToUpperInvariant() is "SUM" or "COUNT" or "COUNT_BIG" or "MIN" or "MAX" or "AVG" or "STRING_AGG";

    private sealed class Finder<T> : TSqlFragmentVisitor
        where T : TSqlFragment
    {
        public List<T> Found { get; } = [];

        public override void Visit(TSqlFragment node)
        {
            if (node is T found) Found.Add(found);
        }
    }
}
