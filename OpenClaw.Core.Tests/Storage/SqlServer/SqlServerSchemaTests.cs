using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using OpenClaw.Storage.SqlServer.Schema;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>What can be known of SQL Server's schema without a server: the script is what the model says, and within SQL Server's limits.</summary>
public sealed partial class SqlServerSchemaTests
{
    private const int ClusteredKeyBytes = 900, OtherKeyBytes = 1_700, MostKeyColumns = 32, MostNameLength = 128, MostRowBytes = 8_060;

    [Fact]
    public async Task Migrations_AgainstTheModel_NothingPending()
    {
        await using var db = SqlSchema.Context();
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [InlineData(MigrationsSqlGenerationOptions.Default)]
    [InlineData(MigrationsSqlGenerationOptions.Idempotent)]
    public void Script_Generated_IsReadByMicrosoftsParser(MigrationsSqlGenerationOptions options) => Assert.NotEmpty(SqlScript.Parse(SqlSchema.Script(options)).All<CreateTableStatement>());

    [Fact]
    public void Script_AgainstTheModel_EveryTableColumnAndIndex()
    {
        using var db = SqlSchema.Context();
        var model = db.GetService<IDesignTimeModel>().Model.GetRelationalModel();
        var made = SqlSchema.Migrated.Value;
        Assert.Equal(model.Tables.Select(t => t.Name).Append("__EFMigrationsHistory").Order(StringComparer.Ordinal), made.Tables.Keys.Order(StringComparer.Ordinal));
        foreach (var table in model.Tables)
        {
            var there = made.Tables[table.Name];
            Assert.Equal(
                table.Columns.Select(c => $"{table.Name}.{c.Name} {c.StoreType}{(c.IsNullable ? "" : " NOT NULL")} {c.Collation}").Order(StringComparer.Ordinal),
                there.Columns.Values.Select(c => $"{table.Name}.{c.Name} {c.Type}{(c.Nullable ? "" : " NOT NULL")} {c.Collation}").Order(StringComparer.Ordinal));
            Assert.Equal(
                table.Indexes.Select(i => $"{i.Name} {i.IsUnique} {string.Join(',', i.Columns.Select(c => c.Name))} {i.Filter}".TrimEnd()).Order(StringComparer.Ordinal),
                there.Keys.Where(k => !k.Name.StartsWith("PK_", StringComparison.Ordinal)).Select(i => $"{i.Name} {i.Unique} {string.Join(',', i.Columns)} {i.Filter}".TrimEnd()).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Script_KeysAndNames_AreWithinTheLimits()
    {
        foreach (var table in SqlSchema.Migrated.Value.Tables.Values.Concat(SqlSchema.Search.Value.Tables.Values))
        {
            Assert.InRange(table.Name.Length, 1, MostNameLength);
            Assert.True(table.Keys.Count(k => k.Clustered) <= 1, $"{table.Name} has several clustered indexes");
            foreach (var key in table.Keys)
            {
                Assert.InRange(key.Name.Length, 1, MostNameLength);
                Assert.InRange(key.Columns.Count, 1, MostKeyColumns);
                var bytes = key.Columns.Sum(c => Bytes(table.Columns[c].Type) ?? int.MaxValue / 100);
                Assert.True(bytes <= (key.Clustered ? ClusteredKeyBytes : OtherKeyBytes), $"{table.Name}.{key.Name}: {bytes} bytes");
            }

            // what does not fit the row is kept beside it, but fixed lengths and the pointers must fit
            var fix = table.Columns.Values.Sum(c => c.Type.StartsWith('n') || c.Type.StartsWith('v') ? 24 : Bytes(c.Type) ?? 24);
            Assert.True(fix < MostRowBytes, $"{table.Name}: {fix} bytes");
        }
    }

    [Fact]
    public void Script_ForeignKeys_NoTableIsReachedByTwoCascades()
    {
        var schema = SqlSchema.Migrated.Value;
        var cascades = schema.References.Where(r => r.Cascades).ToLookup(r => r.To, r => r.From, StringComparer.Ordinal);
        Assert.NotEmpty(cascades);
        foreach (var table in schema.Tables.Keys)
        {
            var reached = new HashSet<string>(StringComparer.Ordinal) { table };
            var next = new Queue<string>([table]);
            // SQL Server refuses a table that two paths of cascades lead to, or that leads to itself (error 1785)
            while (next.TryDequeue(out var at))
            {
                foreach (var from in cascades[at])
                {
                    Assert.True(reached.Add(from), $"deleting from {table} reaches {from} by two paths");
                    next.Enqueue(from);
                }
            }
        }
    }

    [Fact]
    public void Script_TextsAndIds_CompareByTheirBytes()
    {
        foreach (var column in SqlSchema.Migrated.Value.Tables.Values.Where(t => t.Name != "__EFMigrationsHistory").SelectMany(t => t.Columns.Values.Select(c => (Table: t.Name, Column: c))))
        {
            if (column.Column.Type.StartsWith("nvarchar", StringComparison.Ordinal) && column != ("AspNetUserPasskeys", column.Column))
                Assert.True(column.Column.Collation == SqlServerModel.Collation, $"{column.Table}.{column.Column.Name}");
            Assert.NotEqual("uniqueidentifier", column.Column.Type);
            Assert.DoesNotContain("datetime", column.Column.Type, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Script_HotTables_LieInTheOrderInWhichRowsCome()
    {
        var tables = SqlSchema.Migrated.Value.Tables;
        Assert.Equal(["Position"], Clustered("Messages"));
        Assert.Equal(["SessionId", "Seq"], Clustered("SessionEntries"));
        Assert.Equal(["CreatedAt", "Id"], Clustered("Sessions"));
        Assert.Equal(["TenantId", "LastActivityAt"], Clustered("ArchivedSessions"));
        Assert.Equal(["Position"], Clustered("Deliveries"));

        IReadOnlyList<string> Clustered(string table) => tables[table].Keys.Single(k => k.Clustered).Columns;
    }

    [Fact]
    public void Script_FilteredIndexes_NameTheirColumnInBrackets()
    {
        var filters = SqlSchema.Migrated.Value.Tables.Values.SelectMany(t => t.Keys).Select(k => k.Filter).OfType<string>().ToList();
        Assert.Contains("[Pending] IS NOT NULL", filters);
        Assert.All(filters, f => Assert.DoesNotContain('"', f));
    }

    /// <summary>Bytes of a key's column at most; null where it cannot be a key's.</summary>
    private static int? Bytes(string type)
    {
        if (Sized().Match(type) is { Success: true } sized)
        {
            if (sized.Groups["size"].Value == "max") return null;
            var size = int.Parse(sized.Groups["size"].Value, CultureInfo.InvariantCulture);
            return sized.Groups["type"].Value.StartsWith('n') ? size * 2 : size;
        }

        return type switch { "bigint" or "float" => 8, "int" => 4, "smallint" => 2, "tinyint" or "bit" => 1, "datetime2" => 8, _ => throw new InvalidOperationException($"How long is {type}?") };
    }

    [GeneratedRegex(@"^(?<type>n?(var)?(char|binary)|datetime2)\((?<size>\w+)\)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Sized();
}
