using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Tenancy;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Core.Tests.Storage;

/// <summary>EF owns the schema; the migrations and the journal's statements follow it.</summary>
public sealed partial class SchemaTests
{
    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Migrations_AgainstTheModel_NothingPending(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        await using var db = road.Db();
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [InlineData(typeof(Message), SqliteStatements.NewMessage, "Receipt")]
    [InlineData(typeof(SessionEntry), SqliteStatements.Place, "")]
    [InlineData(typeof(Session), SqliteStatements.NewSession, "")]
    [InlineData(typeof(DeadLetter), SqliteStatements.DeadLetter, "ReplayPayload ReplayAgentId ResolvedAt ResolvedBy")]
    [InlineData(typeof(Attempt), SqliteStatements.Attempt, "")]
    [InlineData(typeof(EventDelivery), SqliteStatements.EventDelivery, "")]
    public async Task Statements_Insert_NameEveryColumnOfTheModel(Type entity, string sql, string except)
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.Sqlite);
        await using var db = road.Db();
        var type = db.Model.FindEntityType(entity)!;
        var table = StoreObjectIdentifier.Table(type.GetTableName()!);
        var columns = type.GetProperties().Select(p => p.GetColumnName(table)!).Where(c => !except.Split(' ').Contains(c)).Order(StringComparer.Ordinal);
        var named = Quoted().Matches(sql[..sql.IndexOf("VALUES", StringComparison.Ordinal)]).Select(m => m.Groups["name"].Value).Skip(1).Order(StringComparer.Ordinal);
        Assert.Equal(columns, named);
        Assert.Equal(columns.Count(), sql.Count(c => c == '?'));
    }

    [Theory]
    [InlineData(SqliteStatements.Probe)]
    [InlineData(SqliteStatements.Place)]
    [InlineData(SqliteStatements.Floor)]
    [InlineData(SqliteStatements.IndexMissing)]
    [InlineData(SqliteStatements.NewSession)]
    [InlineData(SqliteStatements.ChangedSession)]
    [InlineData(SqliteStatements.NewMessage)]
    [InlineData(SqliteStatements.ChangedMessage)]
    [InlineData(SqliteStatements.Receipt)]
    [InlineData(SqliteStatements.DeadLetter)]
    [InlineData(SqliteStatements.LetterEnd)]
    [InlineData(SqliteStatements.Attempt)]
    [InlineData(SqliteStatements.Delivery)]
    [InlineData(SqliteStatements.ReplyEnd)]
    [InlineData(SqliteStatements.EventDelivery)]
    [InlineData(SqliteStatements.EventOutcome)]
    public async Task Statements_AgainstTheMigratedSchema_Prepare(string sql)
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.Sqlite);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(road.Folder, "gateway.db")}");
        await connection.OpenAsync();
        using var statement = new Statement(connection.Handle!, sql);
    }

    [Fact]
    public async Task Model_EveryTenantOwnedEntity_HasTheFilterAndMessagesFewIndexes()
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.Sqlite);
        await using var db = road.Db();
        foreach (var type in db.Model.GetEntityTypes().Where(t => typeof(ITenantOwned).IsAssignableFrom(t.ClrType)))
            Assert.Contains(type.GetDeclaredQueryFilters(), f => f.Key == GatewayDbContext.TenantFilter);
        Assert.Single(db.Model.FindEntityType(typeof(Message))!.GetIndexes());
        var table = await db.Database.SqlQuery<string>($"SELECT sql AS Value FROM sqlite_master WHERE name = 'SessionEntries'").SingleAsync();
        Assert.EndsWith("WITHOUT ROWID", table.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Save_AnotherTenantsRow_ThrowsAndReadsNothing(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var factory = road.Get<ITenantDbFactory>();
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using (var db = factory.Create(mine))
        {
            db.Channels.Add(new Channel { Id = Guid.CreateVersion7(), Kind = "websocket", Name = "a" });
            await db.SaveChangesAsync();
        }

        await using (var db = factory.Create(other))
        {
            Assert.Empty(await db.Channels.ToListAsync());
            db.Channels.Add(new Channel { Id = Guid.CreateVersion7(), TenantId = mine, Kind = "websocket", Name = "b" });
            await Assert.ThrowsAsync<TenantMismatchException>(() => db.SaveChangesAsync());
        }

        await using (var db = factory.Create(mine))
        {
            var channel = await db.Channels.SingleAsync();
            Assert.Equal(mine, channel.TenantId);
            channel.TenantId = other;
            await Assert.ThrowsAsync<TenantMismatchException>(() => db.SaveChangesAsync());
        }
    }

    [SqliteFact]
    public async Task BackUp_WhileWriting_CopyIsWholeAndRefusesToOverwrite()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        for (var i = 0; i < 50; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", "text"), default);
        var folder = Path.Combine(road.Folder, "copy");
        var file = Assert.Single(await ((SqliteDatabase)road.Database).BackUpAsync(folder, default));
        await Assert.ThrowsAsync<IOException>(() => ((SqliteDatabase)road.Database).BackUpAsync(folder, default));
        await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
        await connection.OpenAsync();
        Assert.Equal("ok", SqliteDatabase.Read(connection, "PRAGMA integrity_check"));
        Assert.Equal("50", SqliteDatabase.Read(connection, "SELECT COUNT(*) FROM Messages WHERE \"From\" = 1"));
    }

    [Fact]
    public async Task Claim_Twice_SaysWhichProcess()
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.Sqlite);
        using var claim = road.Database.Claim();
        var refused = Assert.Throws<InvalidOperationException>(() => road.Database.Claim());
        Assert.Contains("Data:Directory", refused.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("\"(?<name>\\w+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
