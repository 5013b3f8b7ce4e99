using System.Globalization;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Storage.Sqlite;
using OpenClaw.Storage.SqlServer.Search;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>What the archive's search asks SQL Server, answered here as LIKE would, beside what SQLite's index finds.</summary>
public sealed class SqlServerSearchTests : IDisposable
{
    private static readonly Guid Tenant = Guid.CreateVersion7();
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-like-").FullName;

    [Theory]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "invoice", true)]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "INVO", true)]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "invo late", false)]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "late berl", true)]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "\"invoice is late\"", true)]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "\"late invoice\"", false)]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "nunez", true)]
    [InlineData("Your invoice is late, Ms. Núñez. Please call Berlin.", "voice", false)]
    [InlineData("100% [sure] a_b", "100", true)]
    [InlineData("100 sure", "1%0", false)]
    [InlineData("abc", "a_c", false)]
    [InlineData("東京タワーに行きたい と言った", "東京", true)]
    [InlineData("東京タワーに行きたい と言った", "京東", false)]
    [InlineData("anything", "!!!", false)]
    [InlineData("", "a", false)]
    public void Patterns_OfAQuestion_FindTheText(string text, string asked, bool found) => Assert.Equal(found, Finds(SearchPatterns.Stored(text), asked));

    [Fact]
    public async Task Patterns_RandomTextsAndQuestions_FindWhatSqliteFinds()
    {
        using var database = new SqliteDatabase($"Data Source={Path.Combine(_folder, "gateway.db")};Pooling=False", TimeProvider.System);
        var search = database.OpenArchiveSearch(NullLogger.Instance);
        using var closing = (IDisposable)search;
        await search.StartAsync(default);
        var chance = new Random(21);
        var docs = Enumerable.Range(0, 150).Select(i => new ArchiveText(Tenant, Guid.NewGuid(), Day.AddMinutes(i), RandomText.Of(chance, 30))).ToList();
        var stored = docs.ToDictionary(d => d.Session, d => SearchPatterns.Stored(d.Text));
        await search.AddAsync(docs, default);
        var (agreed, missed) = (0, new List<string>());
        for (var round = 0; round < 600; round++)
        {
            var asked = RandomText.Of(chance, 1 + chance.Next(4));
            // letters younger than SQLite's tables are words here and none there
            if (asked.Contains('\uD83A')) continue;
            var there = (await search.SearchAsync(Tenant, asked, null, 1_000, default)).Select(h => h.Session).ToHashSet();
            var here = docs.Where(d => Finds(stored[d.Session], asked)).Select(d => d.Session).ToHashSet();
            if (there.SetEquals(here)) agreed++;
            else missed.Add($"'{asked}': {there.Count} there, {here.Count} here");
        }

        Assert.True(missed.Count == 0, $"{agreed} agree; {string.Join("; ", missed.Take(10))}");
    }

    [Fact]
    public void Command_WithEveryPart_HasItsParameters()
    {
        using var connection = new SqlConnection("Server=localhost;Database=none");
        var patterns = SearchPatterns.Of("late \"very late\" inv")!;
        using var command = SqlServerArchiveSearch.SearchCommand(connection, Tenant, patterns, fullText: true, new(Guid.NewGuid(), Day), 10);
        Assert.Equal(command.Parameters.Cast<SqlParameter>().Select(p => p.ParameterName).Order(StringComparer.Ordinal), SqlScript.Parse(command.CommandText).Parameters());
        Assert.Equal("\"late\" AND \"very late\" AND \"inv*\"", command.Parameters["@match"].Value);
        Assert.Equal(["% late %", "% very late %", "% inv%"], patterns.Like);
    }

    [Fact]
    public void Patterns_OfVeryLongQuestions_StayWithinTheLimits()
    {
        foreach (var asked in new[] { new string('a', 5_000), string.Concat(Enumerable.Repeat("\uFDFA", 2_000)), string.Join(' ', Enumerable.Repeat("word", 500)) })
        {
            var patterns = SearchPatterns.Of(asked)!;
            Assert.All(patterns.Like, p => Assert.True(p.Length <= 4_000));
            Assert.True(patterns.Match is null || patterns.Match.Length <= 4_000);
            Assert.InRange(patterns.Like.Count, 1, 32);
        }
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>LIKE by code points, for patterns with nothing special within.</summary>
    private static bool Finds(string stored, string asked)
    {
        if (SearchPatterns.Of(asked) is not { } patterns) return false;
        foreach (var pattern in patterns.Like)
        {
            var inner = pattern[1..^1];
            Assert.True(inner.AsSpan().IndexOfAny("%_[") < 0, string.Create(CultureInfo.InvariantCulture, $"'{pattern}' has an operator within"));
            if (!stored.Contains(inner, StringComparison.Ordinal)) return false;
        }

        return true;
    }
}
