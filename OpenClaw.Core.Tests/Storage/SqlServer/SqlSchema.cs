using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Tenancy;
using OpenClaw.Storage.SqlServer;
using OpenClaw.Storage.SqlServer.Search;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

internal sealed record SqlColumn(string Name, string Type, bool Nullable, string? Collation);

internal sealed record SqlKey(string Name, bool Clustered, bool Unique, IReadOnlyList<string> Columns, string? Filter);

internal sealed record SqlReference(string From, string To, bool Cascades);

internal sealed record SqlTable(string Name, IReadOnlyDictionary<string, SqlColumn> Columns, List<SqlKey> Keys);

/// <summary>The schema that the migrations' script makes, read from the script.</summary>
internal sealed class SqlSchema
{
    private SqlSchema(TSqlFragment script)
    {
        foreach (var table in script.All<CreateTableStatement>()) Read(table);
        foreach (var index in script.All<CreateIndexStatement>())
        {
            var filter = index.FilterPredicate?.Text();
            Tables[index.OnName.BaseIdentifier.Value].Keys.Add(new(index.Name.Value, index.Clustered == true, index.Unique, Names(index.Columns), filter));
        }
    }

    public static Lazy<SqlSchema> Migrated { get; } = new(() => new(SqlScript.Parse(Script(MigrationsSqlGenerationOptions.Default))));

    public static Lazy<SqlSchema> Search { get; } = new(() => new(SqlScript.Parse(SearchSchema.Tables)));

    public Dictionary<string, SqlTable> Tables { get; } = new(StringComparer.Ordinal);

    public List<SqlReference> References { get; } = [];

    /// <summary>A context that is never connected.</summary>
    public static GatewayDbContext Context()
    {
        using var database = new SqlServerDatabase("Server=localhost;Database=none", TimeProvider.System);
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        database.Configure(options);
        return new(options.Options, TenantScope.For(Guid.CreateVersion7()), database.Gate);
    }

    public static string Script(MigrationsSqlGenerationOptions options)
    {
        using var db = Context();
        return db.GetService<IMigrator>().GenerateScript(options: options);
    }

    private static List<string> Names(IEnumerable<ColumnWithSortOrder> columns) => [.. columns.Select(c => c.Column.MultiPartIdentifier.Identifiers[^1].Value)];

    private void Read(CreateTableStatement statement)
    {
        var name = statement.SchemaObjectName.BaseIdentifier.Value;
        var columns = statement.Definition.ColumnDefinitions.Select(c => new SqlColumn(
            c.ColumnIdentifier.Value,
            c.DataType.Text(),
            !c.Constraints.OfType<NullableConstraintDefinition>().Any(n => !n.Nullable) && !c.Constraints.OfType<UniqueConstraintDefinition>().Any(u => u.IsPrimaryKey),
            c.Collation?.Value));
        var table = new SqlTable(name, columns.ToDictionary(c => c.Name, StringComparer.Ordinal), []);
        foreach (var key in statement.Definition.TableConstraints.OfType<UniqueConstraintDefinition>())
            table.Keys.Add(new(key.ConstraintIdentifier.Value, key.Clustered ?? key.IsPrimaryKey, true, Names(key.Columns), null));
        foreach (var column in statement.Definition.ColumnDefinitions)
        foreach (var key in column.Constraints.OfType<UniqueConstraintDefinition>())
            table.Keys.Add(new(key.ConstraintIdentifier.Value, key.Clustered ?? key.IsPrimaryKey, true, [column.ColumnIdentifier.Value], null));
        foreach (var reference in statement.Definition.TableConstraints.OfType<ForeignKeyConstraintDefinition>())
            References.Add(new(name, reference.ReferenceTableName.BaseIdentifier.Value, reference.DeleteAction is DeleteUpdateAction.Cascade or DeleteUpdateAction.SetNull or DeleteUpdateAction.SetDefault));
        Tables.Add(name, table);
    }
}
