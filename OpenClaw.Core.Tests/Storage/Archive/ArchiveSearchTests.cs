using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Core.Tests.Storage.Archive;

/// <summary>Every database's own search, held to the same promises.</summary>
public sealed class ArchiveSearchTests : IAsyncDisposable
{
    private static readonly Guid Tenant = Guid.CreateVersion7(), Other = Guid.CreateVersion7();
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-search-").FullName;
    private readonly List<IDisposable> _open = [];

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Search_Words_SessionsThatHoldAllOfThem(string kind)
    {
        var search = await StartAsync(kind);
        var late = Doc("Your invoice is late, Ms. Núñez. Please call Berlin.", 1);
        var paid = Doc("The INVOICE was paid. ", 2);
        var tokyo = Doc("東京タワーに行きたい と言った", 3);
        var thai = Doc("สวัสดีครับ ขอบคุณมาก", 4);
        var hindi = Doc("मुझे हिन्दी आती है", 5);
        await search.AddAsync([late, paid, tokyo, thai, hindi], default);

        await HitsAsync(search, "invoice", paid, late);
        await HitsAsync(search, "invoice late", late);
        await HitsAsync(search, "INVO", paid, late);
        await HitsAsync(search, "invo late");
        await HitsAsync(search, "\"invoice is late\"", late);
        await HitsAsync(search, "\"late invoice\"");
        await HitsAsync(search, "\"invoice\" pai", paid);
        await HitsAsync(search, "nunez", late);
        await HitsAsync(search, "NU\u0301N\u0303EZ", late);
        await HitsAsync(search, "東京", tokyo);
        await HitsAsync(search, "タワー", tokyo);
        await HitsAsync(search, "京東");
        await HitsAsync(search, "東 行", tokyo);
        await HitsAsync(search, "ขอบคุณ", thai);
        await HitsAsync(search, "हिन्दी", hindi);
        await HitsAsync(search, "!!!");
        await HitsAsync(search, "");
        await HitsAsync(search, "𞤀");
        await HitsAsync(search, "tenant:" + Tenant.ToString("N"));
        await HitsAsync(search, Tenant.ToString("N"));
        await HitsAsync(search, "nobody");
        Assert.Empty(await search.SearchAsync(Other, "invoice", null, 10, default));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Search_AnyString_NeverFailsAndStaysInTheTenant(string kind)
    {
        var search = await StartAsync(kind);
        var chance = new Random(11);
        var mine = Enumerable.Range(0, 100).Select(i => Doc(RandomText.Of(chance, 40), i)).ToList();
        var others = Enumerable.Range(0, 100).Select(i => Doc(RandomText.Of(chance, 40), i) with { Tenant = Other }).ToList();
        await search.AddAsync([.. mine, .. others], default);

        for (var round = 0; round < 1_500; round++)
        {
            var hits = await search.SearchAsync(Tenant, RandomText.Of(chance, 12), null, 200, default);
            Assert.All(hits, h => Assert.Contains(mine, d => d.Session == h.Session));
        }
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Search_PiecesOfATextThatIsThere_FindIt(string kind)
    {
        var search = await StartAsync(kind);
        var chance = new Random(12);
        var docs = Enumerable.Range(0, 200).Select(i => Doc(RandomText.Of(chance, 40), i)).ToList();
        await search.AddAsync(docs, default);
        foreach (var doc in docs)
        {
            var words = SearchText.Normalise(doc.Text).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(w => w.AsSpan().IndexOfAny('"', '”') < 0).ToList();
            if (words.Count == 0) continue;
            var asked = string.Join(' ', Enumerable.Range(0, 3).Select(_ => words[chance.Next(words.Count)]));
            // letters younger than the database's tables are no words to it
            if (SearchQuery.Parse(asked).Count == 0 || asked.Contains("𞤀", StringComparison.Ordinal)) continue;
            var hits = await search.SearchAsync(Tenant, asked, null, 1_000, default);
            Assert.True(hits.Any(h => h.Session == doc.Session), $"'{asked}' was not found in '{doc.Text}'");
        }
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Search_InVeryLongTexts_WordsAndPhrasesEverywhere(string kind)
    {
        var search = await StartAsync(kind);
        var many = Doc(string.Join(' ', Enumerable.Range(0, 60_000).Select(i => $"w{i}")), 1);
        var again = Doc(string.Join(' ', Enumerable.Range(0, 40_000).Select(i => i % 1_000 == 999 ? $"mark{i}" : "the")) + " the last word", 2);
        var endless = Doc($"{new string('q', 100_000)} {new string('東', 5_000)}京都 'it''s' \\ & | ! <-> :* (x) \0\ud800 end", 3);
        var large = Doc(string.Join('\n', Enumerable.Range(0, 30_000).Select(i => $"{i:D6}{new string((char)('a' + (i % 26)), 40)}")), 4);
        await search.AddAsync([many, again, endless, large], default);

        foreach (var at in new[] { 0, 11_990, 12_000, 12_010, 24_000, 59_990 }) await HitsAsync(search, $"\"{string.Join(' ', Enumerable.Range(at, 9).Select(i => $"w{i}"))}\"", many);
        await HitsAsync(search, "w5 w59999", many);
        await HitsAsync(search, "\"w5 w7\"");
        await HitsAsync(search, "\"the mark20999 the\"", again);
        await HitsAsync(search, "\"the last word\"", again);
        await HitsAsync(search, "京都", endless);
        await HitsAsync(search, "\"東東東京都\"", endless);
        await HitsAsync(search, new string('q', 100), endless);
        await HitsAsync(search, "x end", endless);
        await HitsAsync(search, "029999", large);
        Assert.Empty(await search.FindMissingAsync([many.Session, again.Session, endless.Session, large.Session], default));
        await search.RemoveAsync([many, again, endless, large], default);
        await HitsAsync(search, "the");
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Search_PageByPage_EachOnceNewestFirst(string kind)
    {
        var search = await StartAsync(kind);
        var chance = new Random(13);
        // many at the same moment, and out of order
        var docs = Enumerable.Range(0, 500).Select(i => Doc($"common w{i % 7}", 0) with { LastActivityAt = Day.AddMinutes(chance.Next(50)).AddMicroseconds(chance.Next(3)) }).ToList();
        foreach (var batch in docs.Chunk(90)) await search.AddAsync(batch, default);

        foreach (var (asked, expected) in new[] { ("common", docs), ("common w3", docs.Where(d => d.Text.EndsWith("w3", StringComparison.Ordinal)).ToList()) })
        {
            var read = new List<ArchiveHit>();
            for (ArchiveHit? after = null; ; after = read[^1])
            {
                var page = await search.SearchAsync(Tenant, asked, after, 33, default);
                read.AddRange(page);
                if (page.Count < 33) break;
            }

            Assert.Equal(expected.Select(d => d.Session).Order(), read.Select(h => h.Session).Order());
            Assert.All(read.Zip(read.Skip(1)), p => Assert.True(p.First.LastActivityAt > p.Second.LastActivityAt.AddSeconds(-1)));
            Assert.All(read, h => Assert.Equal(docs.Single(d => d.Session == h.Session).LastActivityAt, h.LastActivityAt));
        }
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Search_AfterASessionThatIsGone_GoesOnAtItsTime(string kind)
    {
        var search = await StartAsync(kind);
        var docs = Enumerable.Range(0, 10).Select(i => Doc("common", i)).ToList();
        await search.AddAsync(docs, default);
        var first = await search.SearchAsync(Tenant, "common", null, 4, default);
        await search.RemoveAsync([docs.Single(d => d.Session == first[^1].Session)], default);

        var rest = await search.SearchAsync(Tenant, "common", first[^1], 10, default);

        Assert.Equal(docs.Take(6).Reverse().Select(d => d.Session), rest.Select(h => h.Session));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Add_Again_PassedOver(string kind)
    {
        var search = await StartAsync(kind);
        var doc = Doc("once", 1);
        await search.AddAsync([doc, doc], default);
        await search.AddAsync([doc], default);

        await HitsAsync(search, "once", doc);
        Assert.Empty(await search.FindMissingAsync([doc.Session], default));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Change_WithAnotherText_IndexBeginsAnewAndNamesTheMissing(string kind)
    {
        var search = await StartAsync(kind);
        var (kept, doc) = (Doc("other words", 1), Doc("first words", 2));
        await search.AddAsync([kept, doc], default);

        await search.RemoveAsync([doc with { Text = "not what was indexed" }], default);
        await HitsAsync(search, "words");
        Assert.Equal([kept.Session, doc.Session], await search.FindMissingAsync([kept.Session, doc.Session], default));

        await search.AddAsync([kept, doc], default);
        await search.AddAsync([doc with { Text = "second words" }], default);
        await HitsAsync(search, "first");
        await HitsAsync(search, "second", doc);
        Assert.Equal([kept.Session], await search.FindMissingAsync([kept.Session, doc.Session], default));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Clear_Filled_Empty(string kind)
    {
        var search = await StartAsync(kind);
        var doc = Doc("words", 1);
        await search.AddAsync([doc], default);
        await search.ClearAsync(default);

        await HitsAsync(search, "words");
        await search.AddAsync([doc], default);
        await HitsAsync(search, "words", doc);
    }

    [Theory]
    [OnSqlite]
    public async Task Scrub_AfterRemovals_NoWordOfThemInAnyFile(string kind)
    {
        var search = await StartAsync(kind);
        var chance = new Random(14);
        // words of their own with beginnings in common: then the tree of pages, which holds beginnings of words, holds whole ones
        var beginnings = Enumerable.Range(0, 50).Select(_ => Word(chance)).ToList();
        var docs = Enumerable.Range(0, 300).Select(i => Doc(string.Join(' ', beginnings.Select(b => $"{b}zqx{i:D3}")) + " ordinary words", i)).ToList();
        foreach (var batch in docs.Chunk(50)) await search.AddAsync(batch, default);
        await search.ScrubAsync(default);
        var (gone, kept) = (docs.Where((_, i) => i % 3 == 0).ToList(), docs.Where((_, i) => i % 3 != 0).ToList());
        Assert.NotEmpty(Traces(gone));

        foreach (var batch in gone.Chunk(20)) await search.RemoveAsync(batch, default);
        await search.ScrubAsync(default);

        Assert.Empty(Traces(gone));
        Assert.NotEmpty(Traces(kept));
        Assert.Equal(kept.Count, (await search.SearchAsync(Tenant, "ordinary", null, 1_000, default)).Count);
        await search.ScrubAsync(default);
        foreach (var batch in kept.Chunk(100)) await search.RemoveAsync(batch, default);
        await search.ScrubAsync(default);
        Assert.Empty(Traces(kept));
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("text")]
    [InlineData("cut")]
    [InlineData("holes")]
    [InlineData("emptied")]
    public async Task Start_FileMissingOrDamaged_BeginsAnewAndWorks(string damage)
    {
        var docs = Enumerable.Range(0, 300).Select(i => Doc($"word{i} common " + new string('x', 50), i)).ToList();
        var before = await StartAsync(TestDatabases.Sqlite);
        await before.AddAsync(docs, default);
        await before.ScrubAsync(default);
        CloseAll();
        await DamageAsync(Path.Combine(_folder, "search.db"), damage);

        var search = await StartAsync(TestDatabases.Sqlite);
        await search.SearchAsync(Tenant, "common word7", null, 10, default);
        var missing = await search.FindMissingAsync([.. docs.Select(d => d.Session)], default);
        Assert.Equal(docs.Count, missing.Count);
        await search.AddAsync(docs, default);

        Assert.Equal(docs.Count, (await search.SearchAsync(Tenant, "common", null, 1_000, default)).Count);
        Assert.Single(await search.SearchAsync(Tenant, "word7 common", null, 1_000, default));
        Assert.All(Directory.EnumerateFiles(_folder), f => Assert.StartsWith("search.db", Path.GetFileName(f), StringComparison.Ordinal));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Search_WhileOthersWrite_SeesWholeBatches(string kind)
    {
        var search = await StartAsync(kind);
        var writes = Task.Run(async () =>
        {
            for (var batch = 0; batch < 40; batch++) await search.AddAsync([.. Enumerable.Range(0, 10).Select(i => Doc("common", (batch * 10) + i))], default);
        });
        while (!writes.IsCompleted) Assert.Equal(0, (await search.SearchAsync(Tenant, "common", null, 1_000, default)).Count % 10);
        await writes;
        Assert.Equal(400, (await search.SearchAsync(Tenant, "common", null, 1_000, default)).Count);
    }

    [Theory]
    [OnSqlite]
    public async Task BackUp_WithAnIndex_CopyFindsTheSame(string kind)
    {
        var database = TestDatabases.Open(kind, _folder, TimeProvider.System);
        _open.Add((IDisposable)database);
        var search = await StartAsync(kind, database);
        var doc = Doc("words", 1);
        await search.AddAsync([doc], default);
        var copy = Path.Combine(_folder, "copy");

        var made = await ((SqliteDatabase)database).BackUpAsync(copy, default);

        Assert.Equal(2, made.Count);
        var copied = TestDatabases.Open(kind, copy, TimeProvider.System);
        _open.Add((IDisposable)copied);
        await HitsAsync(await StartAsync(kind, copied), "words", doc);
    }

    public ValueTask DisposeAsync()
    {
        CloseAll();
        TestFolder.Delete(_folder);
        return ValueTask.CompletedTask;
    }

    private static ArchiveText Doc(string text, int minute) => new(Tenant, Guid.NewGuid(), Day.AddMinutes(minute), text);

    private static string Word(Random chance) => string.Concat(Enumerable.Range(0, 5).Select(_ => (char)('a' + chance.Next(20))));

    private static async Task HitsAsync(IArchiveSearch search, string text, params ArchiveText[] expected) =>
        Assert.Equal(expected.Select(d => new ArchiveHit(d.Session, d.LastActivityAt)), await search.SearchAsync(Tenant, text, null, 50, default));

    private async Task<IArchiveSearch> StartAsync(string kind, IDatabase? database = null)
    {
        if (database is null) _open.Add((IDisposable)(database = TestDatabases.Open(kind, _folder, TimeProvider.System)));
        var search = database.OpenArchiveSearch(NullLogger.Instance);
        _open.Add((IDisposable)search);
        await search.StartAsync(default);
        return search;
    }

    /// <summary>Words that only these texts have, and that stand somewhere in the index's files.</summary>
    private List<string> Traces(IReadOnlyList<ArchiveText> docs)
    {
        var bytes = Directory.EnumerateFiles(_folder).SelectMany(Shared).ToArray();
        return [.. docs.SelectMany(d => d.Text.Split(' ')).Where(w => w.Contains("zqx", StringComparison.Ordinal)).Where(w => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(w)) >= 0)];
    }

    private static byte[] Shared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static async Task DamageAsync(string file, string damage)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        if (damage == "removed") File.Delete(file);
        else if (damage == "text") await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("This is no database. ", 1_000)));
        else if (damage == "cut") await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)]);
        else if (damage == "emptied") await File.WriteAllBytesAsync(file, []);
        else
        {
            for (var at = 4_096; at < bytes.Length; at++) bytes[at] = (byte)(at.ToString(CultureInfo.InvariantCulture)[0] ^ bytes[at]);
            await File.WriteAllBytesAsync(file, bytes);
        }
    }

    private void CloseAll()
    {
        for (var i = _open.Count - 1; i >= 0; i--) _open[i].Dispose();
        _open.Clear();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }
}
