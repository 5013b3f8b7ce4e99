using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Storage.PostgreSql;
using OpenClaw.Storage.PostgreSql.Journal;

namespace OpenClaw.Core.Tests.Storage.PostgreSql;

/// <summary>EF owns the schema; the journal's statements follow it, in every column and its type.</summary>
public sealed class StatementsTests
{
    private static readonly (RowStatement Statement, Type? Inserts, string Except)[] All =
    [
        (PostgreSqlStatements.NewSession, typeof(Session), ""),
        (PostgreSqlStatements.ChangedSession, null, ""),
        (PostgreSqlStatements.NewMessage, typeof(Message), "Receipt"),
        (PostgreSqlStatements.ChangedMessage, null, ""),
        (PostgreSqlStatements.Receipt, null, ""),
        (PostgreSqlStatements.DeadLetter, typeof(DeadLetter), "ReplayPayload ReplayAgentId ResolvedAt ResolvedBy"),
        (PostgreSqlStatements.LetterEnd, null, ""),
        (PostgreSqlStatements.Attempt, typeof(Attempt), ""),
        (PostgreSqlStatements.Delivery, typeof(Gateway.Core.Storage.Entities.Delivery), ""),
        (PostgreSqlStatements.ReplyEnd, null, ""),
        (PostgreSqlStatements.EventDelivery, typeof(EventDelivery), ""),
        (PostgreSqlStatements.EventOutcome, null, ""),
        (PostgreSqlStatements.Place, typeof(SessionEntry), ""),
    ];

    [NeedsPostgreSql]
    public async Task Statements_AgainstTheModel_NameEveryColumnByItsType()
    {
        await using var road = await Road.StartAsync(kind: TestDatabases.PostgreSql);
        await using var db = road.Db();
        foreach (var (statement, inserts, except) in All)
        {
            var types = db.Model.GetEntityTypes().Single(t => t.GetTableName() == statement.Table).GetProperties()
                .ToDictionary(p => p.GetColumnName(StoreObjectIdentifier.Table(statement.Table))!, p => p.GetColumnType(), StringComparer.Ordinal);
            Assert.All(statement.Columns, c => Assert.Equal(types[c.Name], c.Type));
            if (inserts is null) continue;
            Assert.Equal(inserts, db.Model.GetEntityTypes().Single(t => t.GetTableName() == statement.Table).ClrType);
            Assert.Equal(types.Keys.Except(except.Split(' ')).Order(StringComparer.Ordinal), statement.Columns.Select(c => c.Name).Order(StringComparer.Ordinal));
        }
    }

    [NeedsPostgreSql]
    public void Statements_AgainstTheMigratedSchema_Prepare()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-prepare-").FullName;
        var sql = All.Select(a => a.Statement.Sql).Concat([PostgreSqlStatements.Mark, PostgreSqlStatements.TakeMark, PostgreSqlStatements.SetValue, PostgreSqlStatements.IndexMissing]);
        PostgreSqlTestDatabases.Execute(PostgreSqlTestDatabases.Of(folder), string.Join(";\n", sql.Select((s, i) => $"PREPARE s{i} AS {s}")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Storable_AnyText_WhatPostgreSqlTakes()
    {
        foreach (var (text, stored) in new[] { ("plain", "plain"), ("a\0b", "a\uFFFDb"), ("half \ud83d", "half \uFFFD"), ("\udc00half", "\uFFFDhalf"), ("whole 😀", "whole 😀") })
        {
            Assert.Equal(stored, PostgreSqlText.Storable(text));
            Assert.Equal(stored, PostgreSqlText.Storable(System.Text.Encoding.UTF8.GetBytes(text).AsSpan()));
        }
    }
}
