using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>The watch that holds every query of every other test against SQL Server does watch.</summary>
public sealed class QueryTranslationTests
{
    [Fact]
    public async Task Watch_QueryOnSqlite_IsTranslatedToo()
    {
        await using var database = await TestDatabase.CreateAsync();
        var before = QueryTranslationWatch.Instance.Count;
        await using var db = database.System.Create();
        // never asked before, so that EF compiles it
        await db.Tenants.Where(t => t.MaxAgents == 4_711 && EF.Functions.Like(t.Name, "a[b%", "\\")).OrderBy(t => t.Slug).Select(t => new { t.Slug, t.MaxChannels }).ToListAsync();
        Assert.True(QueryTranslationWatch.Instance.Count > before);
    }

    [Fact]
    public async Task Watch_QueryThatOnlySqliteKnows_FailsTheTestThatAsksIt()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = database.System.Create();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => db.Tenants.Where(t => EF.Functions.Glob(t.Name, "a*")).ToListAsync());
        Assert.Contains("SQL Server cannot be asked this", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Like_Translated_IgnoresCaseAndTakesBracketsAsTheyAre()
    {
        var server = new OfflineServer();
        using var db = server.Open();
        var pattern = "%a[b%";
        _ = db.Messages.Where(m => EF.Functions.Like(m.Text, pattern, "\\")).Select(m => m.Seq).ToList();
        var sql = Assert.Single(server.Take());
        Assert.Contains("COLLATE Latin1_General_100_CI_AS_SC LIKE REPLACE(@pattern, N'[', N'\\[') ESCAPE N'\\'", sql, StringComparison.Ordinal);
        SqlScript.Parse(sql);
    }

    [Fact]
    public void Ids_Compared_AsTheirBytes()
    {
        var server = new OfflineServer();
        using var db = server.Open();
        var id = Guid.CreateVersion7();
        var query = db.Sessions.Where(s => s.Id < id).OrderByDescending(s => s.Id).ToQueryString();
        Assert.Contains($"0x{Convert.ToHexString(id.ToByteArray(bigEndian: true))}", query, StringComparison.Ordinal);
        Assert.Contains("[s].[Id] < @id", query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_RowsOfEverySort_OneInsertEachAndNoMerge()
    {
        var server = new OfflineServer();
        await using var db = server.Open();
        db.Channels.AddRange(Enumerable.Range(0, 10).Select(i => new Channel { Id = Guid.CreateVersion7(), TenantId = Guid.NewGuid(), Kind = "websocket", Name = $"c{i}" }));
        db.MetricPoints.AddRange(Enumerable.Range(0, 10).Select(i => new MetricPoint { Measure = "m", Node = "n", Resolution = i }));
        db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException)
        {
            // nobody answered that a row was written
        }

        var sent = server.Take();
        Assert.NotEmpty(sent);
        foreach (var statement in sent)
        {
            SqlScript.Parse(statement);
            // MERGE compares keys in a collation of its own, and meets others in ways of its own
            Assert.DoesNotContain("MERGE", statement, StringComparison.Ordinal);
        }
    }
}
